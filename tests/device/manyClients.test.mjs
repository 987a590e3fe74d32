// SPDX-License-Identifier: MIT
// Many connections at a time on a small heap of the emulated board: record buffers exist only while there is a record, what
// finds no memory waits, and what waits in vain ends with "memory"; and many of them, one after the other and side by side, leave
// the heap in one piece.
//
// The short form of the latter makes 22 connections and moves 0.9 MB each way, the long one 502 and 50 MB.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { LONG } from "../support/long.mjs";
import { startNode } from "../support/servers.mjs";
import { runImage } from "./emulator.mjs";

const NUMBERS = { "TLSv1.2": "0303", "TLSv1.3": "0304" };
const NO_LIMIT = 1 << 24;
const pki = await todaysPki();

/** Opens `count` connections at a time, `rounds` times, on a heap of `limit` bytes. */
async function run(t, image, version, { count, rounds = 1, limit = NO_LIMIT, bytes = 100, more = [], behaviour }) {
	const server = await startNode({ pki, chain: "server-p256", version, behaviour });
	t.after(server.stop);
	const parameters = [server.port, join(pki.folder, "root-p256.der"), NUMBERS[version], count, rounds, limit, bytes, ...more];
	return JSON.parse(await runImage(image, parameters.map(String), { limit: LONG ? 1_200_000 : 300_000 }));
}

/** Sends back what comes, in records of pseudo-random size up to `most`: Node makes one of each write. */
function echoRecords(most) {
	let state = 1;
	const size = () => 1 + (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % most;
	return (socket) => {
		let waiting = Buffer.alloc(0);
		let next = size();
		let timer;
		const send = (count) => {
			socket.write(waiting.subarray(0, count));
			waiting = waiting.subarray(count);
			next = size();
		};
		socket.on("data", (bytes) => {
			waiting = Buffer.concat([waiting, bytes]);
			while (waiting.length >= next)
				send(next);
			clearTimeout(timer); // the client may have sent all
			timer = setTimeout(() => waiting.length > 0 && !socket.destroyed && send(waiting.length), 20);
		});
	};
}

for (const version of Object.keys(NUMBERS)) {
	test(`${version}: eight connections in 40 KB, all verified, all echoing`, async (t) => {
		const { echoed, failed, left } = await run(t, "manyClients", version, { count: 8, limit: 40960, bytes: 1000 });
		assert.deepEqual({ echoed, failed, left }, { echoed: 8, failed: {}, left: 0 });
	});

	test(`${version}: with buffers for life, two of three connections in 60 KB, and the third ends with "memory"`, async (t) => {
		const { echoed, failed, left } = await run(t, "manyClientsReserve", version, { count: 3, limit: 60000 });
		assert.deepEqual({ echoed, failed, left }, { echoed: 2, failed: { memory: 1 }, left: 0 });
	});
}

test("fifty connections one after the other leave nothing behind", async (t) => {
	const { echoed, failed, left } = await run(t, "manyClients", "TLSv1.3", { count: 1, rounds: 50, limit: 16384 });
	assert.deepEqual({ echoed, failed, left }, { echoed: 50, failed: {}, left: 0 });
});

const MANY = LONG ? { rounds: 250, besides: 63, bytes: 100_000 } : { rounds: 10, besides: 3, bytes: 40_000 };
const WAYS = {
	"one after the other": { count: 1, rounds: MANY.rounds, record: 16384 },
	"four side by side": { count: 4, rounds: MANY.besides, record: 8192 }, // so that each can have one at the same time, almost
};

for (const [way, { count, rounds, record }] of Object.entries(WAYS))
	test(`${count * rounds} connections, ${way}, and records of random size leave a heap of 64 KB in one piece`, async (t) => {
		const how = { count, rounds, bytes: MANY.bytes, more: [4096, 65536], behaviour: echoRecords(record) };
		const { largest, ...figures } = await run(t, "manyClients", "TLSv1.3", how);
		t.diagnostic(JSON.stringify({ ...figures, largest }));
		assert.deepEqual(figures, { ...figures, echoed: count * rounds, failed: {}, left: 0 });
		assert.ok(largest.before > 16384, `before: ${largest.before}`);
		assert.ok(largest.after >= largest.before, `before: ${largest.before}, after: ${largest.after}`);
		assert.ok(largest.idle > record + 1024, `while connections were idle: ${largest.idle}`);
	});
