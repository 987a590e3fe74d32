// SPDX-License-Identifier: MIT
// Names and addresses that the server's certificate is for, and what is sent as SNI.

import assert from "node:assert/strict";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { optionsFor } from "../support/options.mjs";
import { startNode } from "../support/servers.mjs";
import { connect } from "../support/xsrun.mjs";

const pki = await todaysPki();

test("names in the certificate", async (t) => {
	const ipv4 = await startNode({ pki, chain: "server-p256" });
	const ipv6 = await startNode({ pki, chain: "server-p256", address: "::1" });
	t.after(ipv4.stop);
	t.after(ipv6.stop);
	for (const [name, server, address, host, servername] of [
		["a DNS name", ipv4, "127.0.0.1", "device.test", "device.test"],
		["letter case does not matter", ipv4, "127.0.0.1", "Device.TEST", /^device\.test$/i],
		["a wildcard", ipv4, "127.0.0.1", "one.wild.test", "one.wild.test"],
		["an IPv4 address, without SNI", ipv4, "127.0.0.1", "127.0.0.1", false],
		["an IPv6 address, without SNI", ipv6, "::1", "::1", false],
		["an IPv6 address in full", ipv6, "0:0:0:0:0:0:0:1", "0:0:0:0:0:0:0:1", false],
		["no host: the address is the name", ipv4, "127.0.0.1", undefined, false],
		["no host, IPv6", ipv6, "::1", undefined, false],
	])
		await t.test(name, async () => {
			const { error, end } = await connect({ options: optionsFor(pki, server.port, { address, host }), first: Buffer.from("hello\n"), receive: 6 });
			assert.equal(error, undefined);
			assert.equal(end.received, 6);
			const sent = server.connections.at(-1).socket.servername;
			if (servername instanceof RegExp)
				assert.match(sent, servername);
			else
				assert.equal(sent, servername);
		});
});

test("names that are not in the certificate", async (t) => {
	const server = await startNode({ pki, chain: "server-p256" });
	t.after(server.stop);
	for (const host of ["other.test", "sub.device.test", "wild.test", "a.b.wild.test", "device.test.evil.test", "evice.test", "127.0.0.2", "::2", "0.0.0.1"])
		await t.test(host, async () => {
			const { connected, error, end } = await connect({ options: optionsFor(pki, server.port, { host }), first: Buffer.from("secret"), receive: 6 });
			assert.equal(connected, undefined);
			assert.equal(error?.code, "certificate-name");
			assert.equal(end.received, 0);
			assert.equal(server.connections.at(-1).received, 0);
		});
});
