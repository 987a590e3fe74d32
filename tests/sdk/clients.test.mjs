// SPDX-License-Identifier: MIT
// The SDK's own network clients over the class, as the examples configure them, against real servers; and the class over a
// connection that came in.
//
// Needs an SDK with its tools built for Linux, named by the environment variable MODDABLE.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { TLSSocket } from "node:tls";
import { WebSocketServer } from "ws";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { vendor } from "../../scripts/vendor.mjs";
import { todaysPki } from "../pki/pki.mjs";
import { stop } from "../support/processes.mjs";
import { startMosquitto, startNginx } from "../support/servers.mjs";
import { buildCommand, MODDABLE, startUntil } from "./build.mjs";

const CHAIN = "server-p256";
const BUILD_TIME = 15 * 60_000;

if (MODDABLE)
	describe("the SDK's clients", inTheSdk);
else
	test("the SDK's clients", { skip: "MODDABLE is not set" });

function inTheSdk() {
	const folder = mkdtempSync(join(tmpdir(), "tls-clients-"));
	let pki;

	before(async () => {
		vendor();
		pki = await todaysPki();
		writeFileSync(join(folder, "ca.der"), pki.der("root-p256"));
		writeFileSync(join(folder, "certificate.der"), pki.der("client-rsa"));
		writeFileSync(join(folder, "key.der"), pki.keyDer("client-rsa"));
	});

	after(() => rmSync(folder, { recursive: true }));

	test("HTTP client: a page from nginx, twice over one connection", { timeout: BUILD_TIME }, async (t) => {
		const page = Array.from({ length: 4000 }, (_, line) => `line ${line}\n`).join(""); // more than a record, and than two
		const server = await startNginx({ pki, chain: CHAIN, files: { page } });
		t.after(() => server.stop());
		const output = await runExample(t, "http-client", /again: .*\n|failed/, `url=https://127.0.0.1:${server.port}/page`);
		assert.equal(output, `status 200\n${page}status 200\n\nagain: ${page.length} bytes\n`);
	});

	test("fetch: POST to Node", { timeout: BUILD_TIME }, async (t) => {
		const { port } = await startHttps(t, (request, response) => {
			let body = "";
			request.setEncoding("utf8").on("data", (text) => body += text);
			request.on("end", () => response.end(`${request.method} ${request.url} ${body.length} ${body}`));
		});
		const body = "0123456789".repeat(2000);
		const output = await runExample(t, "fetch", /done\n/, `url=https://127.0.0.1:${port}/form`, `body=${body}`);
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
		const output = await runExample(t, "websocket", /closed\n|failed/, `url=wss://127.0.0.1:${server.port}/chat`);
		const NO_STATUS = 1005; // of a close frame without a code: RFC 6455, 7.1.5
		assert.equal(output, [5, 125, 126, 1000].map((length) => `${length} characters came back\n`).join("") + "closed\n");
		assert.equal(await ended, NO_STATUS);
	});

	const message = "a message ".repeat(100);
	const conversation = new RegExp(`^connected\nsubscribed\n(published\n)?received ${message}\ndone\n$`);

	test("MQTT client: mosquitto", { timeout: BUILD_TIME }, async (t) => {
		const server = await startMosquitto({ pki, chain: CHAIN });
		t.after(() => server.stop());
		const output = await runExample(t, "mqtt", /done\n|failed/, `url=mqtts://127.0.0.1:${server.port}`, "topic=a/topic", `message=${message}`);
		assert.match(output, conversation);
	});

	test("MQTT client: mosquitto that wants a client certificate", { timeout: BUILD_TIME }, async (t) => {
		const server = await startMosquitto({ pki, chain: CHAIN, clientAuthority: "root-rsa" });
		t.after(() => server.stop());
		const url = `url=mqtts://127.0.0.1:${server.port}`;
		const output = await runExample(t, "mqtt", /done\n|failed/, url, "topic=a/topic", `message=${message}`,
			"certificate=certificate.der", "key=key.der", "protocol=x-amzn-mqtt-ca");
		assert.match(output, conversation);
		const refused = await runExample(t, "mqtt", /done\n|failed/, url, "topic=a/topic", `message=${message}`);
		assert.match(refused, /connection failed/);
	});

	test("over a connection that a listener accepted", { timeout: BUILD_TIME }, async (t) => {
		const program = buildCommand(folder, "listener", [join(ROOT, "examples", "listener", "manifest.json")]);
		const { child, output } = startUntil([program, "port=0", "host=device.test", "ca=ca.der"], folder, /done\n|failed/);
		t.after(() => stop(child));
		const [, port] = /listening on port (\d+)/.exec(String(await once(child.stdout, "data")));
		const server = new TLSSocket(connect(Number(port), "127.0.0.1"),
			{ isServer: true, cert: readFileSync(pki.chain(CHAIN)), key: readFileSync(pki.key(CHAIN)) });
		assert.equal(String(await once(server, "data")), "hello\n");
		server.end("good to see you\n");
		assert.equal(await output, `listening on port ${port}\nverified device.test at 127.0.0.1\ngood to see you\ndone\n`);
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

	/** What an example of examples/, built and run, writes until `end` is in it. */
	async function runExample(t, name, end, ...parameters) {
		const program = buildCommand(folder, name, [join(ROOT, "examples", name, "manifest.json")]);
		const { child, output } = startUntil([program, ...parameters, "ca=ca.der"], folder, end);
		t.after(() => stop(child));
		return await output;
	}
}
