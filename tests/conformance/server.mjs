// SPDX-License-Identifier: MIT
// The other end of the conformance tests: one process that listens on a row of ports, each with a behaviour of its own
// (ports.js). After the handshake most of them obey the client's commands, one to a line:
//
//     echo N          sends the next N bytes back
//     sum N           takes the next N bytes; answers with their checksum
//     sink            takes all bytes up to one of zero; answers with how many they were, and their checksum
//     pattern N       answers with the checksum of N bytes of the pattern
//     send N [SIZE]   sends N bytes of the pattern, in records of SIZE
//     records         answers with the lengths of the records of data that the client sent since it last asked
//     sent            the same for the records that the server sent
//     server          answers with the name that the client asked for (SNI), or "-"
//     protocols       answers with the protocols that the client offered (ALPN), in hexadecimal
//     client          answers with the subject of the client's certificate
//     connections     answers with how many connections there have been, on all ports
//     open            answers with how many of them are open and not held
//     file NAME       answers with a file of the test certificates, in hexadecimal: NAME.der or NAME.key
//     pin NAME        answers with the SHA-256 of the public key of the certificate NAME.der, in hexadecimal
//     note TEXT       keeps a text, for all connections
//     noted           answers with the text that was kept last, once
//     hold            takes nothing more from this client until another connection says "release"
//     release         ends every hold; answers with how many there were
//     dial PORT       connects to PORT of the client's address, and is the TLS server there
//     close           ends with close_notify
//     cut             ends TCP without one
//     reset           resets TCP
//
// An answer is a line, too.
//
//     node server.mjs [FIRST-PORT [ADDRESS]…]

