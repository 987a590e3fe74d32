// SPDX-License-Identifier: MIT
// The fuzz targets: running them, their corpora, and what of native/ they reach.

import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, normalize, relative } from "node:path";
import { KNOWN_LEAKS } from "../../tests/support/tapReader.mjs";
import { BUILD, ROOT } from "./paths.mjs";
import { run } from "./step.mjs";

const TREE = join(BUILD, "fuzz");
const NATIVE = join(ROOT, "native/");

/** Each target by its name: the most bytes that an input has. */
export const TARGETS = {
	peer: 160,
	certificates: 4096,
	files: 2048,
	stream: 256,
	options: 512,
	wire: 8192,
};

/** Inputs that the project keeps: those that reach what others do not, and those that once found something. */
export const kept = (name) => join(ROOT, "tests", "fuzz", "corpus", name);

/** Inputs that a run of this machine has found to reach something. */
export const grown = (name) => folder(join(TREE, "corpus", name));

/** Where an input is put that a target fails with. */
export const found = folder.bind(undefined, join(TREE, "found"));

function folder(path) {
	mkdirSync(path, { recursive: true });
	return path;
}

function files(path) {
	return readdirSync(path).map((name) => join(path, name));
}

const programOf = (name) => join(TREE, "tests", "fuzz", `fuzz${name[0].toUpperCase()}${name.slice(1)}`);

/** Where a target's script is, and the map that xsrun takes for it. */
function environmentOfScript(script) {
	const map = run("preparing the script", ["node", join(ROOT, "runtime", "desktop", "prepare.mjs"), "", script]).trim();
	return { TLS_FUZZ_SCRIPT: script, TLS_FUZZ_MAP: map };
}

/** What a target needs in its environment. */
function environmentOf(name) {
	return { LLVM_PROFILE_FILE: "/dev/null", ...(name === "options" && environmentOfScript(join(ROOT, "tests", "fuzz", "fuzzOptions.js"))) };
}

/** A target's command line, with its environment. `flags`: libFuzzer's. */
export function commandOf(name, flags, inputs) {
	return {
		command: [programOf(name), `-max_len=${TARGETS[name]}`, "-timeout=20", "-print_final_stats=0",
			`-artifact_prefix=${found()}/${name}-`, ...flags, ...inputs],
		env: { ...environmentOf(name), LSAN_OPTIONS: KNOWN_LEAKS },
	};
}

/** Has a target write its seeds, which are made anew: they depend on the library's version. Returns their folder. */
export function seedsOf(name) {
	const seeds = join(TREE, "seeds", name);
	rmSync(seeds, { recursive: true, force: true });
	folder(seeds);
	run(`making the seeds of ${name}`, [programOf(name)], { env: { ...environmentOf(name), TLS_FUZZ_SEEDS: seeds } });
	return seeds;
}

/**
 * Runs targets once more over their inputs, and counts what is reached.
 * @param {Record<string, string[]>} inputs folders, by the target's name
 * @returns {{file: string, lines: number, reached: number}[]} for each file of native/ that has code
 */
export function coverageOf(inputs) {
	const names = Object.keys(inputs);
	const profiles = folder(join(TREE, "profiles"));
	for (const name of names) {
		const { command, env } = commandOf(name, [], inputs[name].flatMap(files));
		run(`counting what ${name} reaches`, command, { env: { ...env, LLVM_PROFILE_FILE: join(profiles, `${name}.profraw`) } });
	}
	const merged = join(profiles, "all.profdata");
	run("adding up", ["llvm-profdata", "merge", "-o", merged, ...names.map((name) => join(profiles, `${name}.profraw`))]);
	const objects = names.slice(1).flatMap((name) => ["-object", programOf(name)]);
	const text = run("reading the coverage",
		["llvm-cov", "export", "-summary-only", `-instr-profile=${merged}`, programOf(names[0]), ...objects]);
	return JSON.parse(text).data[0].files
		.map(({ filename, summary }) => ({ path: normalize(filename), ...summary }))
		.filter(({ path, lines }) => path.startsWith(NATIVE) && lines.count > 0)
		.map(({ path, lines }) => ({ file: relative(ROOT, path), lines: lines.count, reached: lines.covered }));
}
