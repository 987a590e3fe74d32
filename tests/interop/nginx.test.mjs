// SPDX-License-Identifier: MIT
// HTTPS with nginx: requests and answers as programs make them, and some of what its configuration can make of a server.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { optionsFor } from "../support/options.mjs";
import { patternBlock } from "../support/pattern.js";
import { startNginx } from "../support/servers.mjs";
import { connect, reconnect } from "../support/xsrun.mjs";

const pki = await todaysPki();
const files = { "small.txt": "hello\n", "large.bin": Buffer.concat([patternBlock(), patternBlock(), patternBlock()]) };

const VERSIONS = ["TLSv1.2", "TLSv1.3"];
const only = (version) => ({ minimumVersion: version, maximumVersion: version });

const get = (path, connection) => Buffer.from(`GET /${path} HTTP/1.1\r\nHost: device.test\r\nConnection: ${connection}\r\n\r\n`);

/** Sends requests and returns the answers, as bytes, up to nginx's close_notify. */
async function answersTo(server, version, ...requests) {
	const { error, end } = await connect({ options: optionsFor(pki, server.port, { ca: "root-rsa", ...only(version) }), first: Buffer.concat(requests), keep: true });
	assert.equal(error?.code, "closed");
	return Buffer.from(end.hex, "hex");
}

const bodyOf = (answer) => answer.subarray(answer.indexOf("\r\n\r\n") + 4);

for (const version of VERSIONS)
	test(version, async (t) => {
		const server = await startNginx({ pki, chain: "server-rsa", version, files });
		t.after(server.stop);
		await t.test("a small file", async () =>
			assert.equal(bodyOf(await answersTo(server, version, get("small.txt", "close"))).toString(), "hello\n"));
		await t.test("a large file", async () =>
			assert.ok(bodyOf(await answersTo(server, version, get("large.bin", "close"))).equals(files["large.bin"])));
		await t.test("three requests on one connection", async () => {
			const answers = await answersTo(server, version, get("small.txt", "keep-alive"), get("small.txt", "keep-alive"), get("small.txt", "close"));
			assert.equal(answers.toString().split("\r\n\r\nhello\n").length, 4);
		});
	});

const certificate = (chain) => `ssl_certificate ${pki.chain(chain)}; ssl_certificate_key ${pki.key(chain)};`;

/** The connection, and the first line of the answer, if there is one. */
async function ask(server, tls, request = get("small.txt", "close")) {
	const { connected, error, end } = await connect({ options: optionsFor(pki, server.port, tls), first: request, keep: true });
	return { tls: connected?.tls, error, line: Buffer.from(end.hex, "hex").toString("latin1").split("\r\n")[0] };
}

async function start(t, directives, fields) {
	const server = await startNginx({ pki, chain: "server-p256", files, more: directives, ...fields });
	t.after(server.stop);
	return server;
}

test("records of 64 bytes", async (t) => {
	const server = await start(t, "ssl_buffer_size 64;");
	for (const version of VERSIONS) {
		const { end } = await connect({ options: optionsFor(pki, server.port, only(version)), first: get("large.bin", "close"), keep: true });
		assert.ok(bodyOf(Buffer.from(end.hex, "hex")).equals(files["large.bin"]), version);
	}
});

test("several servers by name", async (t) => {
	const server = await start(t, `server_name device.test; ${certificate("server-rsa")}`, { others: [
		`server_name localhost; ${certificate("server-rsa")}`, `server_name a.wild.test; ${certificate("server-p384")}`, "server_name b.wild.test; ssl_reject_handshake on;",
	] });
	const ca = ["root-p256", "root-p384", "root-rsa"];
	for (const version of VERSIONS)
		for (const [host, chain] of [["device.test", "server-p256"], ["localhost", "server-rsa"], ["a.wild.test", "server-p384"], ["127.0.0.1", "server-p256"]])
			await t.test(`${version}, ${host}`, async () => {
				const { tls, line } = await ask(server, { ...only(version), host, ca });
				assert.equal(line, "HTTP/1.1 200 OK");
				assert.equal(tls.peerCertificate, pki.der(chain).toString("hex"));
			});
	await t.test("one that rejects", async () => {
		const { error } = await ask(server, { host: "b.wild.test", ca });
		assert.equal(error.code, "alert");
		assert.match(error.message, /unrecognized_name.*tls\.host/);
	});
});

test("client certificates", async (t) => {
	for (const [verify, identity, line] of [
		["on", "client-p256", "200 OK"], ["on", undefined, "400 Bad Request"], ["on", "client-unknown", "400 Bad Request"],
		["optional", "client-p256", "200 OK"], ["optional", undefined, "200 OK"], ["optional_no_ca", "client-unknown", "200 OK"],
	])
		await t.test(`${verify}, ${identity ?? "none"}`, async (t) => {
			const server = await start(t, `ssl_verify_client ${verify}; ssl_client_certificate ${pki.chain("root-p256")};`);
			for (const version of VERSIONS)
				assert.equal((await ask(server, { ...only(version), identity })).line, `HTTP/1.1 ${line}`);
		});
});

test("keys of tickets that change, early data, and no sessions at all", async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "tickets-"));
	t.after(() => rmSync(folder, { recursive: true }));
	const [oldKey, newKey] = ["old", "new"].map((name) => {
		writeFileSync(join(folder, name), randomBytes(80));
		return `ssl_session_ticket_key ${join(folder, name)};`;
	});
	const first = get("small.txt", "close");
	for (const version of VERSIONS)
		await t.test(version, async () => {
			const connections = async (port, session) => reconnect({ options: optionsFor(pki, port, { ...only(version), session }), first, times: 2 });
			const before = await startNginx({ pki, chain: "server-p256", files, more: oldKey });
			const { session } = await connections(before.port);
			await before.stop();
			for (const [directives, resumed] of [
				[newKey + oldKey, true], [`ssl_early_data on; ${oldKey}`, true], [newKey, false], ["ssl_session_tickets off; ssl_session_cache none;", false],
			]) {
				const server = await startNginx({ pki, chain: "server-p256", files, more: directives, port: before.port });
				const { resumed: [then], message } = await connections(server.port, Buffer.from(session, "hex"));
				await server.stop();
				assert.equal(then, resumed, message ?? directives);
			}
		});
});

test("a connection that nobody uses ends with close_notify", async (t) => {
	const server = await start(t, "keepalive_timeout 1s;");
	const answers = await Promise.all(VERSIONS.map((version) => ask(server, only(version), get("small.txt", "keep-alive"))));
	for (const { error, line } of answers)
		assert.deepEqual([error.code, line], ["closed", "HTTP/1.1 200 OK"]);
});
