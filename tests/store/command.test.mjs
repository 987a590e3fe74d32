// SPDX-License-Identifier: MIT
// The command "moddable-tls store": what it writes, what it prints, and what it refuses.

import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { rootCertificates } from "node:tls";
import { decodeStore } from "../../store/format.mjs";
import { todaysPki } from "../pki/pki.mjs";
import { assertStoreFails, runStore, scratch, sorted } from "./helpers.mjs";

const DEBIAN_FOLDER = "/usr/share/ca-certificates/mozilla";
const file = scratch(after);
let pki;

before(async () => pki = await todaysPki());

/** Runs a build that must succeed. Returns the certificates, and what it printed. */
async function build(...args) {
	const output = file("built.store");
	const result = await runStore(["build", ...args, "--output", output]);
	assert.equal(result.code, 0, result.stderr);
	return { ...result, bytes: readFileSync(output), certificates: decodeStore(readFileSync(output)) };
}

/** A build that must fail, and not write its output. */
async function assertBuildFails(args, message) {
	const output = file("failed.store");
	await assertStoreFails(["build", ...args, "--output", output], [message]);
	assert.ok(!existsSync(output));
}

test("build --all takes all of Mozilla's roots that Node carries", async () => {
	const { certificates, bytes, stdout } = await build("--all");
	assert.deepEqual(sorted(certificates), sorted(rootCertificates.map((pem) => new X509Certificate(pem).raw)));
	assert.ok(stdout.endsWith(`built.store: ${certificates.length} certificates, ${bytes.length} bytes\n`), stdout);
});

test("build gives the same bytes again", async () => {
	const { bytes } = await build("--all");
	assert.deepEqual((await build("--all", "--from", "node")).bytes, bytes);
});

test("build --all --from debian takes those of Debian's package", { skip: !existsSync(DEBIAN_FOLDER) && "the package ca-certificates is not installed" }, async () => {
	const { certificates } = await build("--all", "--from", "debian");
	const subjects = new Set(certificates.map((der) => new X509Certificate(der).subject));
	const inBoth = rootCertificates.filter((pem) => subjects.has(new X509Certificate(pem).subject));
	assert.ok(inBoth.length > rootCertificates.length / 2, `${inBoth.length} are in Node's set as well`);
});

test("build --all --from FILE takes those of a file", async () => {
	assert.deepEqual((await build("--all", "--from", pki.chain("root-rsa"))).certificates, [pki.der("root-rsa")]);
});

test("build --ca takes DER, PEM and stores, several behind one --ca", async () => {
	const one = await build("--ca", `${pki.folder}/root-p256.der`);
	assert.deepEqual(one.certificates, [pki.der("root-p256")]);
	assert.match(one.stdout, /: 1 certificate, \d+ bytes\n$/);
	writeFileSync(file("one.store"), one.bytes);

	const pem = file("two.pem");
	writeFileSync(pem, `some words\n${readFileSync(pki.chain("root-p384"))}\r\n# more words\n${readFileSync(pki.chain("root-rsa"))}`);
	const all = await build("--ca", pem, file("one.store"), "--ca", pki.chain("root-rsa"));
	assert.deepEqual(sorted(all.certificates), sorted(["root-p256", "root-p384", "root-rsa"].map((name) => pki.der(name))));
});

test("without --output, the file is certificates.store", async () => {
	const { code, stdout } = await runStore(["build", "--ca", pki.chain("root-p256")], file("."));
	assert.equal(code, 0);
	assert.match(stdout, /^certificates\.store: 1 certificate, /);
	assert.deepEqual(decodeStore(readFileSync(file("certificates.store"))), [pki.der("root-p256")]);
});

test("--help explains itself", async () => {
	const { code, stdout, stderr } = await runStore(["--help"]);
	assert.equal(code, 0);
	assert.match(stdout, /^usage: moddable-tls store build /);
	assert.equal(stderr, "");
});

test("build warns of certificates that have expired and of those that are not a CA's", async () => {
	const { stderr, certificates } = await build("--ca", pki.chain("root-expired"), `${pki.folder}/self-signed.der`, pki.chain("root-p256"));
	assert.equal(certificates.length, 3);
	assert.deepEqual(stderr.trimEnd().split("\n").sort(), [
		"warning: Root expired: expired",
		"warning: device.test: not a CA: believed as a server's own certificate only",
	]);
});

