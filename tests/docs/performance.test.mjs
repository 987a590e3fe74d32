// SPDX-License-Identifier: MIT
// Tables and picture of docs/performance.md are those that the benchmark's results give.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { picture } from "../../benchmarks/picture.mjs";
import { DOCUMENT, PICTURE, readResults, withTables } from "../../benchmarks/publish.mjs";

test("docs/performance.md has the tables of results.json: run node benchmarks/publish.mjs", () => {
	const document = readFileSync(DOCUMENT, "utf8");
	assert.equal(document, withTables(document, readResults()));
});

test("docs/performance.svg is drawn from results.json: run node benchmarks/publish.mjs", () => {
	assert.equal(readFileSync(PICTURE, "utf8"), picture(readResults()));
});

test("a figure that changes changes both", () => {
	const results = readResults();
	const document = readFileSync(DOCUMENT, "utf8");
	const before = picture(results);
	for (const { clients } of results.cases)
		clients.class.instructions *= 2;
	assert.notEqual(picture(results), before);
	assert.notEqual(withTables(document, results), document);
});
