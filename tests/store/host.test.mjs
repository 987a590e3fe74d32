// SPDX-License-Identifier: MIT
// "moddable-tls store build --host": connects, verifies, and takes the root that the chain needs.

import assert from "node:assert/strict";
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { after, before, test } from "node:test";
import { decodeStore } from "../../store/format.mjs";
import { parseHost } from "../../store/host.mjs";
import { issue } from "../pki/certificate.mjs";
import { todaysPki } from "../pki/pki.mjs";
import { freePort } from "../support/processes.mjs";
import { startNode } from "../support/servers.mjs";
import { assertStoreFails, AUTHORITY, makeKey, makeRoot, runStore, scratch, sorted } from "./helpers.mjs";

const file = scratch(after);
const set = file("set.pem");
let pki;

before(async () => {
	pki = await todaysPki();
	writeFileSync(set, ["root-p384", "root-expired", "root-p256", "root-rsa"].map((name) => readFileSync(pki.chain(name))).join(""));
});

/** A server for the time of a test. Returns its port. */
async function serve(context, chain, tls) {
	const server = await startNode({ pki, chain, tls });
	context.after(() => server.stop());
	return server.port;
}

/** Builds a store for some hosts, from a set. Returns its certificates, and what was printed. */
async function buildFor(hosts, from = set) {
	const output = file("host.store");
	const result = await runStore(["build", "--host", ...hosts, "--from", from, "--output", output]);
	assert.equal(result.code, 0, result.stderr);
	return { ...result, certificates: decodeStore(readFileSync(output)) };
}

async function assertFails(host, message, from = set) {
	const output = file("failed.store");
	await assertStoreFails(["build", "--host", host, "--from", from, "--output", output], [message]);
	assert.ok(!existsSync(output));
}

test("hosts are names or addresses, with or without a port", () => {
	assert.deepEqual(parseHost("device.test"), { host: "device.test", port: 443 });
	assert.deepEqual(parseHost("device.test:8443"), { host: "device.test", port: 8443 });
	assert.deepEqual(parseHost("192.0.2.1:1"), { host: "192.0.2.1", port: 1 });
	assert.deepEqual(parseHost("2001:db8::1"), { host: "2001:db8::1", port: 443 });
	assert.deepEqual(parseHost("[2001:db8::1]:65535"), { host: "2001:db8::1", port: 65535 });
	assert.deepEqual(parseHost("[::1]"), { host: "::1", port: 443 });
	for (const text of ["", ":443", "a:b", "a:0", "a:65536", "a:1:2", "[device.test]:1", "[]", "[::1", "https://a"])
		assert.throws(() => parseHost(text), { name: "StoreError", message: /is not a host/ }, text);
});

test("each host's root is taken, and named", async (context) => {
	const rsa = await serve(context, "server-rsa");
	const p256 = await serve(context, "server-p256");
	const { certificates, stdout } = await buildFor([`localhost:${rsa}`, `127.0.0.1:${p256}`, `127.0.0.1:${rsa}`]);
	assert.deepEqual(sorted(certificates), sorted([pki.der("root-p256"), pki.der("root-rsa")]));
	const fingerprint = (name) => new X509Certificate(pki.der(name)).fingerprint256;
	assert.deepEqual(stdout.trimEnd().split("\n").slice(0, -1), [
		`localhost:${rsa} needs Root rsa, SHA-256 ${fingerprint("root-rsa")}`,
		`127.0.0.1:${p256} needs Root p256, SHA-256 ${fingerprint("root-p256")}`,
		`127.0.0.1:${rsa} needs Root rsa, SHA-256 ${fingerprint("root-rsa")}`,
	]);
});

test("a certificate directly under the root, and one that is its own root", async (context) => {
	const direct = await serve(context, "direct");
	assert.deepEqual((await buildFor([`localhost:${direct}`])).certificates, [pki.der("root-p256")]);
	const own = await serve(context, "self-signed");
	assert.deepEqual((await buildFor([`localhost:${own}`], pki.chain("self-signed"))).certificates, [pki.der("self-signed")]);
});

/** A root that a second root has signed as well, and a server under it that sends the cross certificate. */
function makeCrossed() {
	const near = { subject: "Near", key: makeKey() };
	const far = { subject: "Far", key: makeKey() };
	const key = makeKey();
	return {
		near: makeRoot(near.subject, near.key),
		far: makeRoot(far.subject, far.key),
		sameName: makeRoot(near.subject),
		cross: issue({ ...AUTHORITY, ...near, issuer: far }),
		server: issue({ ...AUTHORITY, subject: "localhost", key, issuer: near, basicConstraints: { ca: false }, keyUsage: ["digitalSignature"], names: ["localhost"] }),
		key: key.privateKey.export({ type: "pkcs8", format: "pem" }),
	};
}

