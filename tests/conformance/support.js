// SPDX-License-Identifier: MIT
// What the conformance tests share: the way to the server (server.mjs), and connections whose callbacks can be awaited.
//
// The module "mc/config" says where the server is: `address`, `port` (the first of its row), `ca` (DER, in hexadecimal)
// and, where the network has IPv6, `address6`; `messages` is "0" for a build whose errors have names only,
// `memory` is "little" on a device, `padding` the multiple to which the library pads records of TLS 1.3, `lost` the code for a
// TCP instance that has told of its end already, `jobs` "interleaved" where the event loop does not wait for all promise jobs.

import TLS from "embedded:io/socket/tcp/tls";
import Debug from "debug";
import Timer from "timer";
import config from "mc/config";
import { fromHex } from "../support/hex.js";
import { fillPattern, patternBlock } from "../support/pattern.js";
import { afterEach, fail, sameBytes } from "../support/tap.js";
import { portOf } from "./ports.js";

/** A name that the server's certificate is for. */
export const HOST = "device.test";
export const { address, address6 } = config;
export const ca = fromHex(config.ca);

/** False in a build whose errors have names only (the define tls.messages of 0). */
export const hasMessages = config.messages !== "0";

/** Records of TLS 1.3 are as long as a multiple of this: 1, but for a platform's own Mbed TLS. */
export const padding = Number(config.padding ?? 1);

/** What `from` ends with whose TCP instance has told of its end already: the SDK's on Linux tells once, so that time has to. */
export const lost = config.lost ?? "unreachable";

/** True if all promise jobs run before the event loop goes on; else they take turns, as messages and jobs do in the SDK on a microcontroller. */
export const jobsFirst = config.jobs !== "interleaved";

/** @param {string} name as in ports.js */
export function port(name) {
	return portOf(Number(config.port), name);
}

/** Options for a connection to a port of the server; `more` adds to them, `more.tls` to the `tls` option. */
export function optionsFor(name, more = {}) {
	return { address, port: port(name), ...more, tls: { host: HOST, ca, ...more.tls } };
}

const NEW_LINE = 10;

export function bytesOf(text) {
	return ArrayBuffer.fromString(text);
}

/** The text of bytes, one character each. */
export function textOf(bytes) {
	const PART = 64; // each of them takes room on the stack, of which devices have little
	const all = new Uint8Array(bytes);
	let text = "";
	for (let at = 0; at < all.length; at += PART)
		text += String.fromCharCode(...all.subarray(at, at + PART));
	return text;
}

/** Bytes `offset` to `offset + size` of what the server's command "send" sends. */
export function patternBytes(offset, size) {
	if (config.memory !== "little")
		patternBlock(); // made once; to compute the data anew takes an emulated device minutes
	return fillPattern(new Uint8Array(size), offset);
}

const opened = new Set();
afterEach(() => {
	for (const socket of opened)
		socket.close();
	opened.clear();
});

/** Has a socket closed when the test ends. */
export function track(socket) {
	opened.add(socket);
	return socket;
}

/** Turns of the event loop. */
export async function turns(count = 1) {
	for (let i = 0; i < count; i++)
		await new Promise((resolve) => Timer.set(resolve, 0));
}

/** Waits until something is so. */
export async function until(condition) {
	while (!await condition())
		await turns();
}

/**
 * A socket whose callbacks are kept until a test asks for them, outside of the callbacks. The options' own callbacks are
 * called as well.
 */
export class Connection {
	/** What was called: "readable", "writable", "error". */
	calls = [];
	#pending = new Uint8Array(0);
	#events = { readable: [], writable: [], error: [] };
	#waiting = [];
	#failed = false;

	/** @param {Function} [make] makes the socket of the options */
	constructor(options, make = (complete) => new TLS(complete)) {
		const connection = this;
		this.socket = track(make({
			...options,
			onReadable(count) {
				connection.#note("readable", count);
				options.onReadable?.call(this, count);
			},
			onWritable(count) {
				connection.#note("writable", count);
				options.onWritable?.call(this, count);
			},
			onError(error) {
				connection.#failed = true;
				connection.#note("error", error);
				options.onError?.call(this, error);
			},
		}));
	}

	#note(name, value) {
		this.calls.push(name);
		this.#events[name].push(value);
		for (const wake of this.#waiting.splice(0))
			wake();
	}

