// SPDX-License-Identifier: MIT
// The class with a certificate store built in, as files of the store command's format.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import { encodeStore } from "../../store/format.mjs";
import { todaysPki } from "../pki/pki.mjs";
import { optionsFor } from "../support/options.mjs";
import { startNode } from "../support/servers.mjs";
import { connect } from "../support/xsrun.mjs";

const pki = await todaysPki();
const FIRST = Buffer.from("hello\n");
const MOZILLA = rootCertificates.map((pem) => new X509Certificate(pem).raw);
const folder = mkdtempSync(join(tmpdir(), "store-"));
after(() => rmSync(folder, { recursive: true }));

/** A manifest with this store, if any, as the resource that the class looks for. */
function manifestWith(store) {
	const program = mkdtempSync(join(folder, "program-"));
	writeFileSync(join(program, "manifest.json"), JSON.stringify(store ? { resources: { "*": "./certificates" } } : {}));
	if (store)
		writeFileSync(join(program, "certificates.store"), store);
	return join(program, "manifest.json");
}

const storeOf = (...names) => encodeStore(names.map((name) => pki.der(name)));

/** Connects to a server with `chain`; without `ca` in the options unless it is given. */
async function visit(t, store, chain, version, tls) {
	const server = await startNode({ pki, chain, version, tls: { ciphers: "DEFAULT@SECLEVEL=0" } });
	t.after(server.stop);
	const options = optionsFor(pki, server.port, { ca: undefined, ...tls });
	if (!tls?.ca)
		delete options.tls.ca;
	return connect({ options, first: FIRST, receive: FIRST.length }, { flags: ["--manifest", manifestWith(store)] });
}

function assertConnected({ error, end }) {
	assert.equal(error, undefined, error?.message);
	assert.equal(end.received, FIRST.length);
}

function assertRefused({ connected, error, end }, code) {
	assert.equal(connected, undefined);
	assert.equal(error?.code, code, error?.message);
	assert.equal(end.received, 0);
}

for (const version of ["TLSv1.2", "TLSv1.3"])
	test(version, async (t) => {
		const full = encodeStore([...MOZILLA, ...["root-p256", "root-p384", "root-rsa"].map((name) => pki.der(name))]);
		for (const chain of ["server-p256", "server-p384", "server-rsa"])
			await t.test(`${chain}, among all of Mozilla's roots`, async (t) => assertConnected(await visit(t, full, chain, version)));
		await t.test("one root", async (t) => assertConnected(await visit(t, storeOf("root-p256"), "server-p256", version)));
		await t.test("Mozilla's roots alone", async (t) => assertRefused(await visit(t, encodeStore(MOZILLA), "server-p256", version), "certificate-issuer"));
		await t.test("the same subject, another key", async (t) => assertRefused(await visit(t, storeOf("root-p256"), "same-name-authority", version), "certificate-signature"));
		await t.test("expired", async (t) => assertRefused(await visit(t, storeOf("root-expired"), "under-expired-root", version), "certificate-expired"));
		await t.test("not a CA", async (t) => assertRefused(await visit(t, storeOf("server-p256"), "issued-by-server", version), "certificate-usage"));
		await t.test("the server's own certificate", async (t) => assertConnected(await visit(t, storeOf("self-signed"), "self-signed", version)));
		await t.test("with tls.ca only that", async (t) => assertRefused(await visit(t, storeOf("root-p256"), "server-p256", version, { ca: "root-rsa" }), "certificate-issuer"));
	});

test("a damaged store", async (t) => {
	const store = storeOf("root-p256", "root-rsa");
	const damagedAt = (offset) => {
		const damaged = Buffer.from(store);
		damaged[offset] ^= 1;
		return damaged;
	};
	await t.test("in its header", async (t) => {
		const { error } = await visit(t, damagedAt(5), "server-p256");
		assert.equal(error.thrown, true);
		assert.equal(error.code, "store");
		assert.match(error.message, /certificates\.store.*store command/);
	});
	await t.test("cut off", async (t) => assert.equal((await visit(t, store.subarray(0, -1), "server-p256")).error.code, "store"));
	await t.test("empty", async (t) => assert.equal((await visit(t, Buffer.alloc(0), "server-p256")).error?.code, "store"));
	await t.test("in the certificate that is needed", async (t) => {
		const at = store.indexOf(pki.der("root-p256"));
		assertRefused(await visit(t, damagedAt(at + 200), "server-p256"), "store");
	});
	await t.test("in another", async (t) => {
		const at = store.indexOf(pki.der("root-rsa"));
		assertConnected(await visit(t, damagedAt(at + 200), "server-p256"));
	});
});

test("neither a store nor tls.ca: the error names both", async (t) => {
	const { error } = await visit(t, undefined, "server-p256");
	assert.equal(error.thrown, true);
	assert.match(error.message, /tls\.ca.*store build/);
});
