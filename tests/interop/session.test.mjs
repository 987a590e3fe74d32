// SPDX-License-Identifier: MIT
// Session resumption with real servers: within a program, and from one program to the next.

import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect as connectTo, createServer } from "node:net";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { optionsFor } from "../support/options.mjs";
import { ECHO_SERVERS, startNode } from "../support/servers.mjs";
import { connect, reconnect } from "../support/xsrun.mjs";

const pki = await todaysPki();

/** Connections that fail on a session of another version: Mbed TLS 4.x offers no other beside it. */
const IN_VAIN = process.env.MBEDTLS4 && process.env.XSRUN_BUILD ? 1 : 0;

const FIRST = Buffer.from("hello\n");

/** SHA-256 of a certificate's SubjectPublicKeyInfo. */
function pinOf(name) {
	const { publicKey } = new X509Certificate(pki.der(name));
	return createHash("sha256").update(publicKey.export({ type: "spki", format: "der" })).digest();
}

/** Connects `times` times, echoes and closes: whether each connection was resumed, and the session that the last one left. */
async function echo(port, tls, times) {
	const { resumed, session, code, message } = await reconnect({ options: optionsFor(pki, port, tls), first: FIRST, times });
	assert.equal(code, undefined, message);
	return { resumed, session: session && Buffer.from(session, "hex") };
}

