// SPDX-License-Identifier: MIT
// Rule T2: the options noDelay and keepAlive arrive at the system's socket. socketOptions.c tells.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { BUILD } from "../../scripts/lib/paths.mjs";
import { todaysPki } from "../pki/pki.mjs";
import { optionsFor } from "../support/options.mjs";
import { startNode } from "../support/servers.mjs";
import { connect } from "../support/xsrun.mjs";

const LIBRARY = join(BUILD, "desktop", "tests", "runtime", "libsocketOptions.so");
const FIRST = Buffer.from("hello\n");

/** As Linux numbers them: level and name. */
const NAMES = { "6 1": "TCP_NODELAY", "1 9": "SO_KEEPALIVE", "6 4": "TCP_KEEPIDLE" };

const pki = await todaysPki();
const folder = mkdtempSync(join(tmpdir(), "socket-options-"));
after(() => rmSync(folder, { recursive: true }));

/** The socket options of a connection that is made with `more` options. */
async function socketOptions(t, more) {
	const server = await startNode({ pki, chain: "server-p256" });
	t.after(server.stop);
	const file = join(folder, "log");
	rmSync(file, { force: true });
	const plan = { options: { ...optionsFor(pki, server.port), ...more }, first: FIRST, receive: FIRST.length };
	const { error } = await connect(plan, { env: { LD_PRELOAD: LIBRARY, SOCKET_OPTIONS: file } });
	assert.equal(error, undefined, error?.message);
	const lines = readFileSync(file, "utf8").trim().split("\n").map((line) => /^(\d+ \d+) (\d+)$/.exec(line));
	return Object.fromEntries(lines.filter(([, name]) => NAMES[name]).map(([, name, value]) => [NAMES[name], Number(value)]));
}

for (const [more, expected] of [
	[{}, { TCP_NODELAY: 0, SO_KEEPALIVE: 0 }],
	[{ noDelay: true }, { TCP_NODELAY: 1, SO_KEEPALIVE: 0 }],
	[{ noDelay: false, keepAlive: 20_000 }, { TCP_NODELAY: 0, SO_KEEPALIVE: 1, TCP_KEEPIDLE: 20 }],
])
	test(`T2 ${JSON.stringify(more)}`, async (t) => assert.deepEqual(await socketOptions(t, more), expected));
