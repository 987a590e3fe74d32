// SPDX-License-Identifier: MIT
// Chains that must be refused, each for its own reason, in both versions.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { todaysPki } from "../pki/pki.mjs";
import { optionsFor } from "../support/options.mjs";
import { startNode } from "../support/servers.mjs";
import { connect } from "../support/xsrun.mjs";
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

/** What `openssl req -x509` makes with these extensions, or by default. Gives a server with it, and the certificate in DER. */
async function startSelfSigned(t, extensions) {
	const folder = mkdtempSync(join(tmpdir(), "self-signed-"));
	t.after(() => rmSync(folder, { recursive: true }));
	const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
	execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "30",
		"-subj", "/CN=device.test", ...extensions.flatMap((extension) => ["-addext", extension])], { stdio: "ignore" });
	const server = await startNode({ pki, chain: "server-p256", tls: { cert: readFileSync(cert), key: readFileSync(key) } });
	t.after(server.stop);
	return { server, der: new X509Certificate(readFileSync(cert)).raw };
}

test("what openssl req -x509 makes", async (t) => {
	const NAME = "subjectAltName=DNS:device.test", NO_CA = "basicConstraints=critical,CA:FALSE";
	const optionsWith = (server, der) => {
		const { tls, ...options } = optionsFor(pki, server.port);
		return { ...options, tls: { ...tls, ca: der } };
	};
	await t.test("by default is refused as its own tls.ca, and the message says what it needs", async (t) => {
		for (const extensions of [[], [NAME]]) {
			const { server, der } = await startSelfSigned(t, extensions);
			const { message } = await assertRefused(optionsWith(server, der), "certificate-usage", server);
			assert.match(message, /it needs basicConstraints CA:FALSE/);
		}
	});
	await t.test("without a name is refused, and the message says so", async (t) => {
		const { server, der } = await startSelfSigned(t, [NO_CA]);
		const { message } = await assertRefused(optionsWith(server, der), "certificate-name", server);
		assert.match(message, /it has no subject alternative name/);
	});
	await t.test("as docs/errors.md has it, it is good", async (t) => {
		const command = /^ {4}openssl req -x509 .*$/m.exec(readFileSync(join(ROOT, "docs", "errors.md"), "utf8"))[0];
		const documented = [...command.matchAll(/-addext (\S+)/g)].map(([, extension]) => extension.replace("NAME", "device.test"));
		assert.equal(documented.length, 2);
		const { server, der } = await startSelfSigned(t, documented);
		const { connected } = await connect({ options: optionsWith(server, der), send: 1, receive: 1 });
		assert.ok(connected);
	});
});

function pemOf(der) {
	return `-----BEGIN CERTIFICATE-----\n${der.toString("base64")}\n-----END CERTIFICATE-----\n`;
}
