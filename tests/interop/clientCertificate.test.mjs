// SPDX-License-Identifier: MIT
// Mutual TLS: servers that want a client certificate.

import assert from "node:assert/strict";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { optionsFor } from "../support/options.mjs";
import { checksumOfPattern, LINE } from "../support/pattern.js";
import { ECHO_SERVERS, startMosquitto, startNode, startOpenssl } from "../support/servers.mjs";
import { connect } from "../support/xsrun.mjs";

const pki = await todaysPki();
const SIZE = 10 * LINE;

async function echo(port, tls) {
	const { error, end } = await connect({ options: optionsFor(pki, port, tls), send: SIZE, receive: SIZE });
	assert.equal(error, undefined);
	assert.equal(end.digest, checksumOfPattern(SIZE));
}

for (const [name, start] of Object.entries(ECHO_SERVERS))
	test(`${name} wants a client certificate`, async (t) => {
		for (const version of ["TLSv1.2", "TLSv1.3"])
			for (const [identity, clientAuthority] of [["client-p256", "root-p256"], ["client-rsa", "root-rsa"]])
				await t.test(`${version}, ${identity}`, async (t) => {
					const server = await start({ pki, chain: "server-p256", version, clientAuthority });
					t.after(server.stop);
					await echo(server.port, { identity });
				});
	});

test("key formats", async (t) => {
	for (const [identity, clientAuthority, type] of [
		["client-p256", "root-p256", "pkcs8"], ["client-p256", "root-p256", "sec1"],
		["client-rsa", "root-rsa", "pkcs8"], ["client-rsa", "root-rsa", "pkcs1"],
	])
		await t.test(`${identity} as ${type}`, async (t) => {
			const server = await startNode({ pki, chain: "server-p256", clientAuthority });
			t.after(server.stop);
			await echo(server.port, { identity, clientKey: pki.keyDer(identity, type) });
			assert.equal(server.connections[0].clientName, identity.replace("-", " "));
		});
});

test("an encrypted key throws in the constructor", async () => {
	const { error, end } = await connect({ options: optionsFor(pki, 1, { identity: "client-p256", clientKey: pki.keyDer("client-p256", "encrypted") }) });
	assert.equal(error?.thrown, true);
	assert.match(error.message, /clientKey.*encrypted/);
	assert.equal(end.connected, false);
});

test("a client certificate that nobody asks for is kept back", async (t) => {
	const server = await startNode({ pki, chain: "server-p256" });
	t.after(server.stop);
	await echo(server.port, { identity: "client-p256" });
});

test("a client without the certificate that the server wants", async (t) => {
	for (const version of ["TLSv1.2", "TLSv1.3"])
		for (const [name, identity] of [["none", undefined], ["of an unknown authority", "client-unknown"]])
			await t.test(`${version}, ${name}`, async (t) => {
				const server = await startOpenssl({ pki, chain: "server-p256", version, clientAuthority: "root-p256" });
				t.after(server.stop);
				const { error, end } = await connect({ options: optionsFor(pki, server.port, { identity }), receive: SIZE });
				assert.equal(error?.code, "client-certificate");
				assert.equal(end.received, 0);
			});
});

test("a chain that the client does not understand is the server's to judge", async (t) => {
	for (const version of ["TLSv1.2", "TLSv1.3"])
		for (const identity of ["client-policies", "client-vendors-own", "client-under-policies", "client-under-vendors-own", "client-under-constraints", "client-under-p521"]) {
			const own = identity.includes("vendors-own");
			await t.test(`${version}, ${identity}: accepted`, async (t) => {
				const more = own ? ["-ignore_critical"] : [];
				const server = await startOpenssl({ pki, chain: "server-p256", version, clientAuthority: "root-p256", more });
				t.after(server.stop);
				await echo(server.port, { identity });
			});
			if (own)
				await t.test(`${version}, ${identity}: refused`, async (t) => {
					const server = await startOpenssl({ pki, chain: "server-p256", version, clientAuthority: "root-p256" });
					t.after(server.stop);
					const { error } = await connect({ options: optionsFor(pki, server.port, { identity }), receive: SIZE });
					assert.equal(error?.code, "client-certificate");
				});
		}
});

/** An identity, and what servers could ask for that its key cannot do. In TLS 1.2 the curve is open, and the hash the suite's. */
const UNFIT = [
	["TLSv1.2", "client-rsa", "ECDSA+SHA256"], ["TLSv1.2", "client-p256", "RSA+SHA256"], ["TLSv1.2", "client-rsa", "RSA-PSS+SHA256"],
	["TLSv1.2", "client-p256", "ECDSA+SHA512"],
	["TLSv1.3", "client-rsa", "ECDSA+SHA256"], ["TLSv1.3", "client-p256", "RSA-PSS+SHA256"], ["TLSv1.3", "client-p256", "ECDSA+SHA384"],
];

test("a server that takes no signature that the key can make gets no certificate (RFC 8446, section 4.4.2.3)", async (t) => {
	for (const [version, identity, signatures] of UNFIT) {
		const clients = ["-CAfile", pki.chain("root-p256"), "-client_sigalgs", signatures];
		await t.test(`${version}, ${identity}, ${signatures}: one is welcome`, async (t) => {
			const server = await startOpenssl({ pki, chain: "server-p256", version, more: [...clients, "-verify", "3"] });
			t.after(server.stop);
			await echo(server.port, { identity });
		});
		await t.test(`${version}, ${identity}, ${signatures}: one is required`, async (t) => {
			const server = await startOpenssl({ pki, chain: "server-p256", version, more: [...clients, "-Verify", "3"] });
			t.after(server.stop);
			const { error } = await connect({ options: optionsFor(pki, server.port, { identity }), receive: SIZE });
			assert.equal(error?.code, "client-certificate");
			assert.match(error.message, /no signature that the private key can make/);
		});
	}
});

test("of several kinds of signature a server need take only one that the key can make", async (t) => {
	for (const [version, identity, signatures] of [
		["TLSv1.2", "client-p256", "RSA+SHA256:ECDSA+SHA512:ECDSA+SHA256:ECDSA+SHA384"],
		["TLSv1.2", "client-rsa", "ECDSA+SHA256:RSA+SHA384:RSA+SHA256"],
		["TLSv1.3", "client-p256", "ECDSA+SHA384:ECDSA+SHA256"],
		["TLSv1.3", "client-rsa", "ECDSA+SHA256:RSA-PSS+SHA512"],
	])
		await t.test(`${version}, ${identity}, ${signatures}`, async (t) => {
			const clientAuthority = identity === "client-rsa" ? "root-rsa" : "root-p256";
			const server = await startOpenssl({ pki, chain: "server-p256", version, clientAuthority, more: ["-client_sigalgs", signatures] });
			t.after(server.stop);
			await echo(server.port, { identity });
		});
});

test("mosquitto with client certificates accepts the TLS connection and answers MQTT", async (t) => {
	const server = await startMosquitto({ pki, chain: "server-p256", clientAuthority: "root-p256" });
	t.after(server.stop);
	// CONNECT of MQTT 3.1.1: clean session, keep-alive 60 s, client identifier "x"
	const first = Buffer.of(0x10, 13, 0, 4, 0x4D, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, 1, 0x78);
	const { error, end } = await connect({ options: optionsFor(pki, server.port, { identity: "client-p256" }), first, receive: 4, keep: true });
	assert.equal(error, undefined);
	assert.equal(end.hex, "20020000"); // CONNACK, accepted
});
