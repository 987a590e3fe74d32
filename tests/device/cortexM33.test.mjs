// SPDX-License-Identifier: MIT
// The default of `tls.curves` on a Cortex-M33, as in a Pico 2 W, by instructions that QEMU counts: native/curves is right there,
// and worth it, and no branch and no address of its machine code depends on a secret. GCM stays the library's there, by tables, which
// lie in RAM, as those of AES.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { crossBuild } from "./crossBuild.mjs";
import { disassemble, followKnown, namesIn, secretTables } from "./secretFunctions.mjs";

/** Instructions with native/curves as a part of those with the library alone, at most. */
const MOST = {
	"verify P-256": 0.6,
	"verify P-384": 0.7,
	"X25519": 0.7,
	"multiply P-256": 1.1,
	"ChaCha20-Poly1305, a byte": 1,
	"AES-128-GCM, a byte": 1,
};

async function measure(image) {
	const { stderr } = await promisify(execFile)("qemu-system-arm", ["-M", "mps2-an505", "-display", "none", "-monitor", "none", "-serial", "none",
		"-icount", "shift=3", "-semihosting-config", "enable=on,target=native", "-kernel", image], { timeout: 120_000 });
	return JSON.parse(stderr); // where QEMU writes what semihosting prints
}

const tree = crossBuild("cortexM33");

test("native/curves on a Cortex-M33", async (t) => {
	const curves = await measure(join(tree, "curves"));
	const library = await measure(join(tree, "library"));
	for (const [what, most] of Object.entries(MOST)) {
		t.diagnostic(`${what}: ${curves[what]}, ${library[what]} by the library`);
		assert.ok(curves[what] <= library[what] * most, `${what}: ${curves[what]} of ${library[what]}`);
	}
});

test("its machine code", () => {
	const image = disassemble(join(tree, "curves"));
	const names = namesIn(image);
	for (const name of ["tlsLadderStep", "tlsPointDouble", "tlsFieldMultiply", "tlsFieldSquare", "tlsFieldInvert", "tlsWordsMultiply", "tlsWordsReduceP384"])
		assert.ok(names.includes(name), name);
	for (const name of names)
		assert.deepEqual(followKnown(image, name), [], name);
});

test("tables that are looked up at secret places", () => assert.deepEqual(secretTables(join(tree, "curves")), ["FSb .data", "FT0 .data", "last4 .data"]));
