// SPDX-License-Identifier: MIT
// The ends of a connection, each with its own code: close_notify, TCP's end without one, a reset.

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { optionsFor } from "../support/options.mjs";
import { freePort } from "../support/processes.mjs";
import { checksumOfPattern, patternAt } from "../support/pattern.js";
import { startNode } from "../support/servers.mjs";
import { RECORD, startProxy } from "../support/wire.mjs";
import { connect } from "../support/xsrun.mjs";

const pki = await todaysPki();
const SIZE = 1000;

/** Whether a proxy saw an alert: in TLS 1.3 a sealed record that has room for nothing else, but for padding to 16 bytes. */
function assertAlert({ type, length }, version) {
	assert.equal(type, version === "TLSv1.3" ? RECORD.applicationData : RECORD.alert);
	assert.ok(length <= 32, `it has ${length} bytes`);
}

for (const version of ["TLSv1.2", "TLSv1.3"])
	test(version, async (t) => {
		/**
		 * Data, and when it has gone to the client, the end that `finish` makes, of the server's socket or the proxy's
		 * connection. What arrived before the end is delivered. Returns the client's last record.
		 */
		async function ends(t, code, finish) {
			const server = await startNode({ pki, chain: "server-p256", version, behaviour: (socket) => socket.write(patternAt(0, SIZE)) });
			t.after(server.stop);
			const proxy = await startProxy(server.port, {
				toClient({ type, bytes }, connection) {
					if (type !== RECORD.applicationData || bytes.length < SIZE || bytes.length > SIZE + 100)
						return undefined;
					connection.client.write(bytes, () => finish(server.connections[0].socket, connection));
					return null;
				},
			});
			t.after(proxy.stop);
			const result = await connect({ options: optionsFor(pki, proxy.port) });
			assert.equal(result.end.received, SIZE);
			assert.equal(result.end.digest, checksumOfPattern(SIZE));
			assert.equal(result.error?.code, code);
			const [{ client, records }] = proxy.connections;
			if (!client.closed)
				await once(client, "close");
			return records.toServer.at(-1);
		}
		// Node leaves close_notify out while its TLS 1.3 tickets have not gone out; they go before the data
		await t.test("close_notify, which is answered by one", async (t) =>
			assertAlert(await ends(t, "closed", (socket) => socket.end()), version));
		await t.test("TCP's end without close_notify", async (t) => ends(t, "truncated", (_, connection) => connection.cut()));
		await t.test("a reset", async (t) => ends(t, "reset", (_, connection) => connection.reset()));
	});

test("nobody listens", async () => {
	const { error, end } = await connect({ options: optionsFor(pki, await freePort()) });
	assert.equal(error?.code, "refused");
	assert.equal(end.connected, false);
});

test("the client's close sends close_notify before TCP's end", async (t) => {
	for (const version of ["TLSv1.2", "TLSv1.3"])
		await t.test(version, async (t) => {
			let ended;
			const sawEnd = new Promise((resolve) => ended = resolve);
			const server = await startNode({ pki, chain: "server-p256", version, behaviour: (socket) => socket.on("end", ended).pipe(socket) });
			t.after(server.stop);
			const proxy = await startProxy(server.port);
			t.after(proxy.stop);
			const { error } = await connect({ options: optionsFor(pki, proxy.port), send: SIZE, receive: SIZE });
			assert.equal(error, undefined);
			await sawEnd;
			assert.equal(server.connections[0].error, undefined);
			assertAlert(proxy.connections[0].records.toServer.at(-1), version);
		});
});
