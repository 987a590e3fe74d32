// SPDX-License-Identifier: MIT
// The desktop runtime: its tests that are programs, and what only another process can see: exit codes, output, signals.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { BUILD, ROOT, XSRUN } from "../../scripts/lib/paths.mjs";
import { LONG, STRESS } from "../support/long.mjs";
import { runTap } from "../support/tapReader.mjs";

const programs = ["tap", "language", "timer", "tcp", "uncaught", "faults"];

/** Runs programs of this folder, each with these flags of xsrun. */
function runPrograms(what, names, { flags = [], ...options } = {}) {
	for (const name of names)
		test(`${name}.js, ${what}`, (t) => runTap(t, [XSRUN, ...flags, join(import.meta.dirname, `${name}.js`)], options));
}

if (LONG)
	runPrograms("checked engine", programs);
runPrograms("release engine", programs, { flags: ["--release"] });
runPrograms("checked engine, sanitized", programs, { env: { XSRUN_BUILD: join(BUILD, "desktop-asan") } });
runPrograms(STRESS.name, ["timer", "tcp"], { flags: [STRESS.flag], limit: 600_000 });

const folder = mkdtempSync(join(tmpdir(), "xsrun-"));
after(() => rmSync(folder, { recursive: true }));

/** Writes files, given as `{ name: text }`, and runs the first of them. */
function run(files, { flags = [], words = [], env = {} } = {}) {
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, name)), { recursive: true });
		writeFileSync(join(folder, name), typeof text === "string" ? text : JSON.stringify(text));
	}
	const main = join(folder, Object.keys(files)[0]);
	return spawnSync(XSRUN, [...flags, main, ...words], { encoding: "utf8", env: { ...process.env, ...env }, timeout: 60_000 });
}

const runs = (files, options) => {
	const { status, stdout, stderr } = run(files, options);
	assert.equal(stderr, "");
	assert.equal(status, 0);
	return stdout;
};

test("a program ends when nothing keeps it going", () => {
	assert.equal(runs({ "end.js": "console.log(1)" }), "1\n");
	assert.equal(
		runs({ "timers.js": 'import Timer from "timer"; Timer.set(() => Timer.set(() => console.log("late"), 20), 20)' }),
		"late\n",
	);
	assert.equal(
		runs({
			"lookup.js": 'import resolve from "resolve"; resolve("localhost", (e, a) => console.log(e, a.includes("127.0.0.1")))',
		}),
		"undefined true\n",
	);
});

test("arguments, environment, exit codes", () => {
	const text = 'import process, { argv, env } from "process"; console.log(argv.slice(2).join(), env.WORD); process.exitCode = 3';
	const { status, stdout } = run({ "arguments.js": text }, { words: ["a b", "--c", ""], env: { WORD: "ü" } });
	assert.equal(stdout, "a b,--c, ü\n");
	assert.equal(status, 3);
	assert.equal(run({ "exit.js": 'import { exit } from "process"; exit(4); console.log("never")' }).stdout, "");
	assert.equal(run({ "exit.js": 'import { exit } from "process"; exit(4)' }).status, 4);
});

test("a part of the tests of a program", () => {
	const text = (part) => `import { choose, test } from ${JSON.stringify(join(ROOT, "tests", "support", "tap.js"))};
		choose(${part}, 2);
		for (const name of ["a", "b", "c"])
			test(name, () => {});`;
	assert.equal(runs({ "part.js": text(1) }), "TAP version 14\n1..2\nok 1 - a\nok 2 - c\n# 2 of 2 passed\n");
	assert.equal(runs({ "part.js": text(2) }), "TAP version 14\n1..1\nok 1 - b\n# 1 of 1 passed\n");
});

test("console and trace", () => {
	const { stdout, stderr } = run({
		"console.js": `console.log("a\\0😀", 1, null, [1], { b: 2 }, new Uint8Array(3));
			console.error("wrong"); trace("no", "line", "end")`,
	});
	assert.equal(stdout, 'a\0😀 1 null [1] {"b":2} Uint8Array(3)\nnolineend');
	assert.equal(stderr, "wrong\n");
});

for (const [what, text, says] of [
	["an exception at the top", "function f() {\n\tthrow new RangeError('x')\n}\nf();", /RangeError: x\n at f \(.*fail\.js:2\)\n at \(.*fail\.js:4\)/],
	["an exception in a callback", "import Timer from 'timer'; Timer.set(() => { throw new Error('y') }); Timer.set(() => console.log('never'), 50)", /Error: y\n at \(.*fail\.js:1\)/],
	["a rejection", "Promise.reject(new Error('z'))", /Error: z/],
	["an exception that is no Error", "throw { toString() { return 'thing' } }", /thing/],
	["an exception that cannot be shown", "throw { toString() { throw 1 } }", /cannot be shown/],
	["a syntax error", "let a;\nlet b = ;", /fail\.js:2: /],
	["a missing module", "import './nowhere.js'", /nowhere\.js.*not found/],
	["an exception in the handler of exceptions", "import p from 'process'; p.setUncaughtHandler(() => { throw new Error('v') }); throw 1", /Error: v/],
	["a missing native", "native('xs_nowhere')", /no native "xs_nowhere"/],
	["endless recursion", "const f = () => f() + 1; f()", /stack overflow/],
])
	test(`${what} is reported and exits with 1`, () => {
		const { status, stdout, stderr } = run({ "fail.js": text });
		assert.equal(status, 1);
		assert.equal(stdout, "");
		assert.match(stderr, says);
	});