test("of two roots that a chain could end in, the nearest is taken", async (context) => {
	const { near, far, sameName, cross, server, key } = makeCrossed();
	const cert = [server, cross].map((der) => new X509Certificate(der).toString()).join("");
	const host = `localhost:${await serve(context, "server-p256", { cert, key })}`;
	const setOf = (...roots) => {
		writeFileSync(file("crossed.pem"), roots.map((der) => new X509Certificate(der).toString()).join(""));
		return file("crossed.pem");
	};
	assert.deepEqual((await buildFor([host], setOf(far, sameName, near))).certificates, [near]);
	assert.deepEqual((await buildFor([host], setOf(far))).certificates, [far]);
	assert.deepEqual((await buildFor([host], setOf(sameName, far))).certificates, [far]);
	await assertFails(host, /pass its certificate with --ca/, setOf(sameName));
});

test("nothing is taken from a server that is not verified", async (context) => {
	for (const [chain, message] of [
		["unknown-authority", /localhost:\d+: .*\n.*pass its certificate with --ca, or choose from another set with --from/],
		["same-name-authority", /localhost:\d+: /],
		["self-signed", /pass its certificate with --ca/],
		["expired", /expired/],
		["wrong-name", /localhost:\d+: the peer's certificate is for another name: other\.test/],
		["common-name-only", /it has no subject alternative name/],
		["constraints-not-permitted", /name constraints/],
		["authority-as-server", /it needs basicConstraints CA:FALSE/],
		["intermediate-client-only", /extended key usage is not for servers/],
		["forged", /localhost:\d+: /],
		["under-expired-root", /expired/],
	])
		await assertFails(`localhost:${await serve(context, chain)}`, message);
});

/** A server below two intermediates: its certificates, its own first, and its key. */
function makeDeep(leafCurve = "P-256") {
	const [root, upper, lower] = ["Deep root", "Upper", "Lower"].map((subject) => ({ subject, key: makeKey() }));
	const authority = (of, issuer) => issue({ ...AUTHORITY, ...of, issuer });
	const key = generateKeyPairSync("ec", { namedCurve: leafCurve });
	const own = issue({ ...AUTHORITY, subject: "localhost", key, issuer: lower, basicConstraints: { ca: false }, keyUsage: ["digitalSignature"], names: ["localhost"] });
	return {
		root: authority(root, root), upper: authority(upper, root), lower: authority(lower, upper), own,
		key: key.privateKey.export({ type: "pkcs8", format: "pem" }),
	};
}

const toPem = (...ders) => ders.map((der) => new X509Certificate(der).toString()).join("");

test("servers are judged as a device judges them: by all that they present, in any order", async (context) => {
	const { root, upper, lower, own, key } = makeDeep();
	writeFileSync(file("deep.pem"), toPem(root));
	const cert = toPem(own, upper, pki.der("intermediate-rsa"), lower);
	const host = `localhost:${await serve(context, "server-p256", { cert, key })}`;
	assert.deepEqual((await buildFor([host], file("deep.pem"))).certificates, [root]);
	const gap = `localhost:${await serve(context, "server-p256", { cert: toPem(own, upper), key })}`;
	await assertFails(gap, /issuer Lower/, file("deep.pem"));
});

test("servers are judged as a device judges them: a key of a kind that it does not have", async (context) => {
	const { root, upper, lower, own, key } = makeDeep("secp521r1");
	writeFileSync(file("deep.pem"), toPem(root));
	const host = `localhost:${await serve(context, "server-p256", { cert: toPem(own, lower, upper), key })}`;
	await assertFails(host, /P-256 or P-384/, file("deep.pem"));
});

test("a host that is neither a name nor an address is refused", () => assertFails("1.2:1", /^moddable-tls: 1\.2 is neither a name nor an address\n$/));

test("what this computer trusts besides the set does not count", async (context) => {
	const host = `localhost:${await serve(context, "server-p256")}`;
	process.env.NODE_EXTRA_CA_CERTS = pki.chain("root-p256");
	context.after(() => delete process.env.NODE_EXTRA_CA_CERTS);
	await assertFails(host, /pass its certificate with --ca/, pki.chain("root-rsa"));
	await assertFails(host, /pass its certificate with --ca/, "node");
});

test("servers that do not answer, or not with TLS, are named", async (context) => {
	await assertFails(`127.0.0.1:${await freePort()}`, /127\.0\.0\.1:\d+: .*ECONNREFUSED/);
	await assertFails("host.invalid", /host\.invalid:443: .*(ENOTFOUND|EAI_AGAIN)/);
	const behaviours = [[(socket) => socket.end("220 hello\r\n"), /127\.0\.0\.1:\d+: .+/], [() => {}, /no answer in 10 seconds/]];
	for (const [behaviour, message] of behaviours) {
		const server = createServer((socket) => behaviour(socket.on("error", () => {}))).listen(0, "127.0.0.1");
		context.after(() => server.close());
		await once(server, "listening");
		await assertFails(`127.0.0.1:${server.address().port}`, message);
	}
});
