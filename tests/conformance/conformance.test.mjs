// SPDX-License-Identifier: MIT
// The conformance suite under Node's test runner: every program in every run but one (see stress.test.mjs), and that each
// rule has a test.

import assert from "node:assert/strict";
import { test } from "node:test";
import { STRESS } from "../support/long.mjs";
import { report } from "../support/tapReader.mjs";
import { CASES, runCase } from "./suite.mjs";
import { Table } from "./table.mjs";

const table = new Table();

for (const { run, program } of CASES.filter((one) => one.run !== STRESS.name))
	test(`${program}.js, ${run}`, async (t) => {
		const outcome = await runCase({ run, program });
		for (const result of outcome.results)
			table.add(result);
		await report(t, outcome);
	});

test("every rule has a test, and every test a rule", (t) => {
	for (const line of String(table).split("\n"))
		t.diagnostic(line);
	assert.deepEqual(table.untested, []);
	assert.deepEqual([...table.strays], []);
});