test("a rejection that is handled in time is none", () => {
	runs({ "handled.js": "const p = Promise.reject(1); await null; await null; p.catch(() => {})" });
});

test("TypeScript: imports in every spelling, and the lines of the source in stacks", () => {
	const files = {
		"typed/main.ts": 'import { a } from "./a";\nimport { b } from "./b.js";\nimport type { T } from "./types";\n\ninterface X {\n\ty: T;\n}\n\nconst x: X = { y: a + b };\nconsole.log(x.y);\nthrow new Error("here");',
		"typed/a.ts": "export const a: number = 1;",
		"typed/b.ts": "export const b: number = 2;",
		"typed/types.d.ts": "export type T = number;",
	};
	const { status, stdout, stderr } = run(files);
	assert.equal(stdout, "3\n");
	assert.match(stderr, /typed\/main\.ts:11\)/);
	assert.equal(status, 1);
	const wrong = run({ "typed/wrong.ts": "let a: = 1;" });
	assert.equal(wrong.status, 2);
	assert.match(wrong.stderr, /wrong\.ts\(1,8\): error/);
});

test("manifests: modules, resources, includes, variables", () => {
	const files = {
		"app/main.js": `import Resource from "Resource"; import named from "named"; import "x/part";
			const text = (name) => String.fromArrayBuffer(new Resource(name).slice(0));
			console.log(named, text("data.txt"), text("other.bin"), text("beside.txt"), Resource.exists("left.txt"))`,
		"app/manifest.json": {
			build: { LIBRARY: "../library" },
			include: ["$(MODDABLE)/examples/manifest_base.json", "$(LIBRARY)/manifest.json"],
			modules: { "*": "./main", "x/*": "./parts/*" },
			resources: { "*": ["./data", "./more/*"], "~": "./more/left" },
		},
		"app/parts/part.ts": "export default 1 as number;",
		"app/data.txt": "one",
		"app/more/other.bin": "two",
		"app/more/left.txt": "no",
		"app/beside.txt": "three",
		"library/manifest.json": { modules: { named: "./file" } },
		"library/file.js": 'import { inner } from "./inner.js"; export default inner',
		"library/inner.js": 'export const inner = "in"',
	};
	assert.equal(runs(files), "in one two three false\n");
	assert.equal(runs({ "app/main.js": files["app/main.js"] }, { flags: ["--manifest", join(folder, "app/manifest.json")] }), "in one two three false\n");
});

test("Resource: bytes, slices, errors", () => {
	const program = `import Resource from "Resource";
		const resource = new Resource("ten.bin");
		const text = (buffer) => String.fromArrayBuffer(buffer);
		console.log(resource.byteLength, text(resource.slice(2, 4)), text(resource.slice(-3)), text(resource.slice(8, 99)),
			resource.slice(5, 2).byteLength, new Uint8Array(resource.slice(1, 3, false))[1]);
		for (const use of [() => new Resource("nothing"), () => new Uint8Array(resource).fill(1), () => Resource.prototype.slice.call({}, 1)])
			try { use(); console.log("did not throw") } catch (error) { console.log(error.name) }`;
	assert.equal(runs({ "resource.js": program, "ten.bin": "0123456789" }), "10 23 789 89 0 50\nURIError\nTypeError\nSyntaxError\n");
});

test("wrong usage exits with 2", () => {
	for (const words of [[], ["--unknown", "x.js"], [join(folder, "missing.js")], ["--manifest"], ["--fail-allocation=x", "/dev/null"]])
		assert.equal(spawnSync(XSRUN, words).status, 2, words.join(" "));
	assert.equal(run({ "end.js": "1" }, { flags: ["--release", "--gc-stress"] }).status, 2);
});

test("--fail-allocation", () => {
	const program = 'import TCP from "embedded:io/socket/tcp"; new TCP({ address: "127.0.0.1", port: 1 }).close()';
	const first = run({ "allocation.js": program }, { flags: ["--fail-allocation=1"] });
	assert.equal(first.status, 1);
	assert.match(first.stderr, /memory/i);
	assert.match(run({ "allocation.js": program }, { flags: ["--fail-allocation=10000"] }).stderr, /there was no allocation 10000/);
});

test("a signal ends the program and is passed on; while it waits it uses no processor time", async () => {
	const program = `import TCP from "embedded:io/socket/tcp"; import Listener from "embedded:io/socket/listener";
		const listener = new Listener({ address: "127.0.0.1", onReadable() { this.accepted = this.read(); console.log("ready"); } });
		new TCP({ address: "127.0.0.1", port: listener.port });`;
	writeFileSync(join(folder, "wait.js"), program);
	const child = spawn(XSRUN, [join(folder, "wait.js")]);
	await once(child.stdout, "data");
	/** How often it has begun to wait, and what of the processor's time it has used. */
	const usage = () => {
		const [status, stat] = ["status", "stat"].map((name) => readFileSync(`/proc/${child.pid}/${name}`, "utf8"));
		return `${/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)[1]} ${stat.split(" ").slice(13, 15)}`;
	};
	let before;
	let now = usage();
	for (let tries = 0; now !== before; tries++) { // it settles first; what polls or spins is never quiet for so long
		assert.ok(tries < 100, `${now} after ${before}`);
		before = now;
		await new Promise((resolve) => setTimeout(resolve, 300));
		now = usage();
	}
	child.kill("SIGTERM");
	const [, signal] = await once(child, "exit");
	assert.equal(signal, "SIGTERM");
});
