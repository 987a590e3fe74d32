// SPDX-License-Identifier: MIT
// Runs the conformance suite, or some of its programs, and prints what failed and a table by rule.
//
//     node tests/conformance/run.mjs [PROGRAM]…      (all by default)
//
// Expects the build to be done. Ends with 1 if anything fails or, when all run, a rule has no test.

import { CASES, runCase } from "./suite.mjs";
import { Table } from "./table.mjs";

const wanted = process.argv.slice(2);
const table = new Table();
let failures = 0;

function fail(text, notes = []) {
	failures++;
	console.log([`FAILED ${text}`, ...notes].join("\n    "));
}

for (const { run, program } of CASES) {
	if (wanted.length > 0 && !wanted.includes(program))
		continue;
	const { results, problem } = await runCase({ run, program });
	console.log(`${program}.js, ${run}: ${results.length} tests`);
	for (const result of results) {
		table.add(result);
		if (!result.ok)
			fail(result.name, result.notes);
	}
	if (problem)
		fail(problem);
}

for (const name of table.strays)
	fail(`"${name}" is for no rule`);
if (wanted.length === 0) {
	for (const rule of table.untested)
		fail(`${rule} has no test`);
}
console.log(`\n${table}`);
process.exitCode = (failures > 0) ? 1 : 0;
