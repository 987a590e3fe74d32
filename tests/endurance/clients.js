// SPDX-License-Identifier: MIT
// Many TLS clients in one program, run by endurance.mjs, in stages. Its only argument is JSON:
//
//     options   for the class; byte buffers in it are {"hex":"…"}
//     stages    of each: `count` connections, `atOnce` of them at a time (1 by default); `bytes` that each sends, and gets
//               back meanwhile (0 by default); and `act`, what its callbacks do in place of that: see `acts`
//
// Its output is a line of JSON for each stage, when all its connections have ended: how many `connected`, how many
// `failed` and `thrown`, by code or message, and `heap`, the bytes in use then, those of the engine's slots and chunks among them. It
// rests for a moment after each, so that others can look as well.

import Debug from "debug";
import TLS from "embedded:io/socket/tcp/tls";
import { argv, heapUsage, setUncaughtHandler } from "process";
import Timer from "timer";
import { fromHex } from "../support/hex.js";

const REST = 300; // milliseconds
const { options, stages } = JSON.parse(argv[argv.length - 1], (key, value) => (typeof value?.hex === "string") ? fromHex(value.hex) : value);
const piece = new Uint8Array(16384).map((_, index) => index);
let stage, started, open, result;

function tally(table, key) {
	table[key] = (table[key] ?? 0) + 1;
}

function nextStage() {
	stage = stages.shift();
	if (stage === undefined) {
		setUncaughtHandler(undefined);
		return;
	}
	started = open = 0;
	result = { connected: 0, failed: {}, thrown: {} };
	startMore();
}

function startMore() {
	if (stage === undefined) // all of it has ended
		return;
	while (started < stage.count && open < (stage.atOnce ?? 1)) {
		started++;
		open++;
		try {
			connect(stage);
		}
		catch ({ code, message }) {
			tally(result.thrown, code ?? message);
			open--;
		}
	}
	if (open === 0) {
		stage = undefined;
		Timer.set(report, 0);
	}
}

function report() {
	for (let i = 0; i < 3; i++)
		Debug.gc();
	console.log(JSON.stringify({ ...result, heap: heapUsage() }));
	Timer.set(nextStage, REST);
}

/** Opens a connection. */
function connect({ bytes = 0, act }) {
	let sent = 0, received = 0, over = false;
	const end = (socket) => {
		socket.close();
		if (over)
			return;
		over = true;
		open--;
		Timer.set(startMore, 0);
	};
	const endIfDone = (socket) => {
		if (received >= bytes && sent >= bytes)
			end(socket);
	};
	new TLS({
		...options,
		onReadable() {
			received += this.read().byteLength;
			endIfDone(this);
		},
		onWritable(writable) {
			if (sent === 0)
				result.connected++;
			while (sent < bytes && writable > 0) {
				const size = Math.min(bytes - sent, writable, piece.length);
				writable = this.write(piece.subarray(0, size));
				sent += size;
			}
			endIfDone(this);
		},
		onError({ code }) {
			tally(result.failed, code);
			end(this);
		},
		...acts[act]?.(end),
	});
}

/** A callback that throws, once; the program's handler closes the connection. */
function throwing(end, name) {
	return { [name]() {
		throw Object.assign(new Error(name), { rescue: () => end(this) });
	} };
}

/** A callback that makes another connection, which never gets a turn, before or after it closes its own. */
function reconnecting(end, name, closeFirst) {
	return { [name]() {
		if (closeFirst)
			end(this);
		const other = new TLS(options);
		tally(result.failed, name);
		end(this);
		other.close();
	} };
}

const acts = {
	closeAtWritable: (end) => ({ onWritable() { result.connected++; end(this); } }),
	closeAtReadable: (end) => ({ onReadable() { tally(result.failed, "onReadable"); end(this); } }),
	throwAtWritable: (end) => throwing(end, "onWritable"),
	throwAtReadable: (end) => throwing(end, "onReadable"),
	throwAtError: (end) => throwing(end, "onError"),
	reconnectAtWritable: (end) => reconnecting(end, "onWritable"),
	reconnectAtReadable: (end) => reconnecting(end, "onReadable"),
	reconnectAtError: (end) => reconnecting(end, "onError"),
	closeAndReconnectAtWritable: (end) => reconnecting(end, "onWritable", true),
	closeAndReconnectAtReadable: (end) => reconnecting(end, "onReadable", true),
	closeAndReconnectAtError: (end) => reconnecting(end, "onError", true),
};

setUncaughtHandler((error) => {
	tally(result.thrown, error.message);
	error.rescue?.();
});
nextStage();
