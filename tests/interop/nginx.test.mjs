// SPDX-License-Identifier: MIT
// HTTPS with nginx: requests and answers as programs make them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { todaysPki } from "../pki/pki.mjs";
import { optionsFor } from "../support/options.mjs";
import { patternBlock } from "../support/pattern.js";
import { startNginx } from "../support/servers.mjs";
import { connect } from "../support/xsrun.mjs";

const pki = await todaysPki();
const files = { "small.txt": "hello\n", "large.bin": Buffer.concat([patternBlock(), patternBlock(), patternBlock()]) };

const get = (path, connection) => Buffer.from(`GET /${path} HTTP/1.1\r\nHost: device.test\r\nConnection: ${connection}\r\n\r\n`);

/** Sends requests and returns the answers, as bytes, up to nginx's close_notify. */
async function answersTo(server, version, ...requests) {
	const tls = { minimumVersion: version, maximumVersion: version };
	const { error, end } = await connect({ options: optionsFor(pki, server.port, { ca: "root-rsa", ...tls }), first: Buffer.concat(requests), keep: true });
	assert.equal(error?.code, "closed");
	return Buffer.from(end.hex, "hex");
}

const bodyOf = (answer) => answer.subarray(answer.indexOf("\r\n\r\n") + 4);

for (const version of ["TLSv1.2", "TLSv1.3"])
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
