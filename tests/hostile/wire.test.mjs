// SPDX-License-Identifier: MIT
// Peers and networks that do not keep to TLS: what is no TLS at all, silence, cuts, changed and invented records.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { optionsFor } from "../support/options.mjs";
import { checksumOfPattern, patternAt } from "../support/pattern.js";
import { startNode } from "../support/servers.mjs";
import { alert, record, RECORD, startProxy, startRaw } from "../support/wire.mjs";
import { connect } from "../support/xsrun.mjs";
import { assertRefused, SECRET } from "./refusal.mjs";

const pki = await todaysPki();
const VERSIONS = ["TLSv1.2", "TLSv1.3"];
const only = (version) => ({ minimumVersion: version, maximumVersion: version });

/** A server that answers the client's first bytes with `answer`, then goes on with `script`. */
async function refusedByRaw(t, codes, answer, script, tls) {
	const server = await startRaw((socket) => socket.once("data", () => {
		socket.write(answer);
		script?.(socket);
	}));
	t.after(server.stop);
	const error = await assertRefused(optionsFor(pki, server.port, tls), codes);
	assert.ok(!server.received().includes(SECRET), "the secret went out in plaintext");
	return error;
}

test("what is no TLS", async (t) => {
	for (const [what, bytes] of [
		["HTTP", "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"],
		["SSH", "SSH-2.0-OpenSSH_9.2\r\n"],
		["noise", Buffer.from("c8".repeat(3000), "hex")],
		["zeros", Buffer.alloc(3000)],
		["a record of an unknown type", record(99, Buffer.alloc(10))],
		["a record of an unknown version", record(RECORD.handshake, Buffer.alloc(10), 0x0505)],
		["random bytes in a handshake record", record(RECORD.handshake, Buffer.concat([Buffer.of(2, 0, 0, 96), randomBytes(96)]))],
		["application data", record(RECORD.applicationData, Buffer.alloc(100))],
		["ChangeCipherSpec of two bytes", record(RECORD.changeCipherSpec, Buffer.of(1, 1))],
		["an alert of one byte", record(RECORD.alert, Buffer.of(2))],
		["a ServerHello with nothing in it", record(RECORD.handshake, Buffer.of(2, 0, 0, 0))],
		["Finished as the first message", record(RECORD.handshake, Buffer.of(20, 0, 0, 12, ...Buffer.alloc(12)))],
	])
		await t.test(what, (t) => refusedByRaw(t, "protocol", bytes));
	await t.test("a record longer than TLS allows", (t) =>
		refusedByRaw(t, ["record-size", "protocol"], Buffer.concat([Buffer.of(22, 3, 3, 0xFF, 0xFF), Buffer.alloc(0xFFFF)])));
	await t.test("a handshake message of 16 MB", (t) =>
		refusedByRaw(t, ["protocol", "record-size"], record(RECORD.handshake, Buffer.of(2, 0xFF, 0xFF, 0xFF)), (socket) =>
			repeat(socket, record(RECORD.handshake, Buffer.alloc(16384)))));
});

/** Sends the same bytes again and again, until the client has had enough. */
function repeat(socket, bytes) {
	const send = () => {
		while (socket.writable && socket.write(bytes));
	};
	socket.on("drain", send);
	send();
}

test("silence", async (t) => {
	const LIMIT = 400;
	/**
	 * Asserts that the class gives up by itself, and not before its time, by the client's own clock. If it did not heed
	 * the option, but waited for its default of 30 seconds, the client would have been ended as one that hangs.
	 */
	async function timesOut(run) {
		const { milliseconds } = await run();
		assert.ok(milliseconds >= LIMIT, `it took ${milliseconds} ms`);
	}
	await t.test("from the start", (t) => timesOut(() => refusedByRaw(t, "timeout", "", undefined, { handshakeTimeout: LIMIT })));
	await t.test("a byte now and then", (t) => timesOut(() => refusedByRaw(t, "timeout", Buffer.of(22, 3, 3, 0x10, 0x00), (socket) => {
		const timer = setInterval(() => socket.write(Buffer.of(0)), 20);
		socket.on("close", () => clearInterval(timer));
	}, { handshakeTimeout: LIMIT })));
	for (const version of VERSIONS)
		await t.test(`${version}, after the ServerHello`, async (t) => {
			const server = await startNode({ pki, chain: "server-p256", version });
			t.after(server.stop);
			const proxy = await startProxy(server.port, { toClient: ({ index }) => (index > 0) ? null : undefined });
			t.after(proxy.stop);
			await timesOut(() => assertRefused(optionsFor(pki, proxy.port, { handshakeTimeout: LIMIT }), "timeout", server));
		});
	await t.test("after the handshake is none of its business", async (t) => {
		const server = await startNode({
			pki, chain: "server-p256",
			behaviour: (socket) => setTimeout(() => socket.write("late"), 3 * LIMIT),
		});
		t.after(server.stop);
		const { error, end } = await connect({ options: optionsFor(pki, server.port, { handshakeTimeout: LIMIT }), receive: 4 });
		assert.equal(error, undefined);
		assert.equal(end.received, 4);
	});
});

