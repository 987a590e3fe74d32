// SPDX-License-Identifier: MIT
// Runs programs of the conformance suite on the checked engine, one after the other, until one fails.
//
//     node tests/mutants/programs.mjs [--sanitizers] PROGRAM…
//
// Expects the build to be done; ends with 1 if anything fails.

import { parseArgs } from "node:util";
import { runCase, runProgram } from "../conformance/suite.mjs";

const { values: { sanitizers }, positionals: programs } = parseArgs({
	allowPositionals: true,
	options: { sanitizers: { type: "boolean", default: false } },
});

for (const program of programs) {
	const { results, problem } = sanitizers ? await runCase({ run: "checked engine, sanitizers", program }) : await runProgram(program);
	const failed = results.filter(({ ok }) => !ok).map(({ name }) => `not ok - ${name}`);
	if (problem)
		failed.push(`not ok - ${program}: ${problem}`);
	if (failed.length > 0) {
		console.log(failed.join("\n"));
		process.exit(1);
	}
}
