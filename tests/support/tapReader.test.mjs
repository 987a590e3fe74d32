// SPDX-License-Identifier: MIT
// The TAP reader decides what passes: these are its own tests. Each runs a program that prints TAP under Node's runner and
// looks at what the runner says.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { parseTap } from "./tapReader.mjs";

const READER = new URL("tapReader.mjs", import.meta.url).href;

/** The runner's counts for a shell script that prints TAP: `{tests, pass, fail, skipped}` and its exit code. */
function verdict(script, limit = 10_000) {
	const program = `
		import { test } from "node:test";
		import { runTap } from ${JSON.stringify(READER)};
		test("program", (t) => runTap(t, ["sh", "-c", ${JSON.stringify(script)}], { limit: ${limit} }));
	`;
	const env = { ...process.env };
	delete env.NODE_TEST_CONTEXT; // a run of its own, not a part of this one
	const { stdout, status } = spawnSync(process.execPath, ["--test-reporter=tap", "--input-type=module", "-e", program], { encoding: "utf8", env });
	const count = (name) => Number(new RegExp(`^# ${name} (\\d+)`, "m").exec(stdout)[1]);
	return { pass: count("pass"), fail: count("fail"), skipped: count("skipped"), status };
}

test("passes what is complete and ok", () => {
	assert.deepEqual(verdict("echo 'ok 1 - a'; echo 'ok 2 - b # SKIP why'; echo 1..2"), { pass: 2, fail: 0, skipped: 1, status: 0 });
});

for (const [name, script, fail] of [
	["a not ok", "echo 1..2; echo 'ok 1 - a'; echo 'not ok 2 - b'; exit 1", 2],
	["a not ok although the exit code is 0", "echo 1..1; echo 'not ok 1 - a'", 2],
	["an exit code", "echo 1..1; echo 'ok 1 - a'; exit 3", 1],
	["a crash", "echo 1..1; echo 'ok 1 - a'; kill -SEGV $$", 1],
	["no plan", "echo 'ok 1 - a'", 1],
	["no output", "true", 1],
	["too few results", "echo 1..2; echo 'ok 1 - a'", 1],
	["too many results", "echo 1..1; echo 'ok 1 - a'; echo 'ok 2 - b'", 1],
	["a bail out", "echo 1..1; echo 'ok 1 - a'; echo 'Bail out! no disk'", 1],
])
	test(`fails on ${name}`, () => {
		const result = verdict(script);
		assert.equal(result.fail, fail);
		assert.equal(result.status, 1);
	});

test("fails on a program that hangs", () => {
	assert.equal(verdict("echo 1..1; echo 'ok 1 - a'; exec sleep 60", 300).fail, 1);
});

test("keeps diagnostics with their result", () => {
	const { results } = parseTap("TAP version 14\n1..2\nok 1 - a\nnot ok 2 - b\n# left 1\n  right: 2\n");
	assert.deepEqual(results.map(({ ok, name, notes }) => ({ ok, name, notes })), [
		{ ok: true, name: "a", notes: [] },
		{ ok: false, name: "b", notes: ["# left 1", "  right: 2"] },
	]);
});