test("fatal alerts", async (t) => {
	for (const [description, name, codes] of [
		[40, "handshake_failure", "negotiation"],
		[70, "protocol_version", "version"],
		[71, "insufficient_security", ["negotiation", "alert"]],
		[80, "internal_error", "alert"],
		[112, "unrecognized_name", "alert"],
		[120, "no_application_protocol", "application-protocol"],
		[222, "an unknown alert", "alert"],
	])
		await t.test(name, (t) => refusedByRaw(t, codes, alert(description)));
	await t.test("close_notify during the handshake", (t) =>
		refusedByRaw(t, ["closed", "truncated"], record(RECORD.alert, Buffer.of(1, 0)), (socket) => socket.end()));
});

test("warning alerts without end", async (t) => {
	const warnings = Buffer.concat(Array.from({ length: 1000 }, () => record(RECORD.alert, Buffer.of(1, 112))));
	await refusedByRaw(t, ["protocol", "alert"], warnings, (socket) => repeat(socket, warnings), { handshakeTimeout: 5000 });
});

/** The server's records of a handshake, each with a message, and what a change of the last bit comes out as. */
const MESSAGES = {
	"TLSv1.2": [
		["ServerHello", "protocol"], // the length of its last extension
		["Certificate", "certificate-signature"],
		["ServerKeyExchange", "protocol"], // its signature
		["ServerHelloDone", "timeout"], // its length, which has grown: the client waits for the rest
		["NewSessionTicket", "protocol"], // a matter of Finished, which is another then
		["ChangeCipherSpec", "protocol"],
		["Finished", "record-integrity"],
	],
	"TLSv1.3": [
		["ServerHello", "record-integrity"], // its key share: the client comes to other keys
		["ChangeCipherSpec", undefined], // means nothing, so that its change may go unnoticed
		["EncryptedExtensions", "record-integrity"],
		["Certificate", "record-integrity"],
		["CertificateVerify", "record-integrity"],
		["Finished", "record-integrity"],
	],
};

for (const version of VERSIONS)
	test(`${version}, cuts and changes during the handshake`, async (t) => {
		const server = await startNode({ pki, chain: "server-p256", version, behaviour: () => {} });
		t.after(server.stop);
		/** A refusal through a proxy with this script. Only what is to time out does so soon. */
		async function refused(t, codes, script) {
			const proxy = await startProxy(server.port, script);
			t.after(proxy.stop);
			const soon = (codes === "timeout") && { handshakeTimeout: 3000 };
			await assertRefused(optionsFor(pki, proxy.port, { ...only(version), ...soon }), codes);
			assert.equal(server.connections.at(-1).received, 0, "the server got data");
		}
		const messages = MESSAGES[version];
		assert.equal(await recordsOfHandshake(server, version), messages.length);
		for (const at of messages.keys()) {
			await t.test(`TCP's end before record ${at}`, (t) => refused(t, "truncated", {
				toClient: ({ index }, connection) => (index === at) ? (connection.cut(), null) : undefined,
			}));
			await t.test(`TCP's end within record ${at}`, (t) => refused(t, "truncated", {
				toClient({ index, bytes }, connection) {
					if (index !== at)
						return undefined;
					connection.client.write(bytes.subarray(0, bytes.length - 1));
					connection.cut();
					return null;
				},
			}));
		}
		await t.test("a reset before the first record", (t) => refused(t, "reset", {
			toClient: (_, connection) => (connection.reset(), null),
		}));
		for (const [at, [message, code]] of messages.entries()) {
			if (code)
				await t.test(`one bit of ${message} changed`, (t) => refused(t, code, {
					toClient: ({ index, bytes }) => (index === at) ? flipped(bytes) : undefined,
				}));
		}
		await t.test("application data in plaintext after the first record", (t) => refused(t, ["protocol", "record-integrity"], {
			toClient: ({ index, bytes }) => (index === 0) ? Buffer.concat([bytes, record(RECORD.applicationData, Buffer.from("injected"))]) : undefined,
		}));
	});

