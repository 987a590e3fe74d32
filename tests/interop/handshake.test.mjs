// SPDX-License-Identifier: MIT
// Handshakes with OpenSSL, GnuTLS and Node: both versions, each kind of chain, always with an intermediate.

import assert from "node:assert/strict";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { optionsFor } from "../support/options.mjs";
import { checksumOfPattern, LINE } from "../support/pattern.js";
import { ECHO_SERVERS, startNode } from "../support/servers.mjs";
import { connect } from "../support/xsrun.mjs";

const pki = await todaysPki();
const SIZE = 300 * LINE;

/** Connects, sends some data, gets it back. */
async function echo(port, tls) {
	const { connected, error, end } = await connect({ options: optionsFor(pki, port, tls), send: SIZE, receive: SIZE });
	assert.equal(error, undefined);
	assert.equal(end.received, SIZE);
	assert.equal(end.digest, checksumOfPattern(SIZE));
	return connected;
}

for (const [name, start] of Object.entries(ECHO_SERVERS))
	for (const kind of ["p256", "p384", "rsa"])
		test(`${name}, ${kind} chain`, async (t) => {
			const server = await start({ pki, chain: `server-${kind}` });
			t.after(server.stop);
			const ca = `root-${kind}`;
			for (const version of ["TLSv1.2", "TLSv1.3"])
				await t.test(version, async () => {
					const { tls, remoteAddress, remotePort, writable } = await echo(server.port, { ca, minimumVersion: version, maximumVersion: version });
					assert.equal(tls.version, version);
					assert.match(tls.cipherSuite, version === "TLSv1.3" ? /^TLS_(AES|CHACHA20)_/ : new RegExp(`^TLS_ECDHE_${kind === "rsa" ? "RSA" : "ECDSA"}_WITH_(AES|CHACHA20)_`));
					assert.equal(tls.resumed, false);
					assert.equal(tls.applicationLayerProtocol, undefined);
					assert.equal(tls.peerCertificate ?? pki.der(`server-${kind}`).toString("hex"), pki.der(`server-${kind}`).toString("hex"));
					assert.equal(remoteAddress, "127.0.0.1");
					assert.equal(remotePort, server.port);
					assert.ok(writable >= 1024, `first writable count is ${writable}`);
				});
			await t.test("offers both versions, gets 1.3", async () => {
				assert.equal((await echo(server.port, { ca })).tls.version, "TLSv1.3");
			});
		});

for (const [name, start] of Object.entries(ECHO_SERVERS))
	test(`${name} that has only TLS 1.2, RSA chain, is offered both`, async (t) => {
		const server = await start({ pki, chain: "server-rsa", version: "TLSv1.2" });
		t.after(server.stop);
		assert.equal((await echo(server.port, { ca: "root-rsa" })).tls.version, "TLSv1.2");
	});

test("good chains of other shapes", async (t) => {
	for (const [chain, ca] of [["direct", "root-p256"], ["until-2060", "root-2060"], ["constraints-met", "root-p256"], ["no-usages", "root-p256"]])
		await t.test(chain, async () => {
			const server = await startNode({ pki, chain });
			t.after(server.stop);
			await echo(server.port, { ca });
		});
});

test("several authorities, of which one is right", async (t) => {
	const server = await startNode({ pki, chain: "server-p256" });
	t.after(server.stop);
	await echo(server.port, { ca: ["root-rsa", "root-p256", "root-p384"] });
});

test("the intermediate as the only authority", async (t) => {
	const server = await startNode({ pki, chain: "server-p256" });
	t.after(server.stop);
	await echo(server.port, { ca: "intermediate-p256" });
});

test("certificates in another order than the chain's, and others among them", async (t) => {
	const chain = ["server-p256", "root-rsa", "expired", "root-p256", "intermediate-rsa", "intermediate-p256"];
	const cert = chain.map((name) => `-----BEGIN CERTIFICATE-----\n${pki.der(name).toString("base64")}\n-----END CERTIFICATE-----\n`).join("");
	for (const version of ["TLSv1.2", "TLSv1.3"])
		await t.test(version, async (t) => {
			const server = await startNode({ pki, chain: "server-p256", version, tls: { cert } });
			t.after(server.stop);
			assert.equal((await echo(server.port, {})).tls.version, version);
		});
});
