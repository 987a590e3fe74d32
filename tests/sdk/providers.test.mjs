// SPDX-License-Identifier: MIT
// network/https.js beside the SDK's provider of HTTP, as versions 8.2 and 9.5 of the SDK have it. Needs no SDK: what it imports
// of one is written here.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT, XSRUN } from "../../scripts/lib/paths.mjs";

const MODULES = {
	"httpclient/config": "./config",
	"embedded:network/http/client": "./client",
	"embedded:io/socket/tcp/tls/client": join(ROOT, "network", "client"),
	"https": join(ROOT, "network", "https"),
};

const MAIN = `
	import "https";
	const { http, https } = device.network;
	const show = ({ io, dns, port, socket }) => [io.name, dns.name, port, socket.io.name, socket.tls?.applicationLayerProtocol];
	console.log(JSON.stringify([show(https), show(https.client), http.kept, device.kept]));
`;

/** What device.network is after it, beside a provider of HTTP. */
function provide(t, http) {
	const folder = mkdtempSync(join(tmpdir(), "providers-"));
	t.after(() => rmSync(folder, { recursive: true }));
	const write = (name, text) => writeFileSync(join(folder, name), text);
	write("manifest.json", JSON.stringify({ modules: MODULES }));
	write("client.js", "export default class HTTPClient {}");
	write("config.js", `globalThis.device = Object.freeze({ kept: 1, network: { http: ${JSON.stringify(http)} } }, true);`);
	write("main.js", MAIN);
	const { stdout, stderr } = spawnSync(XSRUN, ["--manifest", join(folder, "manifest.json"), join(folder, "main.js")], { encoding: "utf8" });
	assert.equal(stderr, "");
	return JSON.parse(stdout);
}

const HTTPS = ["HTTPClient", "the resolver", 443, "ClientSocket", "http/1.1"];

for (const [version, http] of Object.entries({
	"8.2": { dns: { name: "the resolver" }, kept: 2 },
	"9.5": { client: { dns: { name: "the resolver" } }, kept: 2 },
}))
	test(`SDK ${version}: the client is there by both names, and what was there stays`, (t) => {
		assert.deepEqual(provide(t, http), [HTTPS, HTTPS, 2, 1]);
	});
