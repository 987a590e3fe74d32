// SPDX-License-Identifier: MIT
// Each fuzz target from its seeds and what is kept of earlier runs, and a number of runs from there. `npm run fuzz` goes on.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { commandOf, kept, seedsOf, TARGETS } from "../../scripts/lib/fuzzTargets.mjs";
import { LONG } from "../support/long.mjs";

const RUNS = LONG ? 100_000 : 200;

function assertRuns(name, flags, inputs, environment) {
	const { command: [program, ...all], env } = commandOf(name, flags, inputs);
	const { status, signal, stderr } = spawnSync(program, all, { encoding: "utf8", env: { ...process.env, ...env, ...environment } });
	assert.equal(signal ?? status, 0, stderr.slice(-4000));
}

for (const name of Object.keys(TARGETS))
	test(`seeds and kept inputs of ${name}, and ${RUNS} runs from there`, () => {
		const folders = [seedsOf(name), kept(name)].filter(existsSync);
		const inputs = folders.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)));
		assert.ok(inputs.length > 0);
		assertRuns(name, [], inputs); // one by one, which fails with its name
		assertRuns(name, [`-runs=${inputs.length + RUNS}`, "-seed=1"], folders);
	});

for (const name of Object.keys(TARGETS))
	test(`the seeds of ${name} go all the way`, () => {
		const seeds = seedsOf(name);
		const honest = readdirSync(seeds).filter((file) => !file.startsWith("refused"));
		assertRuns(name, [], honest.map((file) => join(seeds, file)), { TLS_FUZZ_HONEST: "1" });
	});
