// SPDX-License-Identifier: MIT
// The picture of what a connection weighs is the one that the budget's figures give.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { PICTURE, picture } from "../device/picture.mjs";
import { readBudget } from "../device/tables.mjs";

test("docs/memory.svg is drawn from budget.json: run node tests/device/picture.mjs", () => {
	assert.equal(readFileSync(PICTURE, "utf8"), picture(readBudget()));
});

test("a figure that changes changes the picture", () => {
	const budget = readBudget();
	const before = picture(budget);
	budget.connections["TLS 1.3, P-256"].heapAfter[0] += 1000;
	assert.notEqual(picture(budget), before);
});
