// SPDX-License-Identifier: MIT
// The class on the emulated board with servers of other makers, and with those that it must refuse. The interop and hostile
// suites have all of it for the desktop; here is what depends on the platform: clock, randomness, network, arithmetic.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertRefused } from "../hostile/refusal.mjs";
import { todaysPki } from "../pki/pki.mjs";
import { optionsFor } from "../support/options.mjs";
import { checksumOfPattern, LINE } from "../support/pattern.js";
import { startGnutls, startNode, startOpenssl } from "../support/servers.mjs";
import { connect } from "../support/xsrun.mjs";
import { BOARD } from "./emulator.mjs";

process.env.XSRUN_BUILD = BOARD; // for all that these tests run

const VERSIONS = ["TLSv1.2", "TLSv1.3"];
const SIZE = 300 * LINE;
const pki = await todaysPki();

async function echo(t, start, kind, version, { clientAuthority, tls } = {}) {
	const server = await start({ pki, chain: `server-${kind}`, version, clientAuthority });
	t.after(server.stop);
	const options = optionsFor(pki, server.port, { ca: `root-${kind}`, ...tls });
	const { connected, error, end } = await connect({ options, send: SIZE, receive: SIZE });
	assert.equal(error, undefined);
	assert.equal(connected.tls.version, version);
	assert.equal(end.received, SIZE);
	assert.equal(end.digest, checksumOfPattern(SIZE));
}

test("echo", { concurrency: 2 }, async (t) => {
	const tests = Object.entries({ OpenSSL: startOpenssl, GnuTLS: startGnutls }).flatMap(([name, start]) => VERSIONS.flatMap((version) =>
		["p256", "rsa", "p384"].map((kind) => t.test(`${name}, ${version}, ${kind} chain`, (context) => echo(context, start, kind, version)))));
	await Promise.all(tests);
});

test("a client's chain of certificates nearly fills a record", async (t) => {
	const clientCertificate = [...pki.ders("client-rsa"), pki.der("root-rsa"), pki.der("server-rsa"), ...pki.ders("client-p256")];
	const size = clientCertificate.reduce((sum, { length }) => sum + length, 0);
	const OUTPUT = 4096; // the define tls.output of a device
	assert.ok(size > 0.75 * OUTPUT && size < OUTPUT - 100, `${size} bytes`);
	for (const version of VERSIONS)
		for (const [name, start] of Object.entries({ OpenSSL: startOpenssl, GnuTLS: startGnutls }))
			await t.test(`${name}, ${version}`, (context) => echo(context, start, "p256", version,
				{ clientAuthority: "root-rsa", tls: { identity: "client-rsa", clientCertificate } }));
});

/** What is wrong: the server's chain, and the code of the error. */
const REFUSED = {
	"an unknown authority": ["unknown-authority", "certificate-issuer"],
	"another name": ["wrong-name", "certificate-name"],
	"an expired certificate": ["expired", "certificate-expired"],
	"a certificate that is not yet valid": ["not-yet-valid", "certificate-not-yet-valid"],
	"a forged signature": ["forged", "certificate-signature"],
	"a certificate for clients only": ["client-only", "certificate-usage"],
};

test("refusals", { concurrency: 2 }, async (t) => {
	const tests = VERSIONS.flatMap((version) => Object.entries(REFUSED).map(([what, [chain, code]]) => t.test(`${what}, ${version}`, async (context) => {
		const server = await startNode({ pki, chain, version });
		context.after(server.stop);
		await assertRefused(optionsFor(pki, server.port), code, server);
		assert.equal(server.connections.length, 1);
	})));
	await Promise.all(tests);
});

test("messages of a release build have names only", async (t) => {
	const message = async (options) => (await connect({ options })).error.message;
	await t.test("host, code and what is missing", async (context) => {
		const server = await startNode({ pki, chain: "unknown-authority" });
		context.after(server.stop);
		assert.match(await message(optionsFor(pki, server.port)), /^device\.test: certificate-issuer: issuer [\w ]+, key ([0-9A-F]{2})+$/);
	});
	await t.test("host, code and the number of an alert", async (context) => {
		const server = await startOpenssl({ pki, chain: "server-p256", version: "TLSv1.3", clientAuthority: "root-p256" });
		context.after(server.stop);
		assert.equal(await message(optionsFor(pki, server.port)), "device.test: client-certificate (alert 116)");
	});
});
