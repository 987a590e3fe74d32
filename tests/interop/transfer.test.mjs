// SPDX-License-Identifier: MIT
// Much data, in all directions and speeds. Checksums tell that it arrived unchanged.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { todaysPki } from "../pki/pki.mjs";
import { optionsFor } from "../support/options.mjs";
import { Checksum, checksumOfPattern, LINE, patternAt } from "../support/pattern.js";
import { ECHO_SERVERS, startNode } from "../support/servers.mjs";
import { RECORD, startProxy } from "../support/wire.mjs";
import { connect, startClient } from "../support/xsrun.mjs";

const pki = await todaysPki();
const MEGABYTES = 16384 * LINE;
const VERSIONS = ["TLSv1.2", "TLSv1.3"];
const only = (version) => ({ minimumVersion: version, maximumVersion: version });

/** For startNode: sends `size` bytes of the pattern as fast as the client takes them, then does `last`. */
function sendPattern(size, last) {
	return (socket) => {
		let sent = 0;
		const fill = () => {
			while (sent < size) {
				const bytes = patternAt(sent, size - sent);
				sent += bytes.length;
				if (!socket.write(bytes))
					return;
			}
			socket.off("drain", fill);
			last?.(socket);
		};
		socket.on("drain", fill);
		fill();
	};
}

for (const [name, start] of Object.entries(ECHO_SERVERS))
	test(`5 MB to ${name} and back, at the same time`, async (t) => {
		for (const version of VERSIONS)
			await t.test(version, async (t) => {
				const server = await start({ pki, chain: "server-p256", version });
				t.after(server.stop);
				const size = 5 * MEGABYTES;
				const { error, end } = await connect({ options: optionsFor(pki, server.port), send: size, receive: size }, { limit: 120_000 });
				assert.equal(error, undefined);
				assert.equal(end.received, size);
				assert.equal(end.digest, checksumOfPattern(size));
			});
	});

test("download only, to the server's close_notify", async (t) => {
	const size = 5 * MEGABYTES;
	for (const version of VERSIONS)
		await t.test(version, async (t) => {
			const server = await startNode({ pki, chain: "server-p256", version, behaviour: sendPattern(size, (socket) => socket.end()) });
			t.after(server.stop);
			const { error, end } = await connect({ options: optionsFor(pki, server.port) }, { limit: 120_000 });
			assert.equal(error?.code, "closed");
			assert.equal(end.received, size);
			assert.equal(end.digest, checksumOfPattern(size));
		});
});

test("upload only; close sends what was accepted", async (t) => {
	const size = 5 * MEGABYTES;
	for (const version of VERSIONS)
		await t.test(version, async (t) => {
			const checksum = new Checksum();
			let finished;
			const done = new Promise((resolve) => finished = resolve);
			const server = await startNode({
				pki, chain: "server-p256", version,
				behaviour: (socket) => socket.on("data", (bytes) => checksum.update(bytes)).on("end", finished),
			});
			t.after(server.stop);
			const { error, end } = await connect({ options: optionsFor(pki, server.port), send: size, receive: 0 }, { limit: 120_000 });
			assert.equal(error, undefined);
			assert.equal(end.sent, size);
			await done; // "end" comes with the client's close_notify only
			assert.equal(checksum.length, size);
			assert.equal(checksum.digest, checksumOfPattern(size));
		});
});

test("writes of odd sizes", async (t) => {
	const server = await startNode({ pki, chain: "server-p256" });
	t.after(server.stop);
	for (const piece of [1, 63, 1000, 16384, 16385])
		await t.test(`${piece} bytes`, async () => {
			const size = Math.min(2000 * piece, MEGABYTES);
			const { error, end } = await connect({ options: optionsFor(pki, server.port), send: size, piece, receive: size }, { limit: 60_000 });
			assert.equal(error, undefined);
			assert.equal(end.digest, checksumOfPattern(size));
		});
});

test("arriving in small segments", async (t) => {
	const server = await startNode({ pki, chain: "server-rsa" });
	t.after(server.stop);
	for (const version of VERSIONS)
		for (const pieces of [1, 7, 1460])
			await t.test(`${version}, of ${pieces} bytes`, async (t) => {
				const proxy = await startProxy(server.port, { pieces });
				t.after(proxy.stop);
				const size = 100 * LINE;
				const { error, end } = await connect({ options: optionsFor(pki, proxy.port, { ca: "root-rsa", ...only(version) }), send: size, receive: size }, { limit: 60_000 });
				assert.equal(error, undefined);
				assert.equal(end.digest, checksumOfPattern(size));
			});
});

