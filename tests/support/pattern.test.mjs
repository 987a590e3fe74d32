// SPDX-License-Identifier: MIT
// The tests' data: the same with and without the block in memory, and none of it is a part of a record that was lost.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fillPattern, LINE, patternAt, patternBlock } from "./pattern.js";

test("the data is the same, computed and from the block, in pieces and in one", () => {
	const PERIOD = 65_344;
	const cases = [0, 1, LINE - 1, LINE, 12_345, PERIOD - 1, PERIOD, PERIOD + 7, 3 * PERIOD - 100].flatMap((offset) =>
		[0, 1, 99, 5000, PERIOD + 1].map((size) => ({ offset, size })));
	const computed = cases.map(({ offset, size }) => fillPattern(new Uint8Array(size), offset)); // there is no block yet
	assert.equal(patternBlock().length, PERIOD);
	for (const [i, { offset, size }] of cases.entries()) {
		const copied = fillPattern(new Uint8Array(size), offset);
		assert.deepEqual(computed[i], copied);
		for (let at = 0; at < size;) {
			const part = patternAt(offset + at, size - at);
			assert.deepEqual(copied.subarray(at, at + part.length), part);
			at += part.length;
		}
	}
});

test("it is lines of text, of which no two in a period are the same", () => {
	const lines = Buffer.from(patternBlock()).toString("latin1").trimEnd().split("\n");
	assert.ok(lines.every((line) => /^[\w+-]{63}$/.test(line)));
	assert.equal(new Set(lines).size, patternBlock().length / LINE);
});
