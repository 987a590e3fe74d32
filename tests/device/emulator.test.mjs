// SPDX-License-Identifier: MIT
// The emulator does not outlive who started it, even if that is killed.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { start } from "../support/processes.mjs";

const EMULATOR = join(import.meta.dirname, "emulator.mjs");

/** The fields of /proc/PID/stat from the state on; undefined if there is no such process. */
function statOf(pid) {
	try {
		return readFileSync(`/proc/${pid}/stat`, "latin1").replace(/^.*\) /, "").split(" ");
	}
	catch {
		return undefined;
	}
}

function childrenOf(parent) {
	return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && statOf(name)?.[1] === String(parent));
}

function isRunning(pid) {
	const stat = statOf(pid);
	return stat !== undefined && stat[0] !== "Z";
}

test("an emulator ends when the process that started it is killed", async (t) => {
	const server = net.createServer();
	await once(server.listen(0, "127.0.0.1"), "listening");
	const program = `const { runImage } = await import(${JSON.stringify(EMULATOR)});
		await runImage("transportTest", ["linkDown", "${server.address().port}"]);`;
	const child = start([process.execPath, "--input-type=module", "-e", program]);
	const [connection] = await once(server, "connection"); // so it is running; it waits for bytes that never come
	connection.on("error", () => {});
	const [emulator, ...others] = childrenOf(child.pid);
	t.after(() => {
		connection.destroy();
		server.close();
		if (isRunning(emulator))
			process.kill(Number(emulator), "SIGKILL");
	});
	assert.deepEqual(others, []);
	assert.ok(isRunning(emulator));

	child.kill("SIGKILL");
	for (let tries = 0; isRunning(emulator) && tries < 100; tries++)
		await delay(50);
	assert.ok(!isRunning(emulator), `process ${emulator} goes on`);
});
