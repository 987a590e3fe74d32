// SPDX-License-Identifier: MIT
// What the tests of the store share: the command, run as a user runs it, scratch files, and roots.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { issue } from "../pki/certificate.mjs";

const COMMAND = join(ROOT, "bin", "moddable-tls.mjs");
const DAY = 24 * 60 * 60 * 1000;

/** What `issue` needs for the certificate of a CA that is valid today. */
export const AUTHORITY = {
	basicConstraints: { ca: true }, keyUsage: ["keyCertSign"],
	notBefore: new Date(Date.now() - DAY), notAfter: new Date(Date.now() + DAY),
};

export function makeKey() {
	return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

/** A root's certificate, DER. @param {string} subject its common name */
export function makeRoot(subject, key = makeKey()) {
	return issue({ ...AUTHORITY, subject, key, issuer: { subject, key } });
}

/** A scratch folder that is deleted when the test file ends. @returns {(name: string) => string} the path of a file in it */
export function scratch(after) {
	const folder = mkdtempSync(join(tmpdir(), "store-"));
	after(() => rmSync(folder, { recursive: true }));
	return (name) => join(folder, name);
}

/**
 * Runs the command.
 * @param {string[]} args
 * @param {string} [cwd] the folder to run it in
 * @returns {Promise<{code: number, stdout: string, stderr: string}>}
 */
export function runStore(args, cwd) {
	return new Promise((resolve) => {
		execFile(process.execPath, [COMMAND, "store", ...args], { cwd }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
	});
}

/** Runs a command that must fail: with nothing on its standard output, and these messages, but no stack trace. */
export async function assertStoreFails(args, messages, expectedCode = 1) {
	const { code, stdout, stderr } = await runStore(args);
	assert.equal(code, expectedCode, stderr);
	assert.equal(stdout, "");
	for (const message of messages)
		assert.match(stderr, message);
	assert.doesNotMatch(stderr, /\n +at /);
}

export function sorted(buffers) {
	return buffers.toSorted(Buffer.compare);
}
