// SPDX-License-Identifier: MIT
// Machines that end with connections open, in threads of their own: workers of the SDK's simulator. See workers/.
//
// Needs an SDK with its tools built for Linux, named by the environment variable MODDABLE, and a display or Xvfb.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { vendor } from "../../scripts/vendor.mjs";
import { todaysPki } from "../pki/pki.mjs";
import { stop } from "../support/processes.mjs";
import { startNode } from "../support/servers.mjs";
import { describeUnless } from "./build.mjs";
import { buildForSimulator, closeDisplay, NO_SIMULATOR, simulatorEnvironment, startTraced } from "./simulator.mjs";

const BUILD_TIME = 15 * 60_000;
const WORKERS = 18; // in workers/main.js

/** Counts its connections, and does nothing with them. */
async function startSilent() {
	let open = 0, accepted = 0;
	const server = createServer((socket) => {
		accepted++;
		open++;
		socket.resume().on("error", () => {}).on("close", () => open--);
	});
	await once(server.listen(0, "127.0.0.1"), "listening");
	return { port: server.address().port, stop: () => server.close(), counts: () => ({ accepted, open }) };
}

describeUnless(NO_SIMULATOR, "workers", () => {
	const folder = mkdtempSync(join(tmpdir(), "tls-workers-"));
	let server, silent;

	before(async () => {
		vendor();
		const pki = await todaysPki();
		writeFileSync(join(folder, "ca.der"), pki.der("root-p256"));
		server = await startNode({ pki, chain: "server-p256" });
		silent = await startSilent();
	});

	after(async () => {
		await server.stop();
		silent.stop();
		await closeDisplay();
		rmSync(folder, { recursive: true });
	});

	test("end with connections open", { timeout: BUILD_TIME }, async (t) => {
		const environment = await simulatorEnvironment(folder);
		const manifest = {
			include: join(ROOT, "tests", "sdk", "workers", "manifest.json"),
			config: { port: server.port, silent: silent.port },
			data: { "*": "../ca" },
		};
		const app = await startTraced(buildForSimulator(folder, "workers", manifest, environment), folder, environment);
		t.after(() => stop(app.child));
		assert.equal(await app.until(/all workers ended\n|failed/), "all workers ended\n");
		while (silent.counts().open > 0)
			await wait(50);
		assert.ok(silent.counts().accepted >= WORKERS / 2, "half of them got as far as a handshake");
		assert.equal(app.child.exitCode, null, "the program goes on");
	});
});
