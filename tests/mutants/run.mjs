// SPDX-License-Identifier: MIT
// Changes the C code in one place at a time, and looks whether the tests notice.
//
//     node tests/mutants/run.mjs [WORD]…        those whose file or text has one of the words; all by default
//
// The mutants are in the files that list.mjs names. They are built and tested in a copy of the tree,
// build/mutants. A mutant is killed if one of its suites fails, crashes, or takes several times as long as it should.
// Ends with 1 if one lives without a reason, one with a reason is killed, or one does not compile. Takes hours; not part of
// `npm test`.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BUILD, ROOT } from "../../scripts/lib/paths.mjs";
import { main, run, say, StepError } from "../../scripts/lib/step.mjs";
import { setUp } from "../../scripts/setup.mjs";
import { allMutants, mutate } from "./list.mjs";

const TREE = join(BUILD, "mutants");
const PATIENCE = 4; // times what a suite takes without a mutant, and then some
const MARGIN = 30_000; // milliseconds

/**
 * What finds mutants: what is to be built, each `tree:target` of scripts/build.mjs, and what then runs, in the copy. A program that
 * prints TAP is ended by its first "not ok".
 */
const SUITES = {
	engine: { build: "desktop:engineTest", command: ["build/desktop/tests/engine/engineTest"] },
	sanitized: { build: "desktop-asan:engineTest", command: ["build/desktop-asan/tests/engine/engineTest"] },
	store: { build: "desktop-asan:storeTest", command: ["node", "--test", "tests/store/reader.test.mjs"] },
	class: { build: "desktop:xsrun-checked", command: ["node", "tests/mutants/programs.mjs", "io", "tcp", "tls", "additions"] },
	from: { build: "desktop:xsrun-checked", command: ["node", "tests/mutants/programs.mjs", "from", "listener"] },
	faults: { build: "desktop:xsrun-checked", command: ["node", "tests/mutants/programs.mjs", "accepted", "faults", "readOnly", "unclosed"] },
	life: { build: "desktop:xsrun-checked", command: ["node", "tests/mutants/programs.mjs", "baseClass", "from"] },
	memory: {
		build: "desktop-asan:xsrun-checked",
		command: ["node", "tests/mutants/programs.mjs", "--sanitizers", "io", "tls", "faults", "from"],
	},
	certificateStore: {
		build: "desktop:xsrun-checked",
		command: ["node", "--test", "--test-reporter=tap", "tests/interop/store.test.mjs"],
	},
	socketOptions: {
		build: "desktop:xsrun-checked desktop:socketOptions",
		command: ["node", "--test", "--test-reporter=tap", "tests/runtime/socketOptions.test.mjs"],
	},
	keyLog: {
		build: "desktop:xsrun-checked",
		command: ["node", "--test", "--test-reporter=tap", "--test-name-pattern=TLSv", "tests/interop/keyLog.test.mjs"],
	},
	stream: { build: "desktop-asan:streamTest", command: ["build/desktop-asan/tests/engine/streamTest"] },
	posix: { build: "desktop-asan:posixTest", command: ["build/desktop-asan/tests/engine/posixTest"] },
	lwipThreads: { build: "desktop-lwip:lwipThreadsTest", command: ["build/desktop-lwip/tests/engine/lwipThreadsTest"] },
	lwip: { build: "board:transportTest", command: ["node", "--test", "--test-reporter=tap", "tests/device/transport.test.mjs"] },
};

/** The files as they were when this began: somebody may go on writing them. */
const original = new Map();

/** The file with the change. @throws {StepError} if the text is not there exactly once */
function changed(mutant) {
	const { file, text } = mutant;
	if (!original.has(file))
		original.set(file, readFileSync(join(ROOT, file), "utf8"));
	const result = mutate(original.get(file), mutant);
	if (result === undefined)
		throw new StepError(`changing ${file}`, `not exactly one place has "${text}"`, "correct the list of mutants");
	return result;
}

/** A file for the copy. There, the compiler has nothing to say: what a mutant does not use any more is no error. */
function contentOf(path) {
	const content = readFileSync(join(ROOT, path));
	return (path === "CMakeLists.txt") ? Buffer.from(content.toString().replace("-Wall -Wextra -Werror", "-w")) : content;
}

/** Brings the copy up to date with what git tracks or would track. Files that are the same keep their time. */
function copyTree() {
	const listing = run("listing the files", ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: ROOT });
	const files = listing.split("\0").filter((path) => path && existsSync(join(ROOT, path)));
	const old = spawnSync("find", [TREE, "-path", join(TREE, "build"), "-prune", "-o", "-type", "f", "-print"], { encoding: "utf8" }).stdout;
	const wanted = new Set(files.map((path) => join(TREE, path)));
	for (const path of old.split("\n").filter((each) => each && !wanted.has(each)))
		rmSync(path);
	for (const path of files) {
		const to = join(TREE, path);
		const content = contentOf(path);
		mkdirSync(dirname(to), { recursive: true });
		if (!existsSync(to) || !content.equals(readFileSync(to)))
			writeFileSync(to, content, { mode: statSync(join(ROOT, path)).mode });
	}
	mkdirSync(join(TREE, "build"), { recursive: true });
	for (const [from, to] of [["node_modules", "node_modules"], ["build/deps", "build/deps"]])
		if (!existsSync(join(TREE, to)))
			symlinkSync(join(ROOT, from), join(TREE, to));
}

