// SPDX-License-Identifier: MIT
// What a server is told, and what the script: a pin that nothing has, a certificate for other names, a signature of a kind for
// another curve.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { serverP256, startBending } from "../support/bendingServer.mjs";
import { optionsFor } from "../support/options.mjs";
import { startNode } from "../support/servers.mjs";
import { connect } from "../support/xsrun.mjs";
import { assertRefused } from "./refusal.mjs";

const pki = await todaysPki();

for (const version of ["TLSv1.2", "TLSv1.3"])
	test(`${version}, a pin that nothing in the chain has: the server is told that its certificate is bad`, async (t) => {
		const server = await startNode({ pki, chain: "server-p256", version });
		t.after(server.stop);
		const pin = createHash("sha256").update("another key").digest();
		await assertRefused(optionsFor(pki, server.port, { pins: [pin] }), "certificate-pin", server);
		await server.connections[0].closed;
		assert.match(String(server.connections[0].error?.code), /BAD_CERTIFICATE/);
	});

/** What is wrong with the server's chain, by the error's code, and the alert that tells the server: see docs/errors.md. */
const TOLD = [
	["expired", "certificate-expired", "CERTIFICATE_EXPIRED"],
	["not-yet-valid", "certificate-not-yet-valid", "CERTIFICATE_EXPIRED"],
	["unknown-authority", "certificate-issuer", "UNKNOWN_CA"],
	["self-signed", "certificate-self-signed", "UNKNOWN_CA"],
	["client-only", "certificate-usage", "UNSUPPORTED_CERTIFICATE"],
	["rsa-1024", "certificate-weak", "UNSUPPORTED_CERTIFICATE", { ca: "root-rsa" }],
	["server-p256", "clock", "CERTIFICATE_UNKNOWN", { time: 1000 }],
	["wrong-name", "certificate-name", "BAD_CERTIFICATE"],
	["forged", "certificate-signature", "BAD_CERTIFICATE"],
	["path-length", "certificate-chain", "BAD_CERTIFICATE"],
	["constraints-excluded", "certificate-constraints", "BAD_CERTIFICATE"],
];

for (const version of ["TLSv1.2", "TLSv1.3"])
	test(`${version}, the server is told what is wrong with its certificate`, async (t) => {
		for (const [chain, code, alert, options] of TOLD)
			await t.test(`${code}: ${alert}`, async (t) => {
				const server = await startNode({ pki, chain, version, tls: { ciphers: "DEFAULT@SECLEVEL=0" } });
				t.after(server.stop);
				await assertRefused(optionsFor(pki, server.port, options), code, server);
				await server.connections[0].closed;
				assert.match(String(server.connections[0].error?.code), new RegExp(`_ALERT_${alert}$`));
			});
	});

test("a certificate for other names: the message says for which", async (t) => {
	const server = await startNode({ pki, chain: "wrong-name" });
	t.after(server.stop);
	const { message } = await assertRefused(optionsFor(pki, server.port), "certificate-name", server);
	assert.match(message, /other\.test, 192\.0\.2\.1/);
});

test("TLS 1.3, a signature by P-256", async (t) => {
	const SECP384R1 = 0x0503;
	const start = async (context, bending) => {
		const server = await startBending(bending);
		context.after(server.stop);
		return optionsFor(pki, server.port);
	};
	await t.test("in the scheme of that curve is taken", async (context) => {
		const { connected } = await connect({ options: await start(context, serverP256(pki)) });
		assert.equal(connected.tls.version, "TLSv1.3");
	});
	await t.test("in that of P-384 is refused", async (context) => {
		await assertRefused(await start(context, serverP256(pki, SECP384R1, "sha384")), "protocol");
	});
});
