// SPDX-License-Identifier: MIT
// With Mbed TLS 4.x, as ESP-IDF 6 has it: the engine in memory, once more with private keys in hardware, the conformance
// programs, and the class with the servers of tests/interop.
//
// Needs a source tree of Mbed TLS 4.x, named by the environment variable MBEDTLS4.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { BUILD, MBEDTLS4 } from "../../scripts/lib/paths.mjs";
import { PORTABLE, runProgram } from "../conformance/suite.mjs";
import { report, runTap } from "../support/tapReader.mjs";

const TREE = join(BUILD, "desktop-mbedtls4");
const INTEROP = join(import.meta.dirname, "..", "interop");

if (MBEDTLS4) {
	for (const program of ["engineTest", "opaqueKeysTest"])
		test(program, (t) => runTap(t, [join(TREE, "tests", "engine", program)], { limit: 600_000 }));
	process.env.XSRUN_BUILD = TREE; // for bin/xsrun
	for (const program of PORTABLE)
		test(`conformance, ${program}.js`, async (t) => report(t, await runProgram(program, { more: { padding: "16" } }))); // its default
	for (const file of readdirSync(INTEROP).filter((name) => name.endsWith(".test.mjs")))
		await import(join(INTEROP, file)); // its tests become tests of this file
}
else
	test("Mbed TLS 4.x", { skip: "MBEDTLS4 names no source tree of Mbed TLS 4.x" });
