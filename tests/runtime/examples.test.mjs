// SPDX-License-Identifier: MIT
// The example that the desktop runtime can run, as it stands.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT, XSRUN } from "../../scripts/lib/paths.mjs";
import { todaysPki } from "../pki/pki.mjs";
import { startNode } from "../support/servers.mjs";

test("https-get prints a page with a character that is cut between two records", async (t) => {
	const pki = await todaysPki();
	const answer = Buffer.from("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nIt costs 5 \u20AC.\n");
	const cut = answer.indexOf(0xE2) + 1;
	const server = await startNode({
		pki, chain: "server-p256",
		behaviour: (socket) => socket.once("data", () => socket.write(answer.subarray(0, cut), () => socket.end(answer.subarray(cut)))),
	});
	t.after(server.stop);
	const child = spawn(XSRUN, ["--release", join(ROOT, "examples/https-get/main.ts"), `url=https://127.0.0.1:${server.port}/`, `ca=${join(pki.folder, "root-p256.der")}`]);
	let [output, log] = ["", ""];
	child.stdout.setEncoding("utf8").on("data", (text) => output += text);
	child.stderr.setEncoding("utf8").on("data", (text) => log += text);
	const [code] = await once(child, "close");
	assert.equal(code, 0, log);
	assert.match(output, /It costs 5 \u20AC\.\n\n\n\d+ bytes in /);
});