test("list says what is in a store, by name", async () => {
	const { bytes } = await build("--ca", pki.chain("root-rsa"), pki.chain("root-p256"), pki.chain("root-expired"));
	writeFileSync(file("listed.store"), bytes);
	const { code, stdout } = await runStore(["list", file("listed.store")]);
	const describe = (name, text, key, remark = "") => {
		const { raw, validTo, fingerprint256 } = new X509Certificate(pki.der(name));
		return `${text}\n    ${key}, until ${new Date(validTo).toISOString().slice(0, 10)}, ${raw.length} bytes${remark}\n    SHA-256 ${fingerprint256}\n`;
	};
	assert.equal(code, 0);
	assert.equal(stdout, describe("root-expired", "Root expired", "P-256", " (expired)")
		+ describe("root-p256", "Root p256", "P-256") + describe("root-rsa", "Root rsa", "RSA 2048"));
});

test("check says that a store is sound, or what is wrong", async () => {
	const { bytes } = await build("--ca", pki.chain("root-p256"));
	const path = file("checked.store");
	writeFileSync(path, bytes);
	assert.deepEqual(await runStore(["check", path]), { code: 0, stdout: `${path}: sound, 1 certificate, ${bytes.length} bytes\n`, stderr: "" });

	bytes[bytes.length - 1] ^= 1;
	writeFileSync(path, bytes);
	await assertStoreFails(["check", path], [/checked\.store: its certificate 1 of 1 is damaged\n$/]);
	await assertStoreFails(["list", path], [/its certificate 1 of 1 is damaged/]);
	await assertBuildFails(["--ca", path], /checked\.store: its certificate 1 of 1 is damaged/);
	await assertStoreFails(["check", pki.chain("root-p256")], [/root-p256\.pem: it is not a certificate store/]);
});

test("files that have no usable certificate are refused by name", async () => {
	const pem = readFileSync(pki.chain("root-p256"), "utf8");
	for (const [name, content, message] of [
		["empty", "", /empty: it has no certificate, neither in PEM nor in DER/],
		["text", "hello\n", /text: it has no certificate/],
		["cut.pem", pem.slice(0, -40), /cut\.pem: its PEM is damaged/],
		["odd.pem", pem.replace("MI", "M\u00e4"), /odd\.pem: its PEM is damaged/],
		["short.pem", pem.replace(/\n.{64}\n/, "\n"), /short\.pem: (this is not a certificate|the certificate )/],
		["key.pem", readFileSync(pki.key("root-p256")), /key\.pem: it has a PRIVATE KEY, which does not belong into a store/],
		["cut.der", pki.der("root-p256").subarray(0, -1), /cut\.der: the certificate is truncated/],
		["more.der", Buffer.concat([pki.der("root-p256"), Buffer.of(0)]), /more\.der: there are bytes behind the end of the certificate/],
		["key.der", pki.keyDer("root-p256"), /key\.der: this is not a certificate/],
		["curve.der", damageKey(pki.der("root-p256")), /curve\.der: the certificate cannot be parsed/],
	]) {
		writeFileSync(file(name), content);
		await assertBuildFails(["--ca", file(name)], message);
	}
	await assertBuildFails(["--ca", file("nowhere")], /cannot read .*nowhere: ENOENT/);
	await assertBuildFails(["--all", "--from", file("nowhere")], /cannot read .*nowhere: ENOENT/);
});

/** The certificate with an impossible point as its public key. */
function damageKey(certificate) {
	const copy = Buffer.from(certificate);
	copy[copy.indexOf("034200", 0, "hex") + 3] = 0x05; // neither compressed nor not
	return copy;
}

test("certificates that no device would believe are refused", async () => {
	for (const [name, message] of [
		["rsa-1024", /device\.test has a key of the kind RSA 1024; RSA of 2048 to 4096 bits, P-256 or P-384 is needed/],
		["version-1", /device\.test is of version 1, and version 3 is needed/],
		["client-only", /device\.test has an extended key usage that is not for servers/],
	])
		await assertBuildFails(["--ca", `${pki.folder}/${name}.der`], message);
});

test("a file that cannot be written is an error", async () => {
	const { code, stderr } = await runStore(["build", "--ca", pki.chain("root-p256"), "--output", file("no/such/folder")]);
	assert.equal(code, 1);
	assert.match(stderr, /cannot write .*folder: ENOENT/);
});

test("wrong calls exit with 2 and say how it is called", async () => {
	for (const [args, message] of [
		[[], /there is no command "store"/],
		[["bild"], /there is no command "store bild"/],
		[["toString"], /there is no command "store toString"/],
		[["build"], /nothing to put into the store: pass --all, --host or --ca/],
		[["build", "--al"], /--al/],
		[["build", "--ca"], /--ca/],
		[["build", "--all=yes"], /--all/],
		[["build", "name"], /unexpected "name"/],
		[["build", "--all", "name"], /unexpected "name"/],
		[["list"], /pass the file of a store/],
		[["check", "a", "b"], /pass the file of a store/],
		[["check", "--all"], /pass the file of a store/],
	])
		await assertStoreFails(args, [message, /--help/], 2);
});
