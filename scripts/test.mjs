// SPDX-License-Identifier: MIT
// Sets up, builds and runs the tests.
//
//     node scripts/test.mjs [SUITE]…        (all by default)
//
// A suite is a folder of tests/. Node's test runner runs its *.test.mjs files; its summary is the end of the output.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { todaysPki } from "../tests/pki/pki.mjs";
import { build } from "./build.mjs";
import { ROOT } from "./lib/paths.mjs";
import { main, StepError } from "./lib/step.mjs";
import { setUp } from "./setup.mjs";

/** The suites, in the order in which they run, and what each needs to be built. */
const SUITES = {
	support: [],
	engine: ["desktop", "desktop-asan"],
	conformance: ["desktop", "desktop-asan"],
	interop: ["desktop"],
	hostile: ["desktop-asan"],
	device: ["board"],
	sdk: [],
};

/** The test files of a suite. */
function filesOf(suite) {
	const folder = join(ROOT, "tests", suite);
	const files = existsSync(folder) ? readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".test.mjs")) : [];
	if (files.length === 0)
		throw new StepError("looking for tests", `tests/${suite} has no *.test.mjs`, "restore the folder");
	return files.sort().map((name) => join("tests", suite, name));
}

await main(async () => {
	const suites = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(SUITES);
	const unknown = suites.find((suite) => !(suite in SUITES));
	if (unknown)
		throw new StepError("testing", `there is no suite "${unknown}"`, `choose from ${Object.keys(SUITES).join(", ")}`);
	const files = suites.flatMap(filesOf);
	setUp(["demo", "test"]);
	build([...new Set(suites.flatMap((suite) => SUITES[suite]))]);
	await todaysPki(); // once, and not by several test files at the same time
	const reporter = process.stdout.isTTY ? "spec" : "tap";
	const { status, signal } = spawnSync(process.execPath, ["--test", `--test-reporter=${reporter}`, ...files], { cwd: ROOT, stdio: "inherit" });
	if (signal)
		throw new StepError("testing", `Node's test runner was ended by ${signal}`, "run it again");
	process.exitCode = status;
});
