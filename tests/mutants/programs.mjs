// SPDX-License-Identifier: MIT
// Runs programs of the conformance suite on the checked engine, one after the other, until one fails.
//
//     node tests/mutants/programs.mjs PROGRAM…
//
// Expects the build to be done; ends with 1 if anything fails.

import { runProgram } from "../conformance/suite.mjs";

for (const program of process.argv.slice(2)) {
	const { results, problem } = await runProgram(program);
	const failed = results.filter(({ ok }) => !ok).map(({ name }) => `not ok - ${name}`);
	if (problem)
		failed.push(`not ok - ${program}: ${problem}`);
	if (failed.length > 0) {
		console.log(failed.join("\n"));
		process.exit(1);
	}
}
