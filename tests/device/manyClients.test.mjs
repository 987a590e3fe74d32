// SPDX-License-Identifier: MIT
// Many connections at a time on a small heap of the emulated board: record buffers exist only while there is a record, what
// finds no memory waits, and what waits in vain ends with "memory".

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { startNode } from "../support/servers.mjs";
import { runImage } from "./emulator.mjs";

const NUMBERS = { "TLSv1.2": "0303", "TLSv1.3": "0304" };
const pki = await todaysPki();

/** Opens `count` connections at a time, `rounds` times, on a heap of `limit` bytes. */
async function run(t, image, version, { count, rounds = 1, limit, bytes = 100 }) {
	const server = await startNode({ pki, chain: "server-p256", version });
	t.after(server.stop);
	const parameters = [server.port, join(pki.folder, "root-p256.der"), NUMBERS[version], count, rounds, limit, bytes];
	return JSON.parse(await runImage(image, parameters.map(String), { limit: 300_000 }));
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
