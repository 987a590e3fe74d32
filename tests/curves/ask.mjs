// SPDX-License-Identifier: MIT
// Asks curvesTest.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A function that asks by `run`, which is given the path of a file of questions and returns what is printed. */
export function asker(run) {
	return async (questions) => {
		const folder = mkdtempSync(join(tmpdir(), "curves-"));
		try {
			const path = join(folder, "questions");
			writeFileSync(path, questions.map(({ text }) => `${text}\n`).join(""));
			return (await run(path)).trimEnd().split(/\r?\n/);
		} finally {
			rmSync(folder, { recursive: true });
		}
	};
}

/** Fails if an answer is wrong, and says which, a few of them. */
export function assertRight(questions, answers) {
	assert.ok(questions.length > 0);
	assert.equal(answers.length, questions.length, `as many answers as questions; the last: ${answers.at(-1)}`);
	const wrong = questions.flatMap(({ what, text, is }, i) => is(answers[i]) ? [] : [`${what}: ${text}: ${answers[i]}`]);
	assert.deepEqual(wrong.slice(0, 5), [], `${wrong.length} of ${questions.length} are wrong`);
}
