// SPDX-License-Identifier: MIT
// Limits to the size of records (RFC 8449): the server's is kept to the byte in both versions, and GnuTLS keeps ours.

import assert from "node:assert/strict";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { certificateRequest, extension, serverP256, startBending } from "../support/bendingServer.mjs";
import { optionsFor } from "../support/options.mjs";
import { checksumOfPattern, LINE } from "../support/pattern.js";
import { startGnutls } from "../support/servers.mjs";
import { RECORD, startProxy } from "../support/wire.mjs";
import { connect } from "../support/xsrun.mjs";

const pki = await todaysPki();
const SIZE = 400 * LINE;
const [TYPE, TAG, NONCE] = [1, 16, 8]; // what TLS 1.3 seals besides, and what sealing adds
const SMALLEST = 64;
const skip = process.env.MBEDTLS4 && process.env.XSRUN_BUILD ? "Mbed TLS 4.x offers no limit by default" : false;

// GnuTLS takes the number as one of bytes of data, and in TLS 1.3 says one more, for the type.
for (const [version, cipher, overhead] of [["TLSv1.2", "AES-128-GCM", NONCE + TAG], ["TLSv1.2", "CHACHA20-POLY1305", TAG], ["TLSv1.3", "AES-128-GCM", TYPE + TAG]])
	for (const size of [SMALLEST, 512, 16384])
		test(`GnuTLS, ${version}, ${cipher}, ${size}`, { skip }, async (t) => {
			const priority = `NORMAL:%ALLOW_SMALL_RECORDS:-CIPHER-ALL:+${cipher}:-VERS-ALL:+VERS-${version.replace("TLSv", "TLS")}`;
			const server = await startGnutls({ pki, chain: "server-p256", priority, more: ["--recordsize", String(size)] });
			t.after(server.stop);
			const proxy = await startProxy(server.port);
			t.after(proxy.stop);
			const { error, end } = await connect({ options: optionsFor(pki, proxy.port), send: SIZE, receive: SIZE });
			assert.equal(error, undefined);
			assert.equal(end.digest, checksumOfPattern(SIZE));
			const { toServer, toClient } = proxy.connections[0].records;
			const longest = (records) => Math.max(...records.filter(({ type }) => type === RECORD.applicationData).map(({ length }) => length));
			// of 1.3 our limit counts the type, so that a full record of data is one byte shorter
			assert.equal(longest(toServer), size + overhead - (size === 16384 && version === "TLSv1.3" ? 1 : 0));
			assert.ok(longest(toClient) <= 16384 + overhead, `the server's longest has ${longest(toClient)} bytes`);
		});

const limit = (bytes) => extension(28, Buffer.of(bytes >> 8, bytes & 0xFF));

for (const bytes of [SMALLEST, SMALLEST + 1, 16383, 16384, 16385, 65535])
	test(`TLS 1.3, a server that says ${bytes}`, { skip }, async (t) => {
		const lengths = [];
		const server = await startBending({
			...serverP256(pki), answers: [limit(bytes)],
			async after(peer, finished) {
				let left = SIZE;
				lengths.push(finished.payload.length);
				while (left > 0) {
					const { payload } = await peer.record();
					lengths.push(payload.length);
					left -= payload.length - TAG - TYPE;
				}
				peer.end();
			},
		});
		t.after(server.stop);
		const { error, end } = await connect({ options: optionsFor(pki, server.port), send: SIZE });
		assert.equal(error?.code, "closed");
		assert.equal(end.sent, SIZE);
		assert.equal(Math.max(...lengths), Math.min(bytes, 16384) + TAG);
	});

test("TLS 1.3, a client's certificates", { skip }, async (t) => {
	const size = pki.ders("client-p256").reduce((sum, { length }) => sum + 3 + length + 2, 4 + 1 + 3); // the message: RFC 8446, section 4.4.2
	for (const [what, bytes, identity, code] of [
		["just fit", size + TYPE, "client-p256", "closed"],
		["are a byte too long", size, "client-p256", "certificate-chain"],
		["are none, and fit always", SMALLEST, undefined, "closed"],
	])
		await t.test(what, async (t) => {
			const server = await startBending({ ...serverP256(pki), answers: [limit(bytes)], extra: [certificateRequest(0)] });
			t.after(server.stop);
			const { error, end } = await connect({ options: optionsFor(pki, server.port, { identity }), receive: 1 });
			assert.equal(error?.code, code, error?.message);
			assert.equal(end.received, 0);
		});
});
