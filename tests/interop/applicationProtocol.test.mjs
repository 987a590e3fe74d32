// SPDX-License-Identifier: MIT
// ALPN (RFC 7301) with each server.

import assert from "node:assert/strict";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { optionsFor } from "../support/options.mjs";
import { ECHO_SERVERS, startNode } from "../support/servers.mjs";
import { connect } from "../support/xsrun.mjs";

const pki = await todaysPki();

/** The protocol that was agreed on. */
async function negotiate(port, applicationLayerProtocol, version) {
	const tls = { applicationLayerProtocol, minimumVersion: version, maximumVersion: version };
	const { connected, error } = await connect({ options: optionsFor(pki, port, tls), first: Buffer.from("hello\n"), receive: 6 });
	assert.equal(error, undefined);
	return connected.tls.applicationLayerProtocol;
}

for (const [name, start] of Object.entries(ECHO_SERVERS))
	test(name, async (t) => {
		const server = await start({ pki, chain: "server-p256", protocols: ["x-amzn-mqtt-ca", "http/1.1"] });
		t.after(server.stop);
		for (const version of ["TLSv1.2", "TLSv1.3"]) {
			await t.test(`${version}, one protocol as a string`, async () =>
				assert.equal(await negotiate(server.port, "http/1.1", version), "http/1.1"));
			await t.test(`${version}, a list, one of which is known`, async () =>
				assert.equal(await negotiate(server.port, ["h2", "x-amzn-mqtt-ca"], version), "x-amzn-mqtt-ca"));
			await t.test(`${version}, as bytes`, async () =>
				assert.equal(await negotiate(server.port, Buffer.from("http/1.1"), version), "http/1.1"));
			await t.test(`${version}, none offered`, async () =>
				assert.equal(await negotiate(server.port, undefined, version), undefined));
		}
	});

test("no protocol in common", async (t) => {
	const server = await startNode({ pki, chain: "server-p256", protocols: ["http/1.1"] });
	t.after(server.stop);
	for (const version of ["TLSv1.2", "TLSv1.3"])
		await t.test(version, async () => {
			const tls = { applicationLayerProtocol: "h2", minimumVersion: version, maximumVersion: version };
			const { connected, error } = await connect({ options: optionsFor(pki, server.port, tls), receive: 1 });
			assert.equal(connected, undefined);
			assert.equal(error?.code, "application-protocol");
		});
});

test("a server without ALPN", async (t) => {
	const server = await startNode({ pki, chain: "server-p256" });
	t.after(server.stop);
	assert.equal(await negotiate(server.port, "http/1.1"), undefined);
});
