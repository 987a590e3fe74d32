// SPDX-License-Identifier: MIT
// The SDK's own network clients over the class, as the examples configure them, against real servers; and the class over a
// connection that came in. All of it as commands, and in the simulator.
//
// Needs an SDK with its tools built for Linux, named by the environment variable MODDABLE, and for the simulator a display
// or Xvfb.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { TLSSocket } from "node:tls";
import { WebSocketServer } from "ws";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { vendor } from "../../scripts/vendor.mjs";
import { todaysPki } from "../pki/pki.mjs";
import { stop } from "../support/processes.mjs";
import { startMosquitto, startNginx } from "../support/servers.mjs";
import { buildCommand, describeUnless, NO_SDK, startApp } from "./build.mjs";
import { buildForSimulator, closeDisplay, NO_SIMULATOR, simulatorEnvironment, startTraced } from "./simulator.mjs";

const CHAIN = "server-p256";
const BUILD_TIME = 15 * 60_000;

/** Resources of the examples. In `folder`, with the ending .der. */
const RESOURCES = ["ca", "certificate", "key"];

/** Where the examples run: `start` builds one with a configuration and starts it, as an App. */
const PLATFORMS = {
	"as a command": {
		skip: NO_SDK,
		start: (folder, name, config) => startApp(buildCommand(folder, name, [manifestOf(name)], { config }), folder),
	},
	"in the simulator": {
		skip: NO_SIMULATOR,
		async start(folder, name, config) {
			const environment = await simulatorEnvironment(folder);
			const manifest = { include: manifestOf(name), config, data: { "*": RESOURCES.map((resource) => `../${resource}`) } };
			return startTraced(buildForSimulator(folder, name, manifest, environment), folder, environment);
		},
	},
};

function manifestOf(example) {
	return join(ROOT, "examples", example, "manifest.json");
}

for (const [place, { skip, start }] of Object.entries(PLATFORMS))
	describeUnless(skip, `the SDK's clients ${place}`, () => testClients(start));

function testClients(start) {
	const folder = mkdtempSync(join(tmpdir(), "tls-clients-"));
	let pki;

	before(async () => {
		vendor();
		pki = await todaysPki();
		writeFileSync(join(folder, "ca.der"), pki.der("root-p256"));
		writeFileSync(join(folder, "certificate.der"), pki.der("client-rsa"));
		writeFileSync(join(folder, "key.der"), pki.keyDer("client-rsa"));
	});

	after(async () => {
		await closeDisplay();
		rmSync(folder, { recursive: true });
	});

	test("HTTP client: a page from nginx, twice over one connection", { timeout: BUILD_TIME }, async (t) => {
		const page = Array.from({ length: 4000 }, (_, line) => `line ${line}\n`).join(""); // more than a record, and than two
		const server = await startNginx({ pki, chain: CHAIN, files: { page } });
		t.after(() => server.stop());
		const output = await runExample(t, "http-client", { url: `https://127.0.0.1:${server.port}/page` }, /again: .*\n|failed/);
		assert.equal(output, `status 200\n${page}status 200\n\nagain: ${page.length} bytes\n`);
	});

	test("fetch: POST to Node", { timeout: BUILD_TIME }, async (t) => {
		const { port } = await startHttps(t, (request, response) => {
			let body = "";
			request.setEncoding("utf8").on("data", (text) => body += text);
			request.on("end", () => response.end(`${request.method} ${request.url} ${body.length} ${body}`));
		});
		const body = "0123456789".repeat(2000);
		const output = await runExample(t, "fetch", { url: `https://127.0.0.1:${port}/form`, body }, /done\n/);
		assert.equal(output, `status 200\nPOST /form ${body.length} ${body}\ndone\n`);
	});

	test("WebSocket client: texts to ws and back", { timeout: BUILD_TIME }, async (t) => {
		const server = await startHttps(t);
		const ended = new Promise((resolve) => {
			new WebSocketServer({ server: server.https }).on("connection", (socket) => {
				socket.on("message", (data, binary) => socket.send(data, { binary }));
				socket.on("close", resolve);
			});
		});
		const output = await runExample(t, "websocket", { url: `wss://127.0.0.1:${server.port}/chat` }, /closed\n|failed/);
		const NO_STATUS = 1005; // of a close frame without a code: RFC 6455, 7.1.5
		assert.equal(output, [5, 125, 126, 1000].map((length) => `${length} characters came back\n`).join("") + "closed\n");
		assert.equal(await ended, NO_STATUS);
	});

	const message = "a message ".repeat(100);
	const conversation = new RegExp(`^connected\nsubscribed\n(published\n)?received ${message}\ndone\n$`);

	test("MQTT client: mosquitto", { timeout: BUILD_TIME }, async (t) => {
		const server = await startMosquitto({ pki, chain: CHAIN });
		t.after(() => server.stop());
		const output = await runExample(t, "mqtt", { url: `mqtts://127.0.0.1:${server.port}`, topic: "a/topic", message }, /done\n|failed/);
		assert.match(output, conversation);
	});

	test("MQTT client: mosquitto that wants a client certificate", { timeout: BUILD_TIME }, async (t) => {
		const server = await startMosquitto({ pki, chain: CHAIN, clientAuthority: "root-rsa" });
		t.after(() => server.stop());
		const config = { url: `mqtts://127.0.0.1:${server.port}`, topic: "a/topic", message };
		const client = { certificate: "certificate.der", key: "key.der", protocol: "x-amzn-mqtt-ca" };
		const output = await runExample(t, "mqtt", { ...config, ...client }, /done\n|failed/);
		assert.match(output, conversation);
		const refused = await runExample(t, "mqtt", config, /done\n|failed/);
		assert.match(refused, /connection failed/);
	});

	test("over a connection that a listener accepted", { timeout: BUILD_TIME }, async (t) => {
		const app = await startExample(t, "listener", { port: 0, host: "device.test" });
		const [, port] = /listening on port (\d+)/.exec(await app.until(/listening.*\n/));
		const server = new TLSSocket(connect(Number(port), "127.0.0.1"),
			{ isServer: true, cert: readFileSync(pki.chain(CHAIN)), key: readFileSync(pki.key(CHAIN)) });
		assert.equal(String(await once(server, "data")), "hello\n");
		server.end("good to see you\n");
		assert.equal(await app.until(/done\n|failed/), `listening on port ${port}\nverified device.test at 127.0.0.1\ngood to see you\ndone\n`);
	});

	/** A web server of Node's that ends with the test. */
	async function startHttps(t, answer) {
		const https = createServer({ cert: readFileSync(pki.chain(CHAIN)), key: readFileSync(pki.key(CHAIN)) }, answer);
		t.after(() => {
			https.closeAllConnections();
			https.close();
		});
		await once(https.listen(0, "127.0.0.1"), "listening");
		return { https, port: https.address().port };
	}

	/** An example of examples/ with a configuration: an App that ends with the test. */
	async function startExample(t, name, config) {
		const app = await start(folder, name, { ca: "ca.der", ...config });
		t.after(() => stop(app.child));
		return app;
	}

	/** What an example says until `end` is in it. */
	async function runExample(t, name, config, end) {
		const app = await startExample(t, name, config);
		return app.until(end);
	}
}
