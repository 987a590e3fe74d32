// SPDX-License-Identifier: MIT
// The tests' data: the same with and without the block in memory, and none of it is a part of a record that was lost.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fillPattern, LINE, patternAt, patternBlock } from "./pattern.js";

test("the data is the same, in pieces and in one", () => {
	const period = patternBlock().length;
	for (const offset of [0, 1, LINE - 1, LINE, 12_345, period - 1, period, period + 7, 3 * period - 100])
		for (const size of [0, 1, 99, 5000]) {
			const filled = fillPattern(new Uint8Array(size), offset);
			for (let at = 0; at < size;) {
				const part = patternAt(offset + at, size - at);
				assert.deepEqual(filled.subarray(at, at + part.length), part);
				at += part.length;
			}
		}
});

test("it is lines of text, of which no two in a period are the same", () => {
	const lines = Buffer.from(patternBlock()).toString("latin1").trimEnd().split("\n");
	assert.ok(lines.every((line) => /^[\w+-]{63}$/.test(line)));
	assert.equal(new Set(lines).size, patternBlock().length / LINE);
});
