// SPDX-License-Identifier: MIT
// Sets up, builds and runs the tests.
//
//     node scripts/test.mjs [--long] [SUITE]…        (all by default)
//
// A suite is a folder of tests/. Node's test runner runs its *.test.mjs files, one for each core at a time, the longest
// first; its summary is the end of the output. --long runs the long forms: see tests/support/long.mjs.

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { todaysPki } from "../tests/pki/pki.mjs";
import { build } from "./build.mjs";
import { MBEDTLS4, ROOT } from "./lib/paths.mjs";
import { main, StepError } from "./lib/step.mjs";
import { setUp } from "./setup.mjs";

/** The suites, in the order in which they run, and the build trees that each needs. */
const SUITES = {
	support: [],
	docs: [],
	types: [],
	engine: ["desktop", "desktop-asan", "desktop-lwip"],
	curves: ["desktop", "desktop-asan"],
	store: ["desktop", "desktop-asan", "store"],
	runtime: ["desktop", "desktop-asan"],
	conformance: ["desktop", "desktop-asan", "desktop-lwip"],
	interop: ["desktop"],
	hostile: ["desktop-asan"],
	endurance: ["desktop", "desktop-asan"],
	mbedtls4: MBEDTLS4 ? ["desktop-mbedtls4"] : [],
	fuzz: ["fuzz"],
	device: ["board"],
	sdk: ["desktop"],
	package: ["store"],
};

/** The files that take 20 seconds of a core and more, longest first: whoever comes last should be short. */
const LONGEST = [
	"device/conformance", "conformance/conformance", "conformance/stress", "conformance/threads", "device/interop", "hostile/wire", "engine/sanitized",
	"curves/curves", "engine/opaqueKeys", "device/manyClients", "package/package", "device/budget", "device/bounds", "hostile/certificates", "interop/session", "device/transport", "endurance/faults",
	"interop/transfer", "runtime/runtime", "store/command",
].map((name) => join("tests", `${name}.test.mjs`));

/** The longest first, the others as they are. */
function sorted(files) {
	const rank = (file) => (LONGEST.indexOf(file) + 1) || Infinity;
	return files.toSorted((a, b) => (rank(a) === rank(b)) ? 0 : rank(a) - rank(b));
}

/** The test files in a folder of tests/. */
function filesOf(suite) {
	const names = readdirSync(join(ROOT, "tests", suite), { recursive: true });
	return names.filter((name) => name.endsWith(".test.mjs")).sort().map((name) => join("tests", suite, name));
}

/** Makes sure that what is listed above and what is there are the same: no suite is left out unnoticed. */
function checkSuites() {
	const folders = readdirSync(join(ROOT, "tests"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
	const found = folders.map(({ name }) => name).filter((name) => filesOf(name).length > 0);
	const difference = [...found.filter((name) => !(name in SUITES)), ...Object.keys(SUITES).filter((name) => !found.includes(name))];
	if (difference.length > 0)
		throw new StepError("looking for tests", `${difference.join(", ")}: either in tests/ or in SUITES, not in both`, "correct scripts/test.mjs");
}

await main(async () => {
	const parameters = process.argv.slice(2);
	const wanted = parameters.filter((parameter) => parameter !== "--long");
	if (wanted.length < parameters.length)
		process.env.TLS_LONG = "1";
	if (wanted.length === 0)
		checkSuites();
	const suites = wanted.length ? wanted : Object.keys(SUITES);
	const unknown = suites.find((suite) => !(suite in SUITES));
	if (unknown)
		throw new StepError("testing", `there is no suite "${unknown}"`, `choose from ${Object.keys(SUITES).join(", ")}`);
	const files = sorted(suites.flatMap(filesOf));
	setUp(["demo", "store", "test", "fuzz"]);
	for (const tree of new Set(suites.flatMap((suite) => SUITES[suite])))
		build(tree);
	await todaysPki(); // once, and not by several test files at the same time
	const reporter = join(import.meta.dirname, "lib", "reporter.mjs");
	const flags = ["--test", `--test-reporter=${reporter}`, `--test-concurrency=${availableParallelism()}`];
	const { status, signal } = spawnSync(process.execPath, [...flags, ...files], { cwd: ROOT, stdio: "inherit" });
	if (signal)
		throw new StepError("testing", `Node's test runner was ended by ${signal}`, "run it again");
	process.exitCode = status;
});
