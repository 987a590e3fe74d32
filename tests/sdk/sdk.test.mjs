// SPDX-License-Identifier: MIT
// In the real Moddable SDK: examples/https-get, built by mcconfig and run in the simulator and as a command, debug,
// instrumented and release, gets a page from a local server.
//
// Needs an SDK with its tools built for Linux, named by the environment variable MODDABLE, and for the simulator a display
// or Xvfb.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { vendor } from "../../scripts/vendor.mjs";
import { todaysPki } from "../pki/pki.mjs";
import { stop } from "../support/processes.mjs";
import { startNode } from "../support/servers.mjs";
import { buildCommand, CONFIGURATIONS, describeUnless, NO_SDK, sdkEnvironment, startApp } from "./build.mjs";
import { buildForSimulator, closeDisplay, NO_SIMULATOR, simulatorEnvironment } from "./simulator.mjs";

const EXAMPLE = join(ROOT, "examples", "https-get", "manifest.json");
const PAGE = Buffer.from("a page for the Moddable SDK: 5 \u20AC\n");
const BUILD_TIME = 15 * 60_000;

describeUnless(NO_SDK, "the Moddable SDK", () => {
	const folder = mkdtempSync(join(tmpdir(), "tls-sdk-"));
	let server;
	let config;

	before(async () => {
		vendor();
		const pki = await todaysPki();
		server = await startNode({ pki, chain: "server-p256", behaviour: answer });
		// By address: on Linux the SDK's resolver knows no name whose first address is IPv6, as localhost's is.
		config = { url: `https://127.0.0.1:${server.port}/page`, ca: "ca.der" };
		writeFileSync(join(folder, "ca.der"), pki.der("root-p256"));
	});

	after(async () => {
		await server?.stop();
		await closeDisplay();
		rmSync(folder, { recursive: true });
	});

	for (const configuration of Object.keys(CONFIGURATIONS)) {
		test(`runs in the simulator, ${configuration}`, { skip: NO_SIMULATOR, timeout: BUILD_TIME }, async () => {
			const environment = await simulatorEnvironment(folder);
			const manifest = { include: EXAMPLE, config, data: { "*": "../ca" } };
			await getsThePage(buildForSimulator(folder, "app", manifest, environment, { configuration }), environment);
		});

		test(`runs as a command, ${configuration}`, { timeout: BUILD_TIME }, async () => {
			await getsThePage(buildCommand(folder, "app", [EXAMPLE], { config, configuration }), sdkEnvironment(folder));
		});
	}

	async function getsThePage(command, environment) {
		const known = server.connections.length;
		const app = startApp(command, folder, environment);
		const output = await app.until(/\d+ bytes in \d+ ms\n|XS abort/).finally(() => stop(app.child));
		assert.match(output, /verified {3}127\.0\.0\.1 at 127\.0\.0\.1\nversion {4}TLSv1\.3\nsuite {6}TLS_\w+\n/);
		assert.ok(output.includes(PAGE.toString()), output);
		const [connection, ...others] = server.connections.slice(known);
		assert.equal(others.length, 0);
		assert.equal(connection.version, "TLSv1.3");
		assert.ok(connection.received > 0);
		assert.equal(connection.error, undefined);
	}
});

/** A web server that has one page, with a character that is cut between two records. */
function answer(socket, connection) {
	let request = "";
	connection.version = socket.getProtocol(); // null once it is closed
	socket.setEncoding("latin1").on("data", (text) => {
		request += text;
		if (!request.endsWith("\r\n\r\n"))
			return;
		if (!/^GET \/page HTTP\/1\.1\r\n/.test(request))
			return socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
		socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${PAGE.length}\r\nConnection: close\r\n\r\n`);
		socket.write(PAGE.subarray(0, -2), () => socket.end(PAGE.subarray(-2)));
	});
}