import assert from "node:assert/strict";
import { createHash, randomBytes, randomInt, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import net from "node:net";
import { Duplex } from "node:stream";
import tls from "node:tls";
import { Checksum, checksumOfPattern, patternAt } from "../support/pattern.js";
import { todaysPki } from "../pki/pki.mjs";
import { GREETING, PORT_COUNT, portOf, READY } from "./ports.js";

const APPLICATION_DATA = 23;
const HEADER = 5;
const LARGEST_RECORD = 16384;
const TICKET_KEYS = 48; // bytes, as Node wants them

/** Reads the headers of the records in a stream of bytes. */
class RecordReader {
	#header = [];
	#left = 0;
	/** Lengths of the records of application data, headers not counted. */
	lengths = [];

	update(bytes) {
		for (let at = 0; at < bytes.length;) {
			if (this.#left > 0) {
				const count = Math.min(this.#left, bytes.length - at);
				this.#left -= count;
				at += count;
				continue;
			}
			this.#header.push(bytes[at++]);
			if (this.#header.length === HEADER) {
				const [type, , , high, low] = this.#header.splice(0);
				this.#left = high << 8 | low;
				if (type === APPLICATION_DATA)
					this.lengths.push(this.#left);
			}
		}
	}
}

/** Whether a ClientHello (RFC 8446, 4.1.2), in one record, comes with a ticket: of TLS 1.3, or of TLS 1.2. */
function hasSession(record) {
	const PRE_SHARED_KEY = 41, SESSION_TICKET = 35;
	let at = HEADER + 4 + 2 + 32; // headers of record and message, version, random
	at += 1 + record[at]; // session id
	at += 2 + record.readUInt16BE(at); // cipher suites
	at += 1 + record[at] + 2; // compression, length of the extensions
	while (at + 4 <= record.length) {
		const type = record.readUInt16BE(at), length = record.readUInt16BE(at + 2);
		if (type === PRE_SHARED_KEY || (type === SESSION_TICKET && length > 0))
			return true;
		at += 4 + length;
	}
	return false;
}

/** A TCP socket, with an eye on the records and a hand on the flow. TLS goes over it. */
class Wire extends Duplex {
	fromClient = new RecordReader();
	toClient = new RecordReader();
	#socket;
	#held = false;

	constructor(socket) {
		super();
		this.#socket = socket;
		socket.on("readable", () => this._read());
		socket.on("end", () => this.push(null));
		socket.on("error", () => this.destroy()); // clients come and go as the tests want it
		socket.on("close", () => this.destroy());
	}

	_read() {
		let bytes;
		while (!this.#held && (bytes = this.#socket.read()) !== null) {
			this.fromClient.update(bytes);
			if (!this.push(bytes))
				return;
		}
	}

	_write(bytes, encoding, done) {
		this.toClient.update(bytes);
		if (this.#socket.writable)
			this.#socket.write(bytes, done);
		else
			done();
	}

	_final(done) {
		this.#socket.end();
		done();
	}

	_destroy(error, done) {
		this.#socket.destroy();
		done(error);
	}

	hold() {
		this.#held = true;
	}

	release() {
		this.#held = false;
		this._read();
	}
}

/** One TLS connection and its commands. */
class Session {
	#server;
	#wire;
	#socket;
	#raw;
	#offered = [];
	#pending = Buffer.alloc(0);
	#arrived = () => {};
	#ended = false;

	/**
	 * @param {Server} server
	 * @param {net.Socket} raw
	 * @param {tls.TlsOptions} options
	 * @param {string} [greeting] sent first
	 */
	constructor(server, raw, options, greeting) {
		this.#server = server;
		this.#raw = raw;
		this.#wire = new Wire(raw);
		// A TLS server for each connection: only so can a TLS socket be told to belong to this wire.
		const end = tls.createServer(options.chooseProtocol
			? { ...options, ALPNCallback: ({ protocols }) => this.#choose(protocols) }
			: options);
		end.on("tlsClientError", () => raw.destroy());
		raw.on("end", () => {
			if (!this.#socket)
				raw.destroy(); // the client gave up in the handshake
		});
		end.on("secureConnection", (socket) => {
			this.#socket = socket;
			socket.on("error", () => raw.destroy());
			socket.on("data", (bytes) => {
				this.#pending = Buffer.concat([this.#pending, bytes]);
				this.#arrived();
			});
			socket.on("end", () => {
				this.#ended = true;
				this.#arrived();
			});
			this.#run(greeting).catch(() => raw.destroy());
		});
		end.emit("connection", this.#wire);
	}

	#choose(protocols) {
		this.#offered = protocols;
		return protocols[0];
	}

	async #run(greeting) {
		if (greeting)
			await this.#write(greeting);
		for (let line = await this.#line(); line !== undefined; line = await this.#line()) {
			const [name, ...parameters] = line.split(" ");
			const command = this.#commands[name];
			if (!command)
				throw new Error(`unknown command ${name}`);
			const answer = await command(...parameters);
			if (answer !== undefined)
				await this.#write(`${answer}\n`);
		}
		this.#socket.end();
	}

	#commands = {
		echo: async (count) => {
			for (let left = Number(count); left > 0;) {
				const bytes = await this.#take(left);
				left -= bytes.length;
				await this.#write(bytes);
			}
		},
		sum: async (count) => {
			const sum = new Checksum();
			while (sum.length < Number(count))
				sum.update(await this.#take(Number(count) - sum.length));
			return sum.digest;
		},
		sink: async () => {
			const sum = new Checksum();
			for (;;) {
				const bytes = await this.#take(Infinity);
				const end = bytes.indexOf(0);
				sum.update(end < 0 ? bytes : bytes.subarray(0, end));
				if (end >= 0) {
					this.#pending = bytes.subarray(end + 1);
					return `${sum.length} ${sum.digest}`;
				}
			}
		},
		pattern: (count) => checksumOfPattern(Number(count)),
		send: async (count, size = LARGEST_RECORD) => {
			for (let sent = 0; sent < Number(count);) {
				const bytes = await this.#writePattern(sent, Math.min(Number(size), Number(count) - sent));
				sent += bytes;
			}
		},
		records: () => this.#lengths(this.#wire.fromClient).slice(0, -1).join(" "), // without the command's own
		sent: () => this.#lengths(this.#wire.toClient).join(" "),
		server: () => this.#socket.servername || "-",
		protocols: () => this.#offered.map((name) => Buffer.from(name, "latin1").toString("hex")).join(" "),
		client: () => this.#socket.getPeerCertificate().subject?.CN ?? "-",
		connections: () => this.#server.connections,
		open: () => this.#server.open,
		file: (name) => this.#server.file(name).toString("hex"),
		pin: (name) => {
			const key = new X509Certificate(this.#server.file(`${name}.der`)).publicKey.export({ type: "spki", format: "der" });
			return createHash("sha256").update(key).digest("hex");
		},
		note: (...words) => {
			this.#server.note = words.join(" ");
		},
		noted: () => {
			const text = this.#server.note;
			this.#server.note = "";
			return text;
		},
		hold: () => this.#server.hold(this.#wire),
		release: () => this.#server.release(),
		dial: (port) => this.#server.dial(this.#raw.remoteAddress, Number(port)),
		close: () => {
			this.#socket.end();
		},
		cut: () => {
			this.#raw.end();
		},
		reset: () => {
			this.#raw.resetAndDestroy();
		},
	};

	/** The lengths of the plaintext in the records that were seen since the last call. */
	#lengths(reader) {
		const EXPLICIT_NONCE = 8, TAG = 16, CONTENT_TYPE = 1;
		const is13 = this.#socket.getProtocol() === "TLSv1.3";
		const isGcm = this.#socket.getCipher().standardName.includes("GCM");
		const overhead = is13 ? CONTENT_TYPE + TAG : isGcm ? EXPLICIT_NONCE + TAG : TAG;
		return reader.lengths.splice(0).map((length) => length - overhead);
	}

	/** Sends bytes, and waits until they are a record: what waits together goes into one. */
	#write(bytes) {
		return new Promise((resolve, reject) => this.#socket.write(bytes, (error) => error ? reject(error) : resolve()));
	}

	async #writePattern(offset, size) {
		const bytes = new Uint8Array(size);
		for (let at = 0; at < size;) {
			const part = patternAt(offset + at, size - at);
			bytes.set(part, at);
			at += part.length;
		}
		await this.#write(bytes);
		return size;
	}

	async #more() {
		if (this.#ended)
			return false;
		await new Promise((resolve) => this.#arrived = resolve);
		return true;
	}

	/** Up to `count` received bytes, at least one. */
	async #take(count) {
		while (this.#pending.length === 0) {
			if (!await this.#more())
				throw new Error("the client ended early");
		}
		const bytes = this.#pending.subarray(0, count);
		this.#pending = this.#pending.subarray(bytes.length);
		return bytes;
	}

	/** The next line, without its end; undefined when the client has ended. */
	async #line() {
		let end;
		while ((end = this.#pending.indexOf("\n")) < 0) {
			if (!await this.#more())
				return undefined;
		}
		const line = this.#pending.toString("latin1", 0, end);
		this.#pending = this.#pending.subarray(end + 1);
		return line;
	}
}

class Server {
	/** How many TCP connections there have been. */
	connections = 0;
	note = "";
	#pki;
	#first;
	#listeners = [];
	#sockets = new Set();
	#held = [];
	#farmed = 0;

	constructor(pki, first) {
		this.#pki = pki;
		this.#first = first;
	}

	async listen(addresses) {
		const tlsServer = (options, greeting) => (socket) => new Session(this, socket, options, greeting);
		const standard = this.#options("server-p256");
		const resuming = { ...standard, ticketKeys: randomBytes(TICKET_KEYS) };
		await this.#open(addresses, {
			tls: tlsServer(standard),
			tls12: tlsServer({ ...standard, maxVersion: "TLSv1.2" }),
			tls13: tlsServer({ ...standard, minVersion: "TLSv1.3" }),
			greeting: tlsServer(standard, GREETING),
			clientCertificate: tlsServer({
				...standard, requestCert: true, rejectUnauthorized: true, ca: readFileSync(this.#pki.chain("root-p256")),
			}),
			alpn: tlsServer({ ...standard, chooseProtocol: true }),
			alpnOther: tlsServer({ ...standard, ALPNProtocols: ["other"] }),
			resuming: tlsServer(resuming),
			farm: (socket) => {
				const [minVersion, maxVersion] = this.#farmed++ % 2 === 0 ? ["TLSv1.3", "TLSv1.3"] : ["TLSv1.2", "TLSv1.2"];
				new Session(this, socket, { ...resuming, minVersion, maxVersion });
			},
			unwilling: (socket) => socket.once("readable", () => {
				const hello = socket.read() ?? Buffer.alloc(0);
				socket.unshift(hello);
				if (hasSession(hello))
					socket.resetAndDestroy();
				else
					new Session(this, socket, resuming);
			}),
			expired: tlsServer(this.#options("expired")),
			silent: (socket) => socket.resume().on("end", () => socket.end()),
			deaf: (socket) => socket.once("data", () => socket.end()),
			hostile: (socket) => socket.once("data", () => socket.resetAndDestroy()),
			text: (socket) => {
				socket.resume().on("end", () => socket.end());
				socket.write(GREETING);
			},
			textThenTls: (socket) => {
				socket.write(GREETING);
				new Session(this, socket, standard);
			},
			startTls: (socket) => socket.once("data", () => {
				socket.write(READY);
				new Session(this, socket, standard);
			}),
		});
	}

	#options(name) {
		return { cert: readFileSync(this.#pki.chain(name)), key: readFileSync(this.#pki.key(name)), minVersion: "TLSv1.2" };
	}

	async #open(addresses, behaviours) {
		for (const address of addresses) {
			for (const [name, behaviour] of Object.entries(behaviours)) {
				const listener = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
					this.connections++;
					this.#adopt(socket);
					behaviour(socket);
				});
				this.#listeners.push(listener);
				listener.listen(portOf(this.#first, name), address);
				await once(listener, "listening");
			}
		}
	}

	#adopt(socket) {
		this.#sockets.add(socket);
		socket.on("error", () => {}); // a client that was reset, or gave up
		socket.on("close", () => this.#sockets.delete(socket));
	}

	get open() {
		return this.#sockets.size - this.#held.length;
	}

	file(name) {
		if (name.endsWith(".key"))
			return this.#pki.keyDer(name.slice(0, -4));
		return this.#pki.der(name.replace(/\.der$/, ""));
	}

	hold(wire) {
		wire.hold();
		this.#held.push(wire);
	}

	release() {
		const held = this.#held.splice(0);
		for (const wire of held)
			wire.release();
		return held.length;
	}

	dial(address, port) {
		const socket = net.connect({ host: address, port, noDelay: true, allowHalfOpen: true });
		this.#adopt(socket);
		socket.once("connect", () => new Session(this, socket, this.#options("server-p256")));
	}

	async close() {
		for (const socket of this.#sockets)
			socket.destroy();
		await Promise.all(this.#listeners.map((listener) => new Promise((resolve) => listener.close(resolve))));
	}
}

/**
 * Starts the server.
 * @param {{first?: number, addresses?: string[]}} [options] `first`: the first port of the row; by default one that is free
 * @returns {Promise<{first: number, configuration: object, close: () => Promise<void>}>} `configuration`: what a test
 *     program wants to know (mc/config), but for the address
 */
export async function startServer({ first, addresses = ["127.0.0.1", "::1"] } = {}) {
	const pki = await todaysPki();
	for (;;) {
		const row = first ?? await freeRow(addresses);
		const server = new Server(pki, row);
		try {
			await server.listen(addresses);
		}
		catch (error) {
			await server.close();
			if (first === undefined && error.code === "EADDRINUSE")
				continue; // somebody was faster, at one address or the other
			throw error;
		}
		return {
			first: row,
			configuration: { port: row, ca: pki.der("root-p256").toString("hex") },
			close: () => server.close(),
		};
	}
}

/**
 * Where rows are: side by side, so that two servers never share a port of a row, as that on which nobody listens; and below
 * the ports that systems give to whoever asks for any (Linux: from 32768 on), so that no client has one of them either.
 */
const ROWS = { first: 20_000, size: 20, count: 600 };
assert.ok(PORT_COUNT <= ROWS.size);

/** The first of a row of ports that nobody listens on now. */
async function freeRow(addresses) {
	for (let tries = ROWS.count; tries > 0; tries--) {
		const first = ROWS.first + ROWS.size * randomInt(ROWS.count);
		if (await isFree(first, addresses))
			return first;
	}
	throw new Error(`no row of ${PORT_COUNT} ports is free from ${ROWS.first} on`);
}

/** Whether nobody listens on any port of a row, at any of the addresses. */
export async function isFree(first, addresses) {
	const row = Array.from({ length: PORT_COUNT }, (_, index) => first + index);
	const listeners = [];
	try {
		for (const address of addresses) {
			for (const port of row) {
				const listener = net.createServer().listen(port, address);
				listeners.push(listener);
				await once(listener, "listening");
			}
		}
		return true;
	}
	catch (error) {
		if (error.code !== "EADDRINUSE")
			throw error;
		return false;
	}
	finally {
		await Promise.all(listeners.map((listener) => new Promise((resolve) => listener.close(resolve))));
	}
}

if (import.meta.filename === process.argv[1]) {
	const [first, ...addresses] = process.argv.slice(2);
	const server = await startServer({
		...(first && { first: Number(first) }),
		...(addresses.length > 0 && { addresses }),
	});
	console.log(JSON.stringify(server.configuration));
}
