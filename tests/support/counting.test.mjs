// SPDX-License-Identifier: MIT
// The benchmark's counting of records: however the bytes are cut, the records are the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { recordCounter } from "../../benchmarks/counting.mjs";

/** Three records: of 300 bytes, none, and one. */
const STREAM = Buffer.concat([300, 0, 1].flatMap((length) => [Buffer.from([23, 3, 3, length >> 8, length & 0xFF]), Buffer.alloc(length, 23)]));

for (const size of [1, 2, 4, 5, 6, 7, 305, STREAM.length])
	test(`in pieces of ${size}`, () => {
		let records = 0;
		const count = recordCounter(() => records++);
		for (let at = 0; at < STREAM.length; at += size)
			count(STREAM.subarray(at, at + size));
		assert.equal(records, 3);
	});

test("a header that is not whole is no record yet", () => {
	let records = 0;
	const count = recordCounter(() => records++);
	count(STREAM.subarray(0, 4));
	assert.equal(records, 0);
	count(STREAM.subarray(4, 5));
	assert.equal(records, 1);
});
