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

async function echo(t, start, kind, version) {
	const server = await start({ pki, chain: `server-${kind}`, version });
	t.after(server.stop);
	const { connected, error, end } = await connect({ options: optionsFor(pki, server.port, { ca: `root-${kind}` }), send: SIZE, receive: SIZE });
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
