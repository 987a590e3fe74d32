// SPDX-License-Identifier: MIT
// Holds the class to its budget on a microcontroller: each figure of budget.json is met within 3 %, in both directions (a
// figure that got better is to be written down), and no limit is passed.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CONNECTIONS, measureConnection, measureText } from "./measure.mjs";

const TOLERANCE = 0.03;
const budget = JSON.parse(readFileSync(join(import.meta.dirname, "budget.json"), "utf8"));

/** Compares all figures, so that one run tells everything that changed. */
function check(measured, expected, limits) {
	const wrong = Object.entries(expected).flatMap(([name, value]) => {
		const actual = measured[name];
		return [
			...(Math.abs(actual - value) <= value * TOLERANCE ? [] : [`${name}: ${actual} instead of ${value}`]),
			...(actual <= (limits[name] ?? Infinity) ? [] : [`${name}: ${actual} is more than the limit, ${limits[name]}`]),
		];
	});
	assert.deepEqual(Object.keys(measured), Object.keys(expected));
	assert.deepEqual(wrong, []);
}

test("code and constants", () => check(measureText(), budget.text, budget.limits.text));

test("every connection has a budget", () => assert.deepEqual(Object.keys(CONNECTIONS), Object.keys(budget.connections)));

for (const [name, connection] of Object.entries(CONNECTIONS))
	test(name, async () => check(await measureConnection(connection), budget.connections[name], budget.limits.connection));
