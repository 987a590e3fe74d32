// SPDX-License-Identifier: MIT
// Chains that must be refused, each for its own reason, in both versions.

import assert from "node:assert/strict";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { optionsFor } from "../support/options.mjs";
import { startNode } from "../support/servers.mjs";
import { assertRefused } from "./refusal.mjs";

const pki = await todaysPki();

/** What is wrong, the server's chain, the expected code, and the root if it is another than root-p256. */
const CASES = [
	["an unknown authority", "unknown-authority", "certificate-issuer"],
	["an authority of another kind of key", "server-rsa", "certificate-issuer"],
	["an authority with a known name and another key", "same-name-authority", "certificate-signature"],
	["a certificate that is its own issuer", "self-signed", "certificate-self-signed"],
	["an expired certificate", "expired", "certificate-expired"],
	["an expired intermediate", "intermediate-expired", "certificate-expired"],
	["an expired root", "under-expired-root", "certificate-expired", "root-expired"],
	["a certificate that is not yet valid", "not-yet-valid", "certificate-not-yet-valid"],
	["another name", "wrong-name", "certificate-name"],
	["the name in the common name only", "common-name-only", "certificate-name"],
	["a certificate issued by a server's certificate", "issued-by-server", "certificate-usage"],
	["an intermediate that is no authority", "intermediate-not-authority", "certificate-usage"],
	["an intermediate that may not sign certificates", "intermediate-no-signing-usage", "certificate-usage"],
	["an intermediate for clients only", "intermediate-client-only", "certificate-usage"],
	["a certificate for clients only", "client-only", "certificate-usage"],
	["a certificate that may not sign", "no-signing-usage", ["certificate-usage", "negotiation"]], // in TLS 1.2 OpenSSL does not use it
	["an authority's certificate as the server's", "authority-as-server", "certificate-usage"],
	["a forged signature", "forged", "certificate-signature"],
	["a forged signature on the intermediate", "intermediate-forged", "certificate-signature"],
	// the library can skip a certificate that is signed with what it does not know, and then lacks it
	["SHA-1", "sha1", ["certificate-weak", "certificate-usage"]],
	["SHA-1 on the intermediate", "intermediate-sha1", ["certificate-weak", "certificate-issuer"]],
	["RSA with 1024 bits", "rsa-1024", "certificate-weak", "root-rsa"],
	["RSA with 1024 bits in the intermediate", "intermediate-rsa-1024", "certificate-weak", "root-rsa"],
	["a curve below P-256 in the intermediate", "intermediate-p224", ["certificate-weak", "certificate-malformed"]],
	["version 1", "version-1", ["certificate-name", "certificate-usage"]],
	["a chain longer than the path length allows", "path-length", "certificate-chain"],
	["a name that the constraints do not permit", "constraints-not-permitted", "certificate-constraints"],
	["a name that the constraints exclude", "constraints-excluded", "certificate-constraints"],
	["a name that critical constraints do not permit", "constraints-critical", "certificate-constraints"],
];

for (const version of ["TLSv1.2", "TLSv1.3"])
	test(version, async (t) => {
		for (const [what, chain, code, ca] of CASES)
			await t.test(what, async (t) => {
				const server = await startNode({ pki, chain, version, tls: { ciphers: "DEFAULT@SECLEVEL=0" } });
				t.after(server.stop);
				await assertRefused(optionsFor(pki, server.port, { ca }), code, server);
				assert.equal(server.connections.length, 1);
			});
		await t.test("an IP address in a dNSName", async (t) => {
			const server = await startNode({ pki, chain: "address-as-name", version });
			t.after(server.stop);
			await assertRefused(optionsFor(pki, server.port, { host: "127.0.0.1" }), "certificate-name", server);
		});
		await t.test("a chain without its intermediate", async (t) => {
			const server = await startNode({ pki, chain: "server-p256", version, tls: { cert: pemOf(pki.der("server-p256")) } });
			t.after(server.stop);
			const error = await assertRefused(optionsFor(pki, server.port), "certificate-issuer", server);
			assert.match(error.message, /Intermediate p256/, "the message names the issuer");
		});
	});

function pemOf(der) {
	return `-----BEGIN CERTIFICATE-----\n${der.toString("base64")}\n-----END CERTIFICATE-----\n`;
}
