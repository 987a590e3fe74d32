// SPDX-License-Identifier: MIT
// Servers that want new keys on a connection that is up.

import assert from "node:assert/strict";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { optionsFor } from "../support/options.mjs";
import { startOpensslConsole } from "../support/servers.mjs";
import { RECORD, startProxy } from "../support/wire.mjs";
import { startClient } from "../support/xsrun.mjs";
import "./refusal.mjs"; // for the sanitizers

const pki = await todaysPki();

test("renegotiation is refused; the connection goes on with its keys", async (t) => {
	const server = await startOpensslConsole({ pki, chain: "server-p256", version: "TLSv1.2" });
	t.after(server.stop);
	const proxy = await startProxy(server.port);
	t.after(proxy.stop);
	const { result } = startClient({ options: optionsFor(pki, proxy.port), receive: "after\n".length }, { limit: 10_000 });
	await server.connected;
	server.type("r");
	// what OpenSSL is given before it has read the refusal is lost
	const timer = setInterval(() => server.type("after"), 50);
	t.after(() => clearInterval(timer));
	const { error, end } = await result;
	assert.equal(error, undefined);
	assert.ok(end.received >= "after\n".length);
	assert.ok(server.log().includes("no renegotiation"), server.log());
	const { toServer } = proxy.connections[0].records;
	const afterHandshake = toServer.slice(toServer.findIndex(({ type }) => type === RECORD.changeCipherSpec) + 2);
	assert.deepEqual(afterHandshake.filter(({ type }) => type === RECORD.handshake), []);
});

for (const [key, name] of [["k", "KeyUpdate"], ["K", "KeyUpdate that asks for one"]])
	test(`${name}: the connection goes on with new keys`, async (t) => {
		const server = await startOpensslConsole({ pki, chain: "server-p256", version: "TLSv1.3" });
		t.after(server.stop);
		const { result } = startClient({ options: optionsFor(pki, server.port), receive: "after\n".length }, { limit: 10_000 });
		await server.connected;
		server.type(key);
		// what comes with the command is lost
		const timer = setInterval(() => server.type("after"), 50);
		t.after(() => clearInterval(timer));
		const { error, end } = await result;
		assert.equal(error, undefined);
		assert.ok(end.received >= "after\n".length);
	});
