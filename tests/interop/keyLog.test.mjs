// SPDX-License-Identifier: MIT
// X6: the key log of a debug build has the secrets that the server has; a release build has no key log.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { optionsFor } from "../support/options.mjs";
import { startNode } from "../support/servers.mjs";
import { connect } from "../support/xsrun.mjs";

const pki = await todaysPki();

/** Makes a connection; returns the lines of both key logs, sorted. */
async function keyLogs(t, version, flags) {
	const folder = mkdtempSync(join(tmpdir(), "tls-keys-"));
	const server = await startNode({ pki, chain: "server-p256", version });
	t.after(async () => {
		await server.stop();
		rmSync(folder, { recursive: true });
	});
	const file = join(folder, "keys");
	const { end } = await connect({ options: optionsFor(pki, server.port), send: 10, receive: 10 }, { flags, env: { SSLKEYLOGFILE: file } });
	assert.equal(end.received, 10);
	return { server: server.keyLog.sort(), client: existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n").sort() : [] };
}

for (const [version, count] of [["TLSv1.2", 1], ["TLSv1.3", 4]])
	test(version, async (t) => {
		const { server, client } = await keyLogs(t, version, []);
		assert.equal(client.length, count);
		assert.deepEqual(client, server.filter((line) => !line.startsWith("EXPORTER_SECRET"))); // nothing here uses that
	});

test("TLSv1.3, a file without a name is none", async (t) => {
	const server = await startNode({ pki, chain: "server-p256", version: "TLSv1.3" });
	t.after(() => server.stop());
	const { end } = await connect({ options: optionsFor(pki, server.port), send: 10, receive: 10 }, { env: { SSLKEYLOGFILE: "" } });
	assert.equal(end.received, 10);
});

test("not in a release build", async (t) => assert.deepEqual((await keyLogs(t, "TLSv1.3", ["--release"])).client, []));
