// SPDX-License-Identifier: MIT
// Answers to what the client did not ask for, OCSP responses and signed certificate timestamps among them (RFC 8446, section 4.2;
// RFC 6066, section 8), and what a request for a certificate may hold besides.

import assert from "node:assert/strict";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { certificateRequest, extension, message, serverP256, startBending } from "../support/bendingServer.mjs";
import { optionsFor } from "../support/options.mjs";
import { RECORD } from "../support/wire.mjs";
import { connect } from "../support/xsrun.mjs";
import { assertRefused } from "./refusal.mjs";

const pki = await todaysPki();

const ALERT = { unexpectedMessage: 10, illegalParameter: 47, decodeError: 50, unsupportedExtension: 110 };
const MESSAGE = { certificateStatus: 22 };
const TYPE = { serverName: 0, fragments: 1, status: 5, groups: 10, protocol: 16, timestamps: 18, masterSecret: 23, limit: 28, unknown: 0x1234, grease: 0x0A0A };
const GROUPS = Buffer.of(0, 2, 0, 29);

/** An OCSP response of so many bytes in a CertificateStatus; as large a list of timestamps. */
const status = (size) => Buffer.concat([Buffer.of(1, 0, size >> 8, size & 0xFF), Buffer.alloc(size)]);
const timestamps = (size) => Buffer.concat([Buffer.of((size + 2) >> 8, (size + 2) & 0xFF, size >> 8, size & 0xFF), Buffer.alloc(size)]);

/** @returns a bending server, whose `answer` is the first record that the client sends when it knows what the server wants */
async function start(t, bending) {
	let answer;
	const server = await startBending({
		...serverP256(pki), together: true, ...bending,
		after(peer, record) {
			answer = record;
			peer.end();
		},
	});
	t.after(server.stop);
	return { port: server.port, answer: () => answer };
}

function refuses(version, what, alert, bending) {
	test(`${version}, ${what}`, async (t) => {
		const server = await start(t, { version, ...bending });
		await assertRefused(optionsFor(pki, server.port), "protocol");
		assert.equal(server.answer().type, RECORD.alert);
		assert.deepEqual([...server.answer().payload], [2, alert]);
	});
}

for (const [what, alert, ...entry] of [
	["an OCSP response", ALERT.unsupportedExtension, extension(TYPE.status, status(2000))],
	["one of 14,000 bytes", ALERT.unsupportedExtension, extension(TYPE.status, status(14000))],
	["an empty one", ALERT.unsupportedExtension, extension(TYPE.status)],
	["timestamps", ALERT.unsupportedExtension, extension(TYPE.timestamps, timestamps(100))],
	["14,000 bytes of them", ALERT.unsupportedExtension, extension(TYPE.timestamps, timestamps(14000))],
	["what nobody knows", ALERT.unsupportedExtension, extension(TYPE.unknown)],
	["a name", ALERT.illegalParameter, extension(TYPE.serverName)],
	["an extension that is cut off", ALERT.decodeError, extension(TYPE.status).subarray(0, 3)],
])
	refuses("TLSv1.3", `beside the certificate ${what}`, alert, { entry });

for (const [what, alert, ...answers] of [
	["an OCSP response", ALERT.illegalParameter, extension(TYPE.status, status(5))],
	["timestamps", ALERT.illegalParameter, extension(TYPE.timestamps, timestamps(5))],
	["what nobody knows", ALERT.unsupportedExtension, extension(TYPE.unknown)],
	["a GREASE value", ALERT.unsupportedExtension, extension(TYPE.grease)],
	["a protocol", ALERT.unsupportedExtension, extension(TYPE.protocol, Buffer.of(0, 3, 2), Buffer.from("h2"))],
	["a maximum fragment length", ALERT.unsupportedExtension, extension(TYPE.fragments, Buffer.of(1))],
	["what TLS 1.3 has no more", ALERT.illegalParameter, extension(TYPE.masterSecret)],
	["groups twice", ALERT.illegalParameter, extension(TYPE.groups, GROUPS), extension(TYPE.groups, GROUPS)],
	["a limit to records twice", ALERT.illegalParameter, extension(TYPE.limit, Buffer.of(0, 64)), extension(TYPE.limit, Buffer.of(0, 64))],
	["a limit below 64", ALERT.illegalParameter, extension(TYPE.limit, Buffer.of(0, 63))],
])
	refuses("TLSv1.3", `among the extensions ${what}`, alert, { answers });

refuses("TLSv1.3", "a CertificateStatus", ALERT.unexpectedMessage, { extra: [message(MESSAGE.certificateStatus, status(100))] });
refuses("TLSv1.3", "two requests for a certificate", ALERT.unexpectedMessage, { extra: [certificateRequest(0), certificateRequest(0)] });

for (const [what, alert, bending] of [
	["an OCSP response announced", ALERT.unsupportedExtension, { answers: [extension(TYPE.status)] }],
	["…and sent", ALERT.unsupportedExtension, { answers: [extension(TYPE.status)], extra: [message(MESSAGE.certificateStatus, status(2000))] }],
	["an OCSP response", ALERT.unexpectedMessage, { extra: [message(MESSAGE.certificateStatus, status(2000))] }],
	["one of 16,000 bytes", ALERT.unexpectedMessage, { extra: [message(MESSAGE.certificateStatus, status(16000))] }],
	["timestamps", ALERT.unsupportedExtension, { answers: [extension(TYPE.timestamps, timestamps(100))] }],
	["what nobody knows", ALERT.unsupportedExtension, { answers: [extension(TYPE.unknown)] }],
	["a name twice", ALERT.illegalParameter, { answers: [extension(TYPE.serverName), extension(TYPE.serverName)] }],
])
	refuses("TLSv1.2", what, alert, bending);

test("what a server may send unasked", async (t) => {
	for (const [what, bending] of [
		["the groups that it has", { answers: [extension(TYPE.groups, GROUPS)] }],
		["a request for a certificate that asks for an OCSP response", { extra: [certificateRequest(0, extension(TYPE.status))] }],
		["…for timestamps", { extra: [certificateRequest(0, extension(TYPE.timestamps))] }],
		["…for what nobody knows", { extra: [certificateRequest(0, extension(TYPE.unknown, Buffer.alloc(50)), extension(TYPE.grease))] }],
	])
		await t.test(what, async (t) => {
			const server = await start(t, bending);
			const { connected, error } = await connect({ options: optionsFor(pki, server.port) });
			assert.ok(connected);
			assert.equal(error?.code, "closed");
		});
});
