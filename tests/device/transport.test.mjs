// SPDX-License-Identifier: MIT
// The lwIP transport on the emulated board: for each scenario of the image transportTest the server it talks to, and what that
// server must have seen.

import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { runImage } from "./emulator.mjs";

const SEGMENT = 1460;

/** Every byte's value follows from its place in the stream, as in transportClient.c. */
function pattern(length) {
	const bytes = Buffer.alloc(length);
	for (let place = 0; place < length; place++)
		bytes[place] = (place ^ (place >> 8) ^ (place >> 16)) & 0xff;
	return bytes;
}

/** What a connection brought, from its first byte to its end: "end", "reset" or another error's code. */
async function drain(socket) {
	const chunks = [];
	socket.on("data", (data) => chunks.push(data));
	const how = await new Promise((resolve) => {
		socket.once("end", () => resolve("end"));
		socket.once("error", (error) => resolve(error.code === "ECONNRESET" ? "reset" : error.code));
	});
	return { bytes: Buffer.concat(chunks), how };
}

const echoServer = { allowHalfOpen: true, serve: (socket) => socket.pipe(socket) };
const silentServer = { serve: (socket) => socket.resume() };

/** Sees `length` bytes of the pattern and an orderly end. Sends a greeting after so many milliseconds. */
const collector = (length, greeting, wait = 0) => ({
	async serve(socket) {
		if (greeting)
			setTimeout(() => socket.write(greeting), wait);
		const { bytes, how } = await drain(socket);
		assert.equal(how, "end");
		assert.ok(bytes.equals(pattern(length)), `${bytes.length} bytes of ${length}`);
		socket.end();
	},
});

/** Sends byte by byte. */
const trickler = {
	async serve(socket) {
		socket.setNoDelay(true);
		const bytes = pattern(200);
		for (let place = 0; place < bytes.length; place++) {
			socket.write(bytes.subarray(place, place + 1));
			await delay(1);
		}
		socket.end();
	},
};

const resetter = {
	async serve(socket) {
		await delay(100); // sooner, it could overtake the connection's beginning, and be taken for a refusal
		socket.resetAndDestroy();
	},
};

/** name → how the server behaves (`serve` gets the socket and how many came before it); `closed`: nobody listens;
    `leap`: see runImage; `faults`: of the network. */
const scenarios = {
	echo: echoServer,
	refused: { closed: true },
	silence: { closed: true, leap: true },
	noRoute: { closed: true },
	noRouteClosed: { closed: true },
	noRouteUntold: { closed: true },
	allAtOnce: silentServer,
	firstOfTwoClosed: silentServer,
	tooMany: silentServer,
	reset: resetter,
	resetUntold: resetter,
	resetBehindData: {
		async serve(socket) {
			socket.write(pattern(5000));
			await delay(400);
			socket.resetAndDestroy();
		},
	},
	endBehindData: {
		async serve(socket) {
			socket.end(pattern(5000));
			const { bytes, how } = await drain(socket);
			assert.equal(how, "end");
			assert.ok(bytes.equals(pattern(100)));
		},
		allowHalfOpen: true,
	},
	backPressure: { serve: (socket) => socket.end(pattern(300_000)) },
	trickle: trickler,
	memory: echoServer,
	memoryBack: echoServer,
	partOfMemory: echoServer,
	noMemory: silentServer,
	flushes: echoServer,
	smallWrites: echoServer,
	smallUnread: { serve: (socket, index) => (index < 2 ? trickler : echoServer).serve(socket) },
	room: silentServer,
	narrowWindow: { ...echoServer, faults: "window=1" },
	closeWithUnsent: collector(2 * SEGMENT),
	closeWithUnread: collector(2 * SEGMENT, pattern(3000)),
	closeWithoutMemory: collector(1000),
	closeWithPending: collector(2 * SEGMENT, pattern(3000), 500),
	closeWithPendingWhilePosted: collector(2 * SEGMENT),
	closeWithPendingAndReset: {
		async serve(socket) {
			await delay(500);
			socket.resetAndDestroy();
		},
	},
	closeWhileConnecting: silentServer,
	closeWhilePosted: silentServer,
	machineEndsWhilePosted: silentServer,
	closeInChanged: silentServer,
	refusedPosts: echoServer,
	linkDown: echoServer,
	vanished: { ...echoServer, leap: true },
	vanishedBeforeWriting: { ...echoServer, leap: true },
};

/** The same scenario over bad networks. */
const networks = {
	loss: "loss=50,seed=1",
	duplicates: "duplicate=200,seed=2",
	reordering: "reorder=200,seed=3",
	delay: "delay=5-40,seed=4",
	"all at once": "loss=20,duplicate=50,reorder=100,delay=0-15,seed=5",
};

async function listen(server) {
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	return server.address().port;
}

/** Runs one scenario; throws when either side is not content. */
async function run(name, behaviour, faults) {
	const serving = [];
	const server = net.createServer({ allowHalfOpen: behaviour.allowHalfOpen ?? false }, (socket) => {
		socket.on("error", () => {}); // a server that cares looks at it in drain
		serving.push(Promise.resolve(behaviour.serve(socket, serving.length)));
	});
	const port = await listen(server);
	if (behaviour.closed) {
		server.close();
		await once(server, "close");
	}
	try {
		const output = await runImage("transportTest", [name, String(port), ...(faults ? [faults] : [])],
			{ count: true, leap: behaviour.leap });
		assert.equal(output, "passed\n");
		await Promise.race([
			Promise.all(serving),
			delay(5000, undefined, { ref: false }).then(() => assert.fail("the server has not come to its end")),
		]);
	}
	finally {
		server.close(); // also where the scenario failed: nobody waits for it then
	}
}

/* Side by side: most of them wait most of the time. */
describe("transport", { concurrency: 3 }, () => {
	for (const [name, behaviour] of Object.entries(scenarios))
		test(name, () => run(name, behaviour, behaviour.faults));

	for (const [title, faults] of Object.entries(networks))
		test(`echo over a network with ${title}`, () => run("echo", echoServer, faults));
});