test("many records of one byte", async (t) => {
	const size = 3000;
	const server = await startNode({
		pki, chain: "server-p256",
		behaviour: (socket) => {
			for (let at = 0; at < size; at++)
				socket.write(patternAt(at, 1));
		},
	});
	t.after(server.stop);
	const { error, end } = await connect({ options: optionsFor(pki, server.port), receive: size });
	assert.equal(error, undefined);
	assert.equal(end.digest, checksumOfPattern(size));
});

test("a reader that takes little at a time loses nothing", async (t) => {
	const size = 2000 * LINE;
	for (const version of VERSIONS)
		await t.test(version, async (t) => {
			const server = await startNode({ pki, chain: "server-p256", version, behaviour: sendPattern(size) });
			t.after(server.stop);
			const { error, end } = await connect({ options: optionsFor(pki, server.port), receive: size, slow: { every: 2, bytes: 777 } }, { limit: 60_000 });
			assert.equal(error, undefined);
			assert.equal(end.received, size);
			assert.equal(end.digest, checksumOfPattern(size));
		});
});

test("a reader that takes little at a time, and the server closes early: it still gets all", async (t) => {
	const size = 500 * LINE;
	const server = await startNode({ pki, chain: "server-p256", behaviour: sendPattern(size, (socket) => socket.end()) });
	t.after(server.stop);
	const { error, end } = await connect({ options: optionsFor(pki, server.port), slow: { every: 2, bytes: 1000 } }, { limit: 60_000 });
	assert.equal(error?.code, "closed");
	assert.equal(end.digest, checksumOfPattern(size));
});

test("a reader that sleeps holds the server back, and takes no memory for it", async (t) => {
	const size = 64 * MEGABYTES; // more than the kernel keeps for both ends
	let begin;
	const begun = new Promise((resolve) => begin = resolve);
	const behaviour = (socket) => {
		begin(socket);
		sendPattern(size)(socket);
	};
	const server = await startNode({ pki, chain: "server-p256", behaviour });
	t.after(server.stop);
	const sleep = 1500;
	const { child, result } = startClient({ options: optionsFor(pki, server.port), receive: size, slow: { after: sleep } }, { limit: 120_000 });
	const socket = await begun;
	await delay(sleep - 500);
	assert.ok(socket.bytesWritten < size, `the server could send ${socket.bytesWritten} bytes`);
	assert.ok(residentMemory(child.pid) < 32 * 1024 * 1024, `the client uses ${residentMemory(child.pid)} bytes`);
	const { error, end } = await result;
	assert.equal(error, undefined);
	assert.equal(end.received, size);
	assert.equal(end.digest, checksumOfPattern(size));
});

/** Bytes of memory of a process. */
function residentMemory(pid) {
	return 1024 * Number(/^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))[1]);
}

test("maximum fragment length keeps the server's records small", async (t) => {
	const size = 1000 * LINE;
	const OVERHEAD = 16 + 8; // authentication tag, explicit nonce
	for (const name of ["OpenSSL", "GnuTLS"])
		for (const maximumFragmentLength of [512, 1024, 2048, 4096])
			await t.test(`${name}, TLS 1.2, ${maximumFragmentLength}`, async (t) => {
				const server = await ECHO_SERVERS[name]({ pki, chain: "server-p256" });
				t.after(server.stop);
				const proxy = await startProxy(server.port);
				t.after(proxy.stop);
				const tls = { maximumFragmentLength, ...only("TLSv1.2") };
				const { error, end } = await connect({ options: optionsFor(pki, proxy.port, tls), send: size, receive: size });
				assert.equal(error, undefined);
				assert.equal(end.digest, checksumOfPattern(size));
				const { toClient, toServer } = proxy.connections[0].records;
				for (const { length } of [...toClient, ...toServer].filter(({ type }) => type === RECORD.applicationData))
					assert.ok(length <= maximumFragmentLength + OVERHEAD, `a record has ${length} bytes`);
			});
});