let running; // a process, with those that it started

/** Whoever ends this ends what it runs. */
for (const signal of ["SIGINT", "SIGTERM"])
	process.on(signal, () => {
		if (running)
			process.kill(-running.pid, "SIGKILL");
		process.exit(1);
	});

/** Runs a command in the copy. Resolves to why it failed, or undefined. */
async function attempt(command, limit) {
	const env = { ...process.env, XSRUN_BUILD: join(TREE, "build", "desktop") };
	const child = spawn(command[0], command.slice(1), { cwd: TREE, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
	running = child;
	let output = "";
	let reason;
	const end = (why) => {
		if (child.exitCode !== null || child.signalCode !== null)
			return;
		reason ??= why;
		process.kill(-child.pid, "SIGKILL");
	};
	const timer = setTimeout(end, limit, "takes too long");
	child.stdout.setEncoding("utf8").on("data", (text) => {
		output += text;
		const [, name] = /^ *not ok[ \d-]*(.*)\n/m.exec(output) ?? [];
		if (name !== undefined && reason === undefined)
			end(name);
	});
	child.stderr.setEncoding("utf8").on("data", (text) => output += text);
	const [code, signal] = await once(child, "close");
	running = undefined;
	clearTimeout(timer);
	if (reason === undefined && code !== 0)
		reason = signal ?? output.trim().split("\n").findLast((line) => /error|warning|exited/i.test(line)) ?? `exited with ${code}`;
	return reason;
}

const builder = ({ build }) => ["node", "scripts/build.mjs", ...build.split(" ")];

/** Runs the suites as they are, and notes how long they take. */
async function rehearse(names) {
	const limits = {};
	for (const name of names) {
		say(`without a mutant: ${name}`);
		let begin;
		for (const command of [builder(SUITES[name]), SUITES[name].command]) {
			begin = performance.now();
			const reason = await attempt(command, 3_600_000);
			if (reason !== undefined)
				throw new StepError(`the suite "${name}"`, reason, `run in ${TREE}: ${command.join(" ")}`);
		}
		limits[name] = PATIENCE * (performance.now() - begin) + MARGIN;
	}
	return limits;
}

/** Resolves to `reason`, what killed it, or nothing; or to a `problem`. */
async function kill(mutant, limits) {
	const path = join(TREE, mutant.file);
	writeFileSync(path, changed(mutant));
	try {
		for (const name of mutant.suites) {
			const unbuilt = await attempt(builder(SUITES[name]), 3_600_000);
			if (unbuilt !== undefined)
				return { problem: "DOES NOT COMPILE" };
			const reason = await attempt(SUITES[name].command, limits[name]);
			if (reason !== undefined)
				return { reason: `${name}: ${reason}` };
		}
		return {};
	}
	finally {
		writeFileSync(path, original.get(mutant.file));
	}
}

/** What became of a mutant, and how it counts. */
function judge({ equal }, { reason, problem }) {
	if (problem !== undefined)
		return { verdict: problem, count: "wrong", good: false };
	if (reason !== undefined)
		return { verdict: `killed by ${reason}`, count: equal === undefined ? "killed" : "wrong", good: equal === undefined };
	return equal === undefined ? { verdict: "LIVES", count: "lives", good: false } : { verdict: `lives: ${equal}`, count: "reason", good: true };
}

const short = (text) => text.replaceAll(/\s+/g, " ").trim();

await main(async () => {
	const words = process.argv.slice(2);
	const all = allMutants();
	for (const mutant of all)
		changed(mutant);
	const wanted = all.filter(({ file, text }) => words.length === 0 || words.some((word) => file.includes(word) || text.includes(word)));
	setUp(["demo", "test"]);
	copyTree();
	const limits = await rehearse(new Set(wanted.flatMap(({ suites }) => suites)));
	const counts = { killed: 0, reason: 0, lives: 0, wrong: 0 };
	for (const mutant of wanted) {
		const { verdict, count, good } = judge(mutant, await kill(mutant, limits));
		counts[count]++;
		console.log(`${good ? "ok" : "not ok"} ${mutant.file}: ${short(mutant.text)} → ${short(mutant.replacement) || "nothing"}: ${verdict}`);
	}
	console.log(`${wanted.length} mutants: ${counts.killed} killed, ${counts.reason} live with a reason, ${counts.lives} live without, ` +
		`${counts.wrong} killed in spite of a reason or not compiled`);
	process.exitCode = (counts.lives + counts.wrong > 0) ? 1 : 0;
});
