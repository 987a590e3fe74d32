// SPDX-License-Identifier: MIT
// Every cipher suite, group and signature algorithm that the class offers, each with a server that has nothing else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { serverP256, startBending } from "../support/bendingServer.mjs";
import { optionsFor } from "../support/options.mjs";
import { checksumOfPattern, LINE } from "../support/pattern.js";
import { startGnutls, startNode, startOpenssl } from "../support/servers.mjs";
import { connect } from "../support/xsrun.mjs";

const pki = await todaysPki();
const SIZE = 1000 * LINE;

async function echo(server, tls) {
	const { connected, error, end } = await connect({ options: optionsFor(pki, server.port, tls), send: SIZE, receive: SIZE });
	assert.equal(error, undefined);
	assert.equal(end.digest, checksumOfPattern(SIZE));
	return connected.tls;
}

test("cipher suites of TLS 1.3", async (t) => {
	for (const suite of ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"])
		await t.test(suite, async (t) => {
			const server = await startNode({ pki, chain: "server-p256", version: "TLSv1.3", tls: { ciphers: suite } });
			t.after(server.stop);
			assert.equal((await echo(server)).cipherSuite, suite);
		});
});

test("cipher suites of TLS 1.2", async (t) => {
	for (const [kind, key] of [["p256", "ECDSA"], ["rsa", "RSA"]])
		for (const [suite, name] of [
			[`ECDHE-${key}-AES128-GCM-SHA256`, `TLS_ECDHE_${key}_WITH_AES_128_GCM_SHA256`],
			[`ECDHE-${key}-AES256-GCM-SHA384`, `TLS_ECDHE_${key}_WITH_AES_256_GCM_SHA384`],
			[`ECDHE-${key}-CHACHA20-POLY1305`, `TLS_ECDHE_${key}_WITH_CHACHA20_POLY1305_SHA256`],
		])
			await t.test(name, async (t) => {
				const server = await startNode({ pki, chain: `server-${kind}`, version: "TLSv1.2", tls: { ciphers: suite } });
				t.after(server.stop);
				assert.equal((await echo(server, { ca: `root-${kind}` })).cipherSuite, name);
			});
});

test("groups; in TLS 1.3 the server asks for those that were not tried first with a HelloRetryRequest", async (t) => {
	for (const version of ["TLSv1.2", "TLSv1.3"])
		for (const ecdhCurve of ["X25519", "P-256", "P-384"])
			await t.test(`${version}, Node, ${ecdhCurve}`, async (t) => {
				const server = await startNode({ pki, chain: "server-rsa", version, tls: { ecdhCurve } });
				t.after(server.stop);
				await echo(server, { ca: "root-rsa" });
			});
	for (const group of ["X25519", "SECP256R1", "SECP384R1"])
		await t.test(`TLSv1.3, GnuTLS, ${group}`, async (t) => {
			const server = await startGnutls({ pki, chain: "server-p256", priority: `NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-${group}` });
			t.after(server.stop);
			await echo(server);
		});
});

/** Mbed TLS 4.x makes a new share: docs/security.md. */
const NEW_SHARE = process.env.MBEDTLS4 && process.env.XSRUN_BUILD ? "Mbed TLS 4.x sends another key share" : false;

test("a HelloRetryRequest that wants its cookie back, and no other group: the key share stays (RFC 8446, section 4.1.2)", { skip: NEW_SHARE }, async (t) => {
	const server = await startBending({ ...serverP256(pki), cookie: Buffer.from("a cookie") });
	t.after(server.stop); // which tells of a share that changed
	const { connected } = await connect({ options: optionsFor(pki, server.port) });
	assert.equal(connected?.tls.version, "TLSv1.3");
});

test("signature algorithms", async (t) => {
	for (const [version, chain, algorithm] of [
		["TLSv1.2", "rsa", "RSA+SHA256"], ["TLSv1.2", "rsa", "rsa_pss_rsae_sha256"], ["TLSv1.3", "rsa", "rsa_pss_rsae_sha256"],
		["TLSv1.3", "rsa", "rsa_pss_rsae_sha384"], ["TLSv1.2", "p256", "ECDSA+SHA256"], ["TLSv1.3", "p256", "ECDSA+SHA256"],
		["TLSv1.2", "p384", "ECDSA+SHA384"], ["TLSv1.3", "p384", "ECDSA+SHA384"],
	])
		await t.test(`${version}, ${algorithm}`, async (t) => {
			// the chain's own signatures must be among the server's algorithms as well
			const server = await startOpenssl({ pki, chain: `server-${chain}`, version, more: ["-sigalgs", algorithm] });
			t.after(server.stop);
			await echo(server, { ca: `root-${chain}` });
		});
});
