// SPDX-License-Identifier: MIT
// Checks the sources without running them: format, static analysis, types, licence lines, words that do not belong here.
//
//     node scripts/lint.mjs
//
// Looks at what git tracks or would track. All checks run; the exit code is 1 if any finds something.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT } from "./lib/paths.mjs";
import { main, run, say } from "./lib/step.mjs";
import { setUp } from "./setup.mjs";

const SOURCE = /\.(c|h|js|mjs|ts|cmake|ld|py)$|^CMakeLists\.txt$/;
const PROGRAMS = [".ci/run", "bin/xsrun"];

/** Paths of the project's files, from ROOT. */
function listFiles() {
	const listing = run("listing the files", ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: ROOT });
	return listing.split("\0").filter((path) => path && existsSync(join(ROOT, path)));
}

/** Runs a checker; true if it finds nothing. */
function check(name, command) {
	say(name);
	const [program, ...parameters] = command;
	const { status, error } = spawnSync(program, parameters, { cwd: ROOT, stdio: "inherit" });
	if (error)
		throw error;
	return status === 0;
}

/** Complains about each file for which `complaint` returns a text; true if there is none. */
function checkEach(name, files, complaint) {
	say(name);
	const complaints = files.flatMap((file) => {
		const text = complaint(readFileSync(join(ROOT, file), "utf8"));
		return text ? [`${file}: ${text}`] : [];
	});
	process.stderr.write(complaints.map((line) => `${line}\n`).join(""));
	return complaints.length === 0;
}

/** Every source says its licence in its first lines. */
function licenceComplaint(text) {
	const head = text.split("\n", 2).join("\n");
	return head.includes("SPDX-License-Identifier: MIT") ? undefined : "no SPDX line at its beginning";
}

/** What no file may have: addresses of this machine's package sources, its paths, and marks of unfinished work. */
function forbiddenWords() {
	const mirrors = run("asking apt", ["apt-get", "indextargets", "--format", "$(SITE)"]).split("\n");
	const registry = run("asking npm", ["npm", "config", "get", "registry", "--loglevel=error"]).trim();
	const hosts = [...mirrors, registry].filter(URL.canParse).map((address) => new URL(address).hostname);
	return [...new Set(hosts), ROOT, "TO" + "DO", "FIX" + "ME"];
}

function wordComplaint(words) {
	return (text) => {
		const found = words.filter((word) => text.includes(word));
		return found.length ? `has ${found.join(", ")}` : undefined;
	};
}

/** cppcheck's command line. It does not see the system's and third parties' headers. */
function cppcheck(files) {
	const suppressed = [
		"missingInclude",
		"unknownMacro",
		"comparePointers:runtime/board/*", // the linker's symbols lie in the same object
		"arrayIndexOutOfBoundsCond:native/errors/tlsFailure.c", // it takes the detail "" for all that there can be
		"memleak:tests/engine/allocations.c", // what is returned lies inside of what was allocated
	];
	return ["cppcheck", "--quiet", "--error-exitcode=1", "--std=c99", "--inline-suppr", "-j", "2",
		"--enable=warning,performance,portability", "--library=scripts/lib/xs.cfg",
		...suppressed.map((what) => `--suppress=${what}`), ...files];
}

await main(() => {
	setUp(["demo", "lint"]);
	const files = listFiles();
	const sources = files.filter((path) => SOURCE.test(basename(path)) || PROGRAMS.includes(path));
	const c = sources.filter((path) => /\.[ch]$/.test(path));
	const words = forbiddenWords();
	const results = [
		checkEach("licence lines", sources, licenceComplaint),
		checkEach("words", files, wordComplaint(words)),
		check("clang-format", ["clang-format", "--dry-run", "-Werror", ...c]),
		check("cppcheck", cppcheck(c.filter((path) => path.endsWith(".c")))),
		check("eslint", ["node_modules/.bin/eslint", "--max-warnings=0", "."]),
		check("tsc", ["node_modules/.bin/tsc", "-p", "."]),
	];
	if (results.includes(false))
		process.exitCode = 1;
	else
		say("lint: nothing found");
});