/** How many records a server sends until the handshake is done, without tickets. */
async function recordsOfHandshake(server, version) {
	let beforeFinished;
	const proxy = await startProxy(server.port, {
		// in TLS 1.3 the client's Finished, its first encrypted record, is the last message of the handshake
		toServer({ type }, { records }) {
			if (type === RECORD.applicationData)
				beforeFinished ??= records.toClient.length;
		},
	});
	const { error } = await connect({ options: optionsFor(pki, proxy.port, only(version)), closeAfter: 1000 });
	assert.equal(error, undefined);
	await proxy.stop();
	const { toClient } = proxy.connections[0].records;
	return (version === "TLSv1.2") ? toClient.findLastIndex(({ type }) => type === RECORD.handshake) + 1 : beforeFinished;
}

/** The same record with one bit changed, in its last byte. */
function flipped(bytes) {
	const copy = Buffer.from(bytes);
	copy[copy.length - 1] ^= 1;
	return copy;
}

for (const version of VERSIONS)
	test(`${version}, records changed after the handshake`, async (t) => {
		const SIZE = 1000;
		const COUNT = 3;
		/** A server that sends COUNT records of SIZE bytes, and what `change` makes of them; `intact` of them arrive. */
		async function changed(t, codes, intact, change) {
			const server = await startNode({
				pki, chain: "server-p256", version,
				async behaviour(socket) {
					for (let at = 0; at < COUNT; at++) // one after the other, or Node makes one record of them
						await new Promise((resolve) => socket.write(patternAt(at * SIZE, SIZE), resolve));
				},
			});
			t.after(server.stop);
			let index = 0;
			const proxy = await startProxy(server.port, {
				toClient({ type, bytes }, connection) {
					const isData = type === RECORD.applicationData && bytes.length >= SIZE && bytes.length < SIZE + 100;
					return isData ? change(index++, bytes, connection) : undefined;
				},
			});
			t.after(proxy.stop);
			const { error, end } = await connect({ options: optionsFor(pki, proxy.port, only(version)) }, { limit: 10_000 });
			assert.ok(index > intact, `${index} records went by`);
			assert.ok([codes].flat().includes(error?.code), `the error is ${error?.code}: ${error?.message}`);
			assert.equal(end.received, intact * SIZE);
			assert.equal(end.digest, checksumOfPattern(intact * SIZE));
		}
		let kept;
		await t.test("one bit", (t) => changed(t, "record-integrity", 1, (index, bytes) => (index === 1) ? flipped(bytes) : undefined));
		await t.test("left out", (t) => changed(t, "record-integrity", 1, (index) => (index === 1) ? null : undefined));
		await t.test("twice", (t) => changed(t, "record-integrity", 2, (index, bytes) => (index === 1) ? Buffer.concat([bytes, bytes]) : undefined));
		await t.test("out of order", (t) => changed(t, "record-integrity", 0, (index, bytes) => {
			if (index === 0) {
				kept = Buffer.from(bytes);
				return null;
			}
			return (index === 1) ? Buffer.concat([bytes, kept]) : undefined;
		}));
		await t.test("plaintext put between", (t) => changed(t, ["record-integrity", "protocol"], 1, (index, bytes) =>
			(index === 1) ? Buffer.concat([record(RECORD.applicationData, Buffer.from("injected")), bytes]) : undefined));
		await t.test("an alert in plaintext put between", (t) => changed(t, ["record-integrity", "protocol"], 1, (index, bytes) =>
			(index === 1) ? Buffer.concat([alert(80), bytes]) : undefined));
		await t.test("cut in the middle of a record", (t) => changed(t, "truncated", 1, (index, bytes, connection) => {
			if (index === 1)
				connection.client.write(bytes.subarray(0, SIZE / 2));
			if (index === 2)
				connection.cut();
			return (index === 0) ? undefined : null;
		}));
	});
