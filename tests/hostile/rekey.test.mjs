// SPDX-License-Identifier: MIT
// Servers that want new keys on a connection that is up: what the class does not do ends the connection, it does not hang.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { todaysPki } from "../pki/pki.mjs";
import { optionsFor } from "../support/options.mjs";
import { startOpensslConsole } from "../support/servers.mjs";
import { startClient } from "../support/xsrun.mjs";
import "./refusal.mjs"; // for the sanitizers

const pki = await todaysPki();

for (const [what, version, command, code] of [
	["renegotiation", "TLSv1.2", "r", "alert"], // OpenSSL answers the refusal with an alert
	["KeyUpdate", "TLSv1.3", "k", "protocol"], // not in Mbed TLS
])
	test(what, async (t) => {
		const server = await startOpensslConsole({ pki, chain: "server-p256", version });
		t.after(server.stop);
		const { result } = startClient({ options: optionsFor(pki, server.port), receive: 1000 }, 10_000);
		await server.connected;
		server.type("before");
		await delay(100); // OpenSSL takes a command only at the beginning of what it reads
		server.type(command);
		await delay(100);
		server.type("after");
		const { connected, error, end } = await result;
		assert.equal(connected.tls.version, version);
		assert.equal(error?.code, code);
		assert.equal(end.received, "before\n".length);
	});
