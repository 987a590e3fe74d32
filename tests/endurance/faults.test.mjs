// SPDX-License-Identifier: MIT
// What happens around a client: descriptors run out, the network resets the connection at any byte of the handshake, there
// are very many of them, callbacks do what they like. All sanitized. And the clock jumps.
//
// The short form resets at samples of the handshake's bytes, the long one at each.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { LONG } from "../support/long.mjs";
import { optionsFor } from "../support/options.mjs";
import { startNode } from "../support/servers.mjs";
import { runClients } from "./endurance.mjs";

const VERSIONS = ["TLSv1.2", "TLSv1.3"];
const pki = await todaysPki();

async function startServer(t, more) {
	const server = await startNode({ pki, chain: "server-p256", ...more });
	t.after(server.stop);
	return server;
}

test("descriptors run out: the constructor throws, and later connections work", async (t) => {
	const SPARE = 10;
	const { port } = await startServer(t);
	const between = (pid, index) => {
		const most = (index === 0) ? readdirSync(`/proc/${pid}/fd`).length + SPARE : 1024;
		if (index < 2)
			execFileSync("prlimit", ["--pid", String(pid), `--nofile=${most}:1024`]);
	};
	const stages = [{ count: 3, bytes: 100 }, { count: 30, atOnce: 30, bytes: 100 }, { count: 30, atOnce: 30, bytes: 100 }];
	const [before, during, after] = await runClients({ options: optionsFor(pki, port), stages }, { sanitized: true, between });
	assert.deepEqual([before.connected, before.failed, before.thrown], [3, {}, {}]);
	assert.deepEqual(during.failed, {});
	assert.deepEqual(Object.keys(during.thrown), ["memory"]);
	assert.ok(during.connected >= SPARE / 2, `${during.connected} connected`);
	assert.equal(during.connected + during.thrown.memory, 30);
	assert.deepEqual([after.connected, after.failed, after.thrown], [30, {}, {}]);
	assert.equal(after.descriptors, before.descriptors);
});

/** A relay in front of a server that resets the client's connection after `limits.shift()` bytes of one direction; and counts bytes. */
async function startRelay(t, port, direction, limits) {
	const counts = [];
	const relay = net.createServer((client) => {
		const limit = limits.shift() ?? Infinity;
		const server = net.connect(port, "127.0.0.1").setNoDelay();
		const count = { toServer: 0, toClient: 0 };
		const forward = (way, to) => (bytes) => {
			const left = (way === direction) ? limit - count[way] : Infinity;
			const part = bytes.subarray(0, left);
			count[way] += part.length;
			to.write(part, () => part.length === left && client.resetAndDestroy());
		};
		counts.push(count);
		client.setNoDelay().on("data", forward("toServer", server)).on("close", () => server.destroy()).on("error", () => {});
		server.on("data", forward("toClient", client)).on("close", () => client.end()).on("error", () => {});
	});
	await once(relay.listen(0, "127.0.0.1"), "listening");
	t.after(() => relay.close());
	return { port: relay.address().port, counts };
}

for (const version of VERSIONS)
	for (const direction of ["toServer", "toClient"])
		test(`${version}: reset after so many bytes ${direction}`, async (t) => {
			const server = await startServer(t, { version });
			const limits = [Infinity];
			const relay = await startRelay(t, server.port, direction, limits);
			const options = optionsFor(pki, relay.port, { session: null });
			const measured = (pid, index) => {
				if (index > 0)
					return;
				// without what the client sends to close
				const size = relay.counts[0][direction] - ((direction === "toServer") ? 40 : 0);
				for (let at = 1; at < size; at += LONG ? 1 : 40)
					limits.push(at);
			};
			await runClients({ options, stages: [{ count: 1 }] }, { sanitized: true, between: measured });
			const count = limits.length;
			const [{ connected, failed, thrown }] = await runClients({ options, stages: [{ count, bytes: 100 }] }, { sanitized: true, limit: 600_000 });
			t.diagnostic(`${count} resets: ${JSON.stringify({ connected, failed })}`);
			assert.ok(count > 3, `${count} resets`);
			assert.deepEqual({ failed, thrown }, { failed: { reset: count }, thrown: {} });
		});

