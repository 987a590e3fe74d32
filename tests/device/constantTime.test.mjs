// SPDX-License-Identifier: MIT
// The machine code of what native/curves calculates with secrets: no branch and no address depends on one. And where AES, which
// looks up tables at secret places, has these: in RAM, where all places take the same time.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { BOARD } from "./emulator.mjs";
import { BUFFER, follow, OPEN } from "./secretFlow.mjs";
import { buffers, disassemble, followKnown, KNOWN, namesIn, secretTables } from "./secretFunctions.mjs";

const image = disassemble(join(BOARD, "curvesTest"));

for (const name of new Set([...Object.keys(KNOWN), ...namesIn(image)]))
	test(name, () => assert.deepEqual(followKnown(image, name), []));

test("AES has its tables in RAM", () => assert.deepEqual(secretTables(join(BOARD, "board")), ["FSb .data", "FT0 .data"]));

/** Compiles a function `leak` for size, as firmware is, and follows it. */
function followC(body, given, processor = "cortex-m0plus") {
	const folder = mkdtempSync(join(tmpdir(), "leak-"));
	try {
		writeFileSync(join(folder, "leak.c"), body);
		execFileSync("arm-none-eabi-gcc", [`-mcpu=${processor}`, "-mthumb", "-Os", "-c", "leak.c", "-o", "leak.o"], { cwd: folder });
		return follow(disassemble(join(folder, "leak.o")), "leak", { leak: { in: given } });
	} finally {
		rmSync(folder, { recursive: true });
	}
}

test("a branch is found", () =>
	assert.match(followC("int f(int); int leak(const int *a, int *b) { while (*a > *b) (*b) += 3; return 0; }", buffers("r0", "r1"))[0], /a branch/));

test("an address is found", () =>
	assert.match(followC("int leak(const int *table, const int *a) { return table[*a & 7]; }", buffers("r0", "r1"))[0], /an address/));

test("a secret that goes over the stack is found", () =>
	assert.match(followC("int leak(const int *a, int n) { volatile int kept = a[1]; int sum = 0; for (int i = 0; i < n; i++) sum += a[i]; return kept ? sum : n; }", { r0: BUFFER, r1: OPEN })[0], /a branch/));

test("a loop by a count is not", () =>
	assert.deepEqual(followC("int leak(const int *a, int n) { int sum = 0; while (n-- > 0) sum += *a++; return sum; }", { r0: BUFFER, r1: OPEN }), []));

test("ARMv8-M: an address in a block that depends on a secret is found", () =>
	assert.match(followC("int leak(const int *a, int b) { int c = b; if (a[0] == 3) c = a[1]; return c; }", { r0: BUFFER, r1: OPEN }, "cortex-m33")[0], /an access/));

test("ARMv8-M: a choice of two numbers is not", () =>
	assert.deepEqual(followC("int leak(const int *a, int b, int c) { return *a > 3 ? b : c; }", { r0: BUFFER, r1: OPEN, r2: OPEN }, "cortex-m33"), []));

test("ARMv8-M: what was chosen by a secret is one", () =>
	assert.match(followC("int leak(const int *a, int b, int c, const int *table) { return table[*a > 3 ? b : c]; }", { r0: BUFFER, r1: OPEN, r2: OPEN, r3: BUFFER }, "cortex-m33")[0], /an address/));
