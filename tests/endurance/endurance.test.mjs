// SPDX-License-Identifier: MIT
// Many connections one after the other, and much through one, both ways at once: what is in use stays the same. The bytes in use
// have the engine's slots and chunks among them.
//
// The short form makes 200 connections and moves 50 MB each way, the long one 20,000 and 10 GB.

import assert from "node:assert/strict";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { LONG } from "../support/long.mjs";
import { optionsFor } from "../support/options.mjs";
import { startNode } from "../support/servers.mjs";
import { runClients } from "./endurance.mjs";

const LIMIT = 7_200_000;
const ROUNDS = 5;
const CONNECTIONS = LONG ? 20_000 : 200;
const SLACK = 2048; // bytes: sessions that are kept, of which one has a longer ticket than another; a leak a record is above 190,000
const BYTES = LONG ? 10e9 : 50e6;
const pki = await todaysPki();

async function startServer(t, version) {
	const server = await startNode({ pki, chain: "server-p256", version });
	t.after(server.stop);
	return server;
}

/** Asserts that what is in use does not grow. The first round may set up what lives as long as the program. */
function assertFlat(t, results) {
	const used = results.map(({ heap, descriptors }) => ({ heap, descriptors }));
	t.diagnostic(JSON.stringify(used));
	for (const { heap, descriptors } of used.slice(2)) {
		assert.ok(heap - used[1].heap < SLACK, JSON.stringify(used));
		assert.equal(descriptors, used[0].descriptors);
	}
}

for (const version of ["TLSv1.2", "TLSv1.3"])
	test(`${version}: ${CONNECTIONS} connections one after the other leave nothing behind`, async (t) => {
		const { port } = await startServer(t, version);
		const count = CONNECTIONS / ROUNDS;
		const results = await runClients({ options: optionsFor(pki, port), stages: Array(ROUNDS).fill({ count, bytes: 100 }) }, { limit: LIMIT });
		for (const { connected, failed, thrown } of results)
			assert.deepEqual({ connected, failed, thrown }, { connected: count, failed: {}, thrown: {} });
		assertFlat(t, results);
	});

test(`${BYTES / 1e6} MB each way at once through one connection leave nothing behind`, async (t) => {
	const { port } = await startServer(t, "TLSv1.3");
	const stages = [{ count: 1, bytes: 1e6 }, { count: 1, bytes: 1e6 }, { count: 1, bytes: BYTES }];
	const results = await runClients({ options: optionsFor(pki, port), stages }, { limit: LIMIT });
	for (const { connected, failed, thrown } of results)
		assert.deepEqual({ connected, failed, thrown }, { connected: 1, failed: {}, thrown: {} });
	assertFlat(t, results);
});