test("200 connections at once", async (t) => {
	const { port } = await startServer(t);
	const [{ connected, failed, thrown }] = await runClients({ options: optionsFor(pki, port), stages: [{ count: 200, atOnce: 200, bytes: 5000 }] }, { sanitized: true });
	assert.deepEqual({ connected, failed, thrown }, { connected: 200, failed: {}, thrown: {} });
});

/** What a callback does → what that leads to, for each connection. */
const ACTS = {
	closeAtWritable: { connected: 4 },
	closeAtReadable: { connected: 4, failed: { onReadable: 4 } },
	throwAtWritable: { thrown: { onWritable: 4 } },
	throwAtReadable: { connected: 4, thrown: { onReadable: 4 } },
	throwAtError: { connected: 4, thrown: { onError: 4 } },
	reconnectAtWritable: { failed: { onWritable: 4 } },
	reconnectAtReadable: { connected: 4, failed: { onReadable: 4 } },
	reconnectAtError: { connected: 4, failed: { onError: 4 } },
	closeAndReconnectAtWritable: { failed: { onWritable: 4 } },
	closeAndReconnectAtReadable: { connected: 4, failed: { onReadable: 4 } },
	closeAndReconnectAtError: { connected: 4, failed: { onError: 4 } },
};

test("callbacks that close, throw, and connect anew", async (t) => {
	const echo = await startServer(t);
	const ending = await startServer(t, { behaviour: (socket) => socket.end() });
	for (const [server, acts] of [[echo, Object.keys(ACTS).filter((act) => !act.endsWith("Error"))], [ending, Object.keys(ACTS).filter((act) => act.endsWith("Error"))]]) {
		const results = await runClients({ options: optionsFor(pki, server.port), stages: acts.map((act) => ({ act, count: 4, atOnce: 2, bytes: 100 })) }, { sanitized: true });
		for (const [index, act] of acts.entries()) {
			const { connected, failed, thrown } = results[index];
			assert.deepEqual({ connected, failed, thrown }, { connected: 0, failed: {}, thrown: {}, ...ACTS[act] }, act);
		}
	}
});

test("the clock jumps: connections go on, and the next one is judged by it", async (t) => {
	const MB = 1 << 20;
	const folder = mkdtempSync(join(tmpdir(), "clock-"));
	t.after(() => rmSync(folder, { recursive: true }));
	const clock = join(folder, "clock");
	const set = (offset) => {
		writeFileSync(`${clock}.new`, offset);
		renameSync(`${clock}.new`, clock); // never half of it
	};
	const JUMPS = ["+0", "+40d", "-20000d", "+3000d", "-1d", "+0"]; // at each megabyte of the first connection
	const behaviour = (socket) => {
		let received = 0;
		socket.on("data", ({ length }) => {
			const jump = JUMPS[Math.floor(received / MB)];
			received += length;
			if (JUMPS[Math.floor(received / MB)] !== jump)
				set(JUMPS[Math.floor(received / MB)] ?? "+0");
		});
		socket.pipe(socket);
	};
	for (const version of VERSIONS) {
		set("+0");
		const { port } = await startServer(t, { version, behaviour });
		const stages = [{ count: 1, bytes: JUMPS.length * MB }, ...Array(4).fill({ count: 2, bytes: 100 })];
		const between = (pid, index) => set(["+40d", "-20000d", "+0", "+0", "+0"][index]);
		const [long, late, unset, ...after] = await runClients({ options: optionsFor(pki, port), stages }, { clock, between });
		assert.deepEqual([long.connected, long.failed, long.thrown], [1, {}, {}]);
		assert.deepEqual([late.connected, late.failed, late.thrown], [0, { "certificate-expired": 2 }, {}]);
		assert.deepEqual([unset.connected, unset.failed, unset.thrown], [0, { clock: 2 }, {}]);
		for (const { connected, failed, thrown } of after)
			assert.deepEqual([connected, failed, thrown], [2, {}, {}]);
	}
});