/** A port that leads to another, which can be changed. */
async function startForwarder(target) {
	const forwarder = { to: (port) => target = port, connections: 0 };
	const server = createServer((client) => {
		forwarder.connections++;
		const upstream = connectTo(target, "127.0.0.1");
		for (const [from, to] of [[client, upstream], [upstream, client]])
			from.on("error", () => to.destroy()).pipe(to);
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	return Object.assign(forwarder, { port: server.address().port, stop: () => server.close() });
}

for (const [name, start] of Object.entries(ECHO_SERVERS))
	for (const version of ["TLSv1.2", "TLSv1.3"])
		test(`${name}, ${version}`, async (t) => {
			const server = await start({ pki, chain: "server-p256", version });
			t.after(server.stop);
			// Node has no new ticket for who comes with one in TLS 1.3, and no ticket is used twice.
			const renews = name !== "Node" || version !== "TLSv1.3";
			const first = await echo(server.port);
			assert.deepEqual(first.resumed, [false]);
			assert.ok(first.session?.length > 100, "the server gave a session");

			await t.test("resumed by another program", async () => {
				const second = await echo(server.port, { session: first.session });
				assert.deepEqual(second.resumed, [true]);
				assert.equal(second.session !== undefined, renews);
				if (renews)
					assert.deepEqual((await echo(server.port, { session: second.session })).resumed, [true]);
			});
			await t.test("resumed from RAM", async () => {
				// Node gives two with a full handshake.
				assert.deepEqual((await echo(server.port, {}, 4)).resumed, [false, true, true, renews]);
			});
			await t.test("not at all where that is not wanted", async () => {
				const { resumed, session } = await echo(server.port, { session: null }, 2);
				assert.deepEqual(resumed, [false, false]);
				assert.equal(session, undefined);
			});
		});

test("a session of TLS 1.3 at a server that has gone back to 1.2", async (t) => {
	for (const [name, start] of Object.entries(ECHO_SERVERS))
		await t.test(name, async (t) => {
			const [newer, older] = await Promise.all(["TLSv1.3", "TLSv1.2"].map((version) => start({ pki, chain: "server-p256", version })));
			t.after(newer.stop);
			t.after(older.stop);
			const place = await startForwarder(newer.port); // a session is of one port
			t.after(place.stop);
			const { session } = await echo(place.port);
			place.to(older.port);
			const back = await echo(place.port, { session });
			assert.deepEqual(back.resumed, [false]);
			assert.equal(place.connections, 2 + IN_VAIN);
			assert.deepEqual((await echo(place.port, { session: back.session })).resumed, [true]);
		});
});

test("another trust makes a full handshake", async (t) => {
	for (const version of ["TLSv1.2", "TLSv1.3"]) {
		const server = await startNode({ pki, chain: "server-p256", version });
		t.after(server.stop);
		const { session } = await echo(server.port);
		for (const [what, tls] of [
			["another host", { host: "localhost" }],
			["a pin", { pins: pinOf("server-p256") }],
			["one more authority", { ca: ["root-p256", "root-rsa"] }],
			["another version", { minimumVersion: version === "TLSv1.2" ? "TLSv1.1" : version }],
			["a client certificate", { identity: "client-p256" }],
			["a damaged session", { session: Buffer.from(session).fill(0, 60, 61) }],
			["no session at all", { session: Buffer.from("nonsense") }],
			["an empty one", { session: Buffer.alloc(0) }],
		])
			await t.test(`${version}, ${what}`, async () => {
				const expected = what === "another version" && version === "TLSv1.2"; // 1.1 means 1.2
				assert.deepEqual((await echo(server.port, { session, ...tls })).resumed, [expected]);
			});
		await t.test(`${version}, but the same trust does not`, async () => {
			assert.deepEqual((await echo(server.port, { session })).resumed, [true]);
		});
	}
});

test("a session does not outlive its certificates", async (t) => {
	const server = await startNode({ pki, chain: "server-p256" });
	t.after(server.stop);
	const now = Date.now();
	const { session } = await echo(server.port, { time: now });
	assert.deepEqual((await echo(server.port, { session, time: now + 60_000 })).resumed, [true]);
	assert.deepEqual((await echo(server.port, { session, time: now - 60_000 })).resumed, [false]);
	assert.deepEqual((await echo(server.port, { session, time: now + 8 * 24 * 60 * 60_000 })).resumed, [false]);
});

test("pins", async (t) => {
	for (const version of ["TLSv1.2", "TLSv1.3"])
		for (const [what, pins, code] of [
			["the server's key", ["server-p256"]],
			["the intermediate's key", ["intermediate-p256"]],
			["the root's key", ["root-p256"]],
			["one of two", ["root-rsa", "server-p256"]],
			["another key", ["root-rsa"], "certificate-pin"],
			["another key, and another authority", ["server-p256"], "certificate-issuer", "root-rsa"],
		])
			await t.test(`${version}, ${what}`, async (t) => {
				const server = await startNode({ pki, chain: "server-p256", version });
				t.after(server.stop);
				const ca = (code === "certificate-issuer") ? "root-rsa" : "root-p256";
				const { connected, error, end } = await connect({ options: optionsFor(pki, server.port, { ca, pins: pins.map(pinOf) }), first: FIRST, receive: FIRST.length });
				assert.equal(error?.code, code);
				assert.equal(connected === undefined, code !== undefined);
				assert.equal(end.received, code ? 0 : FIRST.length);
			});
	await t.test("pins of another size", async () => {
		for (const pins of [Buffer.alloc(31), Buffer.alloc(33), [pinOf("server-p256"), Buffer.alloc(0)]]) {
			const { error } = await connect({ options: optionsFor(pki, 1, { pins }) });
			assert.equal(error.thrown, true);
			assert.match(error.message, /tls\.pins: must have 32 bytes each/);
		}
	});
});

test("time to verify at", async (t) => {
	const server = await startNode({ pki, chain: "server-p256" });
	t.after(server.stop);
	const DAY = 24 * 60 * 60_000;
	for (const [what, time, code] of [
		["now", Date.now(), undefined],
		["after the certificates' end", Date.now() + 40 * DAY, "certificate-expired"],
		["before they begin", Date.now() - 2 * DAY, "certificate-not-yet-valid"],
		["a clock that was never set", 1000, "clock"],
		["before 1970", -1000, "clock"],
	])
		await t.test(what, async () => {
			const { error, end } = await connect({ options: optionsFor(pki, server.port, { time }), first: FIRST, receive: FIRST.length });
			assert.equal(error?.code, code, error?.message);
			assert.equal(end.received, code ? 0 : FIRST.length);
		});
	await t.test("a Date", async () => {
		assert.deepEqual((await echo(server.port, { time: { date: Date.now() } })).resumed, [false]);
		const { code } = await reconnect({ options: optionsFor(pki, server.port, { time: { date: 1000 } }), first: FIRST });
		assert.equal(code, "clock");
	});
	for (const time of ["2026-01-01", null, {}, 9e15])
		await t.test(`not a time: ${JSON.stringify(time)}`, async () => {
			const { error } = await connect({ options: optionsFor(pki, server.port, { time }) });
			assert.equal(error.thrown, true);
			assert.match(error.message, /^tls\.time: must be/);
		});
});
