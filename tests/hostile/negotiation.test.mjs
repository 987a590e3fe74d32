// SPDX-License-Identifier: MIT
// Servers that offer only what is too weak or too old, or nothing in common.

import assert from "node:assert/strict";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { serverP256, startBending } from "../support/bendingServer.mjs";
import { optionsFor } from "../support/options.mjs";
import { startNode } from "../support/servers.mjs";
import { assertRefused } from "./refusal.mjs";

const pki = await todaysPki();
const LOWEST = "@SECLEVEL=0";

/** What the server offers, its settings, the client's, the expected code. */
const CASES = [
	["TLS 1.1 at most", { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: `DEFAULT${LOWEST}` }, {}, "version"],
	["TLS 1.2 only, to a client that wants 1.3", { maxVersion: "TLSv1.2" }, { minimumVersion: "TLSv1.3" }, "version"],
	["TLS 1.3 only, to a client that wants 1.2", { minVersion: "TLSv1.3" }, { maximumVersion: "TLSv1.2" }, "version"],
	["RSA key exchange", { maxVersion: "TLSv1.2", ciphers: "AES128-GCM-SHA256" }, {}, "negotiation"],
	["finite-field Diffie-Hellman", { maxVersion: "TLSv1.2", ciphers: `DHE-RSA-AES128-GCM-SHA256${LOWEST}`, dhparam: "auto" }, {}, "negotiation"],
	["CBC", { maxVersion: "TLSv1.2", ciphers: `ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES128-SHA256${LOWEST}` }, {}, "negotiation"],
	["no encryption", { maxVersion: "TLSv1.2", ciphers: `ECDHE-RSA-NULL-SHA:NULL-SHA256${LOWEST}` }, {}, "negotiation"],
	["no authentication", { maxVersion: "TLSv1.2", ciphers: `AECDH-AES128-SHA${LOWEST}` }, {}, "negotiation"],
	["signatures with SHA-1, TLS 1.2", { maxVersion: "TLSv1.2", sigalgs: "RSA+SHA1", ciphers: `DEFAULT${LOWEST}` }, {}, "negotiation"],
	["a curve that nobody else has, TLS 1.2", { maxVersion: "TLSv1.2", ecdhCurve: "secp256k1" }, {}, "negotiation"],
	["a group that nobody else has, TLS 1.3", { minVersion: "TLSv1.3", ecdhCurve: "brainpoolP512r1" }, {}, "negotiation"],
];

for (const [what, settings, tls, code] of CASES)
	test(`a server with ${what}`, async (t) => {
		const server = await startNode({ pki, chain: "server-rsa", tls: settings });
		t.after(server.stop);
		await assertRefused(optionsFor(pki, server.port, { ca: "root-rsa", ...tls }), code, server);
		assert.equal(server.connections.length, 1);
	});

test("a server that knows nothing of TLS 1.3, and answers with 1.2 a client that wants 1.3", async (t) => {
	const server = await startBending({ version: "TLSv1.2", chain: pki.ders("server-p256"), proof: { scheme: 0x0403, sign: () => Buffer.alloc(70) } });
	t.after(server.stop);
	await assertRefused(optionsFor(pki, server.port, { minimumVersion: "TLSv1.3" }), "version");
});

test("a HelloRetryRequest that asks for nothing (RFC 8446, section 4.1.4)", async (t) => {
	const server = await startBending({ ...serverP256(pki), retry: true });
	t.after(server.stop);
	await assertRefused(optionsFor(pki, server.port), "protocol");
});
