// SPDX-License-Identifier: MIT
// Small record buffers on the emulated board: 4096 bytes in, 2048 out. What a server that sends as much as TLS allows at a
// time is asked, and how the connection ends when it does not listen.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { startNode } from "../support/servers.mjs";
import { runImage } from "./emulator.mjs";

const SIZE = 65536;
const NUMBERS = { "TLSv1.2": "0303", "TLSv1.3": "0304" };
const pki = await todaysPki();

/** Answers with all that the client is going to send at once, which OpenSSL puts into records of 16 KB. */
function answerAtOnce(socket) {
	socket.once("data", () => socket.write(Buffer.alloc(SIZE)));
}

async function run(t, version, flags = [], served = pki) {
	const server = await startNode({ pki: served, chain: "server-p256", version, behaviour: answerAtOnce });
	t.after(server.stop);
	return runImage("budgetClientSmall", [String(server.port), join(pki.folder, "root-p256.der"), NUMBERS[version], String(SIZE), ...flags]);
}

test("TLS 1.2: a server that is asked for small records sends them", async (t) => {
	assert.match(await run(t, "TLSv1.2", ["fragment"]), /^\{.*\}\n$/);
});

for (const version of Object.keys(NUMBERS)) {
	test(`${version}: a record that does not fit ends the connection, and the error says so`, (t) =>
		assert.rejects(run(t, version), /^Error: budgetClientSmall ended with 1\nfailed: transfer: record-size /));

	test(`${version}: a chain of certificates that does not fit ends the handshake, and the error says so`, async (t) => {
		const folder = mkdtempSync(join(tmpdir(), "chain-"));
		t.after(() => rmSync(folder, { recursive: true }));
		const long = join(folder, "chain.pem");
		writeFileSync(long, readFileSync(pki.chain("server-p256"), "latin1") + readFileSync(pki.chain("intermediate-rsa"), "latin1").repeat(5));
		await assert.rejects(run(t, version, [], { chain: () => long, key: (name) => pki.key(name) }),
			/^Error: budgetClientSmall ended with 1\nfailed: handshake: record-size /);
	});
}
