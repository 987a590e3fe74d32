// SPDX-License-Identifier: MIT
// Runs the fuzz targets, and prints what of native/ they reach, file by file.
//
//     node scripts/fuzz.mjs [SECONDS [TARGET]…]        (60 seconds in all by default, and all targets)
//     node scripts/fuzz.mjs --keep                     (writes the inputs that are worth keeping to tests/fuzz/corpus)
//
// Inputs that reach something new stay in build/fuzz/corpus, from where the next run goes on. What a target fails with is in
// build/fuzz/found, and `build/fuzz/tests/fuzz/fuzzTARGET FILE` shows it again. The exit code is 1 if there was anything.

import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { commandOf, coverageOf, found, grown, kept, seedsOf, TARGETS } from "./lib/fuzzTargets.mjs";
import { BUILD } from "./lib/paths.mjs";
import { main, run, say, StepError } from "./lib/step.mjs";
import { setUp } from "./setup.mjs";

/** Bytes that a target may have in the repository. */
const KEPT_MAX = 24_000;

const corpora = (name) => [grown(name), seedsOf(name), ...(existsSync(kept(name)) ? [kept(name)] : [])];

/** Fuzzes one target. True: nothing was found. */
function fuzz(name, seconds) {
	say(`${name}, ${seconds} seconds`);
	const { command: [program, ...flags], env } = commandOf(name, [`-max_total_time=${seconds}`], corpora(name));
	const options = { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "inherit", "pipe"], env: { ...process.env, ...env } };
	const { status, error, stderr } = spawnSync(program, flags, options);
	if (error)
		throw new StepError("fuzzing", error.message, "build again");
	if (status !== 0)
		process.stderr.write(stderr.slice(-8000));
	say(stderr.match(/^Done .*/m)?.[0] ?? "it failed");
	return status === 0;
}

function printCoverage(names) {
	const rows = coverageOf(Object.fromEntries(names.map((name) => [name, corpora(name)])));
	const print = (what, some, all) => console.log(`${what.padEnd(44)}${String(some).padStart(6)}${String(all).padStart(6)}`
		+ `${(100 * some / all).toFixed(1).padStart(7)} %`);
	console.log("\nlines of native/ that are reached, and all:");
	for (const { file, lines, reached } of rows)
		print(file, reached, lines);
	const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
	print("all of these", sum("reached"), sum("lines"));
}

/** Of all inputs a small set that reaches as much, the short ones first, as far as there is room. */
function keep(name) {
	const chosen = join(BUILD, "fuzz", "chosen", name);
	rmSync(chosen, { recursive: true, force: true });
	mkdirSync(chosen, { recursive: true });
	const { command, env } = commandOf(name, ["-merge=1"], [chosen, ...corpora(name)]);
	run(`choosing inputs of ${name}`, command, { env });
	const sizes = readdirSync(chosen).map((file) => ({ file, size: statSync(join(chosen, file)).size })).sort((a, b) => a.size - b.size);
	mkdirSync(kept(name), { recursive: true });
	for (const file of readdirSync(kept(name)).filter((old) => /^[0-9a-f]{40}$/.test(old)))
		rmSync(join(kept(name), file)); // those with a name of their own once found something
	let total = 0;
	for (const { file, size } of sizes) {
		total += size;
		if (total <= KEPT_MAX)
			copyFileSync(join(chosen, file), join(kept(name), file));
	}
}

await main(() => {
	const [first = "60", ...others] = process.argv.slice(2);
	const names = others.length ? others : Object.keys(TARGETS);
	const unknown = names.find((name) => !(name in TARGETS));
	const seconds = Number(first);
	if (unknown)
		throw new StepError("fuzzing", `there is no target "${unknown}"`, `choose from ${Object.keys(TARGETS).join(", ")}`);
	if (first !== "--keep" && !(seconds >= 1))
		throw new StepError("fuzzing", `"${first}" is no number of seconds`, "give one, such as 60");
	setUp(["demo", "fuzz"]);
	build("fuzz");
	if (first === "--keep")
		return names.forEach(keep);
	const results = names.map((name) => fuzz(name, Math.ceil(seconds / names.length)));
	printCoverage(names);
	if (results.includes(false))
		throw new StepError("fuzzing", `${names.filter((name, i) => !results[i]).join(", ")}: see above`, `look into ${found()}`);
});
