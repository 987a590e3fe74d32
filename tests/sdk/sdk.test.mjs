// SPDX-License-Identifier: MIT
// In the real Moddable SDK: examples/https-get, built by mcconfig and run in the simulator and as a command, debug,
// instrumented and release, gets a page from a local server.
//
// Needs an SDK with its tools built for Linux, named by the environment variable MODDABLE, and for the simulator a display
// or Xvfb.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { vendor } from "../../scripts/vendor.mjs";
import { todaysPki } from "../pki/pki.mjs";
import { stop } from "../support/processes.mjs";
import { startNode } from "../support/servers.mjs";
import { mcconfig, MODDABLE, sdkEnvironment, startUntil } from "./build.mjs";
import { closeDisplay, findDisplay, simulatorCommand } from "./simulator.mjs";

const PAGE = "a page for the Moddable SDK\n";
const CONFIGURATIONS = { debug: ["-d"], instrument: ["-i"], release: [] }; // as mcconfig names its folders
const BUILD_TIME = 15 * 60_000;

if (MODDABLE)
	describe("the Moddable SDK", inTheSdk);
else
	test("the Moddable SDK", { skip: "MODDABLE is not set" });

function inTheSdk() {
	const folder = mkdtempSync(join(tmpdir(), "tls-sdk-"));
	const appFolder = join(folder, "app");
	const environment = sdkEnvironment(folder);
	let server;
	let url;

	before(async () => {
		vendor();
		const pki = await todaysPki();
		server = await startNode({ pki, chain: "server-p256", behaviour: answer });
		// By address: on Linux the SDK's resolver knows no name whose first address is IPv6, as localhost's is.
		url = `https://127.0.0.1:${server.port}/page`;
		mkdirSync(appFolder);
		writeFileSync(join(appFolder, "ca.der"), pki.der("root-p256"));
		writeFileSync(join(appFolder, "manifest.json"), JSON.stringify({
			include: join(ROOT, "examples", "https-get", "manifest.json"),
			config: { url, ca: "ca.der" },
			platforms: {
				"lin": { data: { "*": "./ca" } },
				"x-cli-lin": { include: join(ROOT, "tests", "sdk", "commandLine", "manifest.json") },
			},
		}));
	});

	after(async () => {
		await server?.stop();
		await closeDisplay();
		rmSync(folder, { recursive: true });
	});

	for (const [configuration, flags] of Object.entries(CONFIGURATIONS)) {
		test(`runs in the simulator, ${configuration}`, { timeout: BUILD_TIME }, async (t) => {
			const display = await findDisplay();
			if (!display)
				return t.skip("there is no DISPLAY, and no Xvfb to make one");
			mcconfig(["-m", "-p", "lin", "-t", "build", "-o", folder, ...flags], appFolder, environment);
			await getsThePage(simulatorCommand(folder, configuration, "app", environment), display);
		});

		test(`runs as a command, ${configuration}`, { timeout: BUILD_TIME }, async () => {
			mcconfig(["-m", "-p", "x-cli-lin", "-t", "build", "-o", folder, ...flags], appFolder, environment);
			await getsThePage([join(folder, "bin", "lin", configuration, "app"), `url=${url}`, "ca=ca.der"]);
		});
	}

	async function getsThePage(command, display = "") {
		const known = server.connections.length;
		const app = startUntil(command, appFolder, /\d+ bytes in \d+ ms\n|XS abort/, { ...environment, DISPLAY: display });
		const output = await app.output.finally(() => stop(app.child));
		assert.match(output, /verified {3}127\.0\.0\.1 at 127\.0\.0\.1\nversion {4}TLSv1\.3\nsuite {6}TLS_\w+\n/);
		assert.ok(output.includes(PAGE), output);
		const [connection, ...others] = server.connections.slice(known);
		assert.equal(others.length, 0);
		assert.equal(connection.version, "TLSv1.3");
		assert.ok(connection.received > 0);
		assert.equal(connection.error, undefined);
	}
}

/** A web server that has one page. */
function answer(socket, connection) {
	let request = "";
	connection.version = socket.getProtocol(); // null once it is closed
	socket.setEncoding("latin1").on("data", (text) => {
		request += text;
		if (request.endsWith("\r\n\r\n"))
			socket.end(/^GET \/page HTTP\/1\.1\r\n/.test(request)
				? `HTTP/1.1 200 OK\r\nContent-Length: ${PAGE.length}\r\nConnection: close\r\n\r\n${PAGE}`
				: "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
	});
}