	/** Forgets the calls so far. */
	forget() {
		this.calls.length = 0;
		for (const events of Object.values(this.#events))
			events.length = 0;
	}

	/** Waits until a callback is, or was, called; gives its argument. Each call is given once. */
	async next(name) {
		const events = this.#events[name];
		while (events.length === 0) {
			if (this.#failed)
				fail(`waits for ${name} and gets an error: ${this.#events.error[0]?.code} ${this.#events.error[0]?.message}`);
			await new Promise((resolve) => this.#waiting.push(resolve));
		}
		return events.shift();
	}

	/** Waits for the end of the handshake; gives the first writable count. */
	ready() {
		return this.next("writable");
	}

	/** Exactly so many bytes, as they arrive. */
	async take(count) {
		const bytes = new Uint8Array(count);
		for (let at = 0; at < count;) {
			const part = await this.#part(count - at);
			bytes.set(part, at);
			at += part.length;
		}
		return bytes.buffer;
	}

	/** Waits until so many bytes have come, and drops them. */
	async skip(count) {
		for (let left = count; left > 0;)
			left -= (await this.#part(left)).length;
	}

	/** Has the next `total` bytes be the pattern; in pieces, as not every device has the memory for all of them. */
	async takePattern(total) {
		const PIECE = 1024;
		for (let at = 0; at < total; at += PIECE) {
			const size = Math.min(PIECE, total - at);
			sameBytes(await this.take(size), patternBytes(at, size));
		}
	}

	/** The next line, without its end. */
	async line() {
		let text = "";
		for (;;) {
			const part = await this.#part(Infinity);
			const end = part.indexOf(NEW_LINE);
			if (end >= 0) {
				this.#pending = part.subarray(end + 1);
				return text + textOf(part.slice(0, end));
			}
			text += textOf(part);
		}
	}

	/** Up to `count` bytes: of what line() left, or what can be read. */
	async #part(count) {
		if (this.#pending.length > 0) {
			const part = this.#pending.subarray(0, count);
			this.#pending = this.#pending.subarray(part.length);
			return part;
		}
		let bytes;
		while ((bytes = (count === Infinity) ? this.socket.read() : this.socket.read(count)) === undefined)
			await this.next("readable");
		return new Uint8Array(bytes);
	}

	/** Has the server do a command. */
	say(command) {
		return this.socket.write(bytesOf(`${command}\n`));
	}

	/** The server's answer to a command. */
	async ask(command) {
		this.say(command);
		return this.line();
	}

	/** Sends text and has it sent back. */
	async echo(text) {
		this.socket.write(bytesOf(`echo ${text.length}\n${text}`));
		return textOf(await this.take(text.length));
	}

	close() {
		this.socket.close();
	}
}

/** Connects; gives the connection when its handshake is done. */
export async function connect(name, more) {
	const connection = new Connection(optionsFor(name, more));
	await connection.ready();
	return connection;
}

/** The answer to a command, by a connection of its own. */
export async function ask(command) {
	const connection = await connect("tls");
	const answer = await connection.ask(command);
	connection.close();
	return answer;
}

/** A file of the test certificates: NAME.der or NAME.key. */
export async function file(name) {
	return fromHex(await ask(`file ${name}`));
}

/** The error that a connection ends with. */
export async function failure(name, more) {
	const connection = new Connection(optionsFor(name, more));
	return connection.next("error");
}

/**
 * Writes the pattern to a peer that takes nothing, until no more can be written than a `share` of what could be at first.
 * Calls meanwhile are forgotten: where the network takes megabytes, there are thousands.
 * @returns {{sent: number, writable: number}}
 */
export async function fill(connection, share = 0) {
	const query = () => connection.socket.write(new ArrayBuffer(0));
	const first = query();
	let sent = 0;
	for (let full = 0; full < 4; full++) { // what the network takes a moment later is room again
		for (let writable = query(); writable > first * share; full = 0) {
			const size = Math.min(writable, Math.ceil(first / 4));
			writable = connection.socket.write(patternBytes(sent, size));
			sent += size;
			await turns();
			connection.forget();
		}
		await (full === 2 ? settle() : turns(10));
	}
	return { sent, writable: query() };
}

/** Sends the first `total` bytes of the pattern, in pieces of at most `piece`, as the connection takes them. */
export async function sendPattern(connection, total, piece = Infinity) {
	for (let sent = 0; sent < total;) {
		const writable = connection.socket.write(new ArrayBuffer(0));
		const size = Math.min(writable, piece, total - sent);
		if (size > 0)
			connection.socket.write(patternBytes(sent, size));
		else
			await connection.next("writable");
		sent += size;
	}
}

/** Collects garbage, also what is garbage only by then. */
export async function collect() {
	new TLS(optionsFor("tls")).close(); // the engine may still hold what a native function touched last
	for (let i = 0; i < 3; i++) {
		await turns();
		Debug.gc();
	}
}

/** Lets everything happen that is under way: another connection comes and goes. */
export async function settle() {
	await ask("connections");
	await turns(3);
}
