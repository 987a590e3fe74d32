// SPDX-License-Identifier: MIT
// The machine code of what native/curves calculates with secrets: no branch and no address depends on one.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { BOARD } from "./emulator.mjs";
import { BUFFER, follow, OPEN, parse, SECRET, TABLE } from "./secretFlow.mjs";

const disassemble = (path) => parse(execFileSync("arm-none-eabi-objdump", ["-d", "--no-show-raw-insn", path], { encoding: "utf8", maxBuffer: 1 << 28 }));

const buffers = (...names) => Object.fromEntries(names.map((name) => [name, BUFFER]));
const words = { in: { ...buffers("r0", "r1", "r2"), r3: OPEN } };
const reduction = { in: buffers("r0", "r1") };
const fold = { in: { r0: BUFFER, r1: SECRET } };
const once = { ...fold, out: { r0: BUFFER, r4: SECRET, r5: SECRET, r6: SECRET, r7: SECRET } };
const field = (...names) => ({ in: { r0: TABLE, ...buffers(...names) } });

/** What each function is given: see tlsWords.h, tlsField.h. A row is a part of a product, and what is done once is a half of
    a fold, in registers of their own. */
const KNOWN = {
	tlsWordsAdd: words,
	tlsWordsSubtract: words,
	tlsWordsProduct: { in: { r0: SECRET, r1: SECRET }, out: { r0: SECRET, r1: SECRET } },
	tlsWordsPolynomial: { in: { r0: SECRET, r1: SECRET }, out: { r0: SECRET } },
	tlsWordsMultiply: words,
	tlsWordsAddProduct: { in: { ...buffers("r0", "r1"), r2: SECRET, r3: OPEN } },
	tlsWordsSquare: { in: { ...buffers("r0", "r1"), r2: OPEN } },
	tlsWordsRow: { in: buffers("r0", "r1", "ip"), out: { ...buffers("r0", "r1", "ip"), r4: SECRET, r5: SECRET, r6: SECRET, r7: SECRET } },
	tlsWordsPartOfRow: { in: { ...buffers("r0", "r1", "ip"), r7: BUFFER }, out: { ...buffers("r0", "r1", "ip"), r4: SECRET, r5: SECRET, r6: SECRET, r7: SECRET } },
	tlsWordsClear: { in: { r0: BUFFER, r3: OPEN }, out: { r0: BUFFER, r1: SECRET, r2: SECRET, r3: OPEN, r4: OPEN, r5: OPEN, r6: OPEN, ip: BUFFER } },
	tlsWordsReduceP256: reduction,
	tlsWordsReduceP384: reduction,
	tlsWordsReduce25519: reduction,
	tlsWordsFoldP256: fold,
	tlsWordsFoldP384: fold,
	tlsWordsFold25519: fold,
	tlsWordsOnceP256: once,
	tlsWordsOnceP384: once,
	tlsWordsOnce25519: once,
	tlsFieldAdd: field("r1", "r2", "r3"),
	tlsFieldSubtract: field("r1", "r2", "r3"),
	tlsFieldMultiply: { in: { ...field("r1", "r2", "r3").in, stack: BUFFER } },
	tlsFieldSquare: field("r1", "r2", "r3"),
	tlsFieldAddSmall: { in: { ...field("r1", "r2", "r3").in, stack: OPEN } },
	tlsFieldInvert: field("r1", "r2"),
	tlsFieldNormalize: field("r1", "r2"),
	tlsFieldIsZero: field("r1"),
	tlsPointDouble: field("r1", "r2"),
	tlsGhashSetKey: { in: buffers("r0", "r1") },
	tlsGhashMultiply: { in: buffers("r0", "r1", "r2") },
	tlsLadderStep: { in: buffers("r0") },
};
/** Parts of tlsGhash.c, if the compiler makes functions of them. */
const PARTS = {
	loadElement: { in: buffers("r0", "r1") },
	reverseWord: { in: { r0: SECRET } },
	reverseElement: { in: buffers("r0", "r1") },
	convolveTwo: { in: buffers("r0", "r1", "r2") },
	convolveKey: { in: buffers("r0", "r1", "r2") },
};
const C_LIBRARY = { memcpy: { in: { ...buffers("r0", "r1"), r2: OPEN } }, memset: { in: { r0: BUFFER, r2: OPEN } } };

const image = disassemble(join(BOARD, "curvesTest"));

for (const name of [...Object.keys(KNOWN), ...Object.keys(PARTS).filter((part) => image.has(part))])
	test(name, () => assert.deepEqual(follow(image, name, { ...KNOWN, ...PARTS, ...C_LIBRARY }), []));

/** Compiles a function `leak`, as the board's code is, and follows it. */
function followC(body, given) {
	const folder = mkdtempSync(join(tmpdir(), "leak-"));
	try {
		writeFileSync(join(folder, "leak.c"), body);
		execFileSync("arm-none-eabi-gcc", ["-mcpu=cortex-m0plus", "-mthumb", "-Os", "-c", "leak.c", "-o", "leak.o"], { cwd: folder });
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
