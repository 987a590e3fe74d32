// SPDX-License-Identifier: MIT
// bin/xsrun in a tree that was not built: it has itself built, and only what it runs.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { BUILD, ROOT, XSRUN } from "../../scripts/lib/paths.mjs";

/** The set-up and the build, as far as this goes: what they were asked for is written down, and the binary put in place. */
const scripts = (folder) => ({
	"setup.mjs": `
		import { appendFileSync } from "node:fs";
		appendFileSync(${JSON.stringify(join(folder, "log"))}, "setup " + process.argv.slice(2) + "\\n");
	`,
	"build.mjs": `
		import { appendFileSync, mkdirSync, symlinkSync } from "node:fs";
		const [tree, target] = process.argv[2].split(":");
		appendFileSync(${JSON.stringify(join(folder, "log"))}, "build " + process.argv.slice(2) + "\\n");
		mkdirSync(${JSON.stringify(join(folder, "build", "desktop"))}, { recursive: true });
		symlinkSync(${JSON.stringify(BUILD)} + "/" + tree + "/" + target, ${JSON.stringify(join(folder, "build"))} + "/" + tree + "/" + target);
	`,
});

/** A tree with bin/xsrun and nothing built. Gives a function that runs a program there. */
function makeTree(t) {
	const folder = mkdtempSync(join(tmpdir(), "xsrun-tree-"));
	t.after(() => rmSync(folder, { recursive: true }));
	for (const name of ["bin", "scripts"])
		mkdirSync(join(folder, name));
	copyFileSync(XSRUN, join(folder, "bin", "xsrun"));
	symlinkSync(join(ROOT, "runtime"), join(folder, "runtime"));
	for (const [name, text] of Object.entries(scripts(folder)))
		writeFileSync(join(folder, "scripts", name), text);
	writeFileSync(join(folder, "main.js"), "console.log('it runs')");
	const env = { ...process.env };
	delete env.XSRUN_BUILD;
	const run = (...flags) => spawnSync(join(folder, "bin", "xsrun"), [...flags, join(folder, "main.js")], { encoding: "utf8", env });
	return { folder, run, log: () => readFileSync(join(folder, "log"), "utf8") };
}

test("what is missing is built, once, and the program's output is all there is", (t) => {
	const { run, log } = makeTree(t);
	for (let i = 0; i < 2; i++) {
		const { status, stdout, stderr } = run();
		assert.equal(stderr, "");
		assert.equal(stdout, "it runs\n");
		assert.equal(status, 0);
	}
	assert.equal(log(), "setup demo\nbuild desktop:xsrun-checked\n");
	assert.equal(run("--release").stdout, "it runs\n");
	assert.match(log(), /\nbuild desktop:xsrun\n$/);
});

test("a set-up that fails is the end", (t) => {
	const { folder, run } = makeTree(t);
	writeFileSync(join(folder, "scripts", "setup.mjs"), 'console.error("no network"); process.exitCode = 1;');
	const { status, stdout, stderr } = run();
	assert.equal(stderr, "no network\n");
	assert.equal(stdout, "");
	assert.equal(status, 1);
});

test("a folder that XSRUN_BUILD names is the caller's", () => {
	const { status, stderr } = spawnSync(XSRUN, ["main.js"], { encoding: "utf8", env: { ...process.env, XSRUN_BUILD: "/nowhere" } });
	assert.match(stderr, /^xsrun: \/nowhere\/xsrun-checked is missing: /);
	assert.equal(status, 2);
});

test("the build takes a target of a tree", () => {
	const build = (what) => spawnSync(process.execPath, [join(ROOT, "scripts", "build.mjs"), what], { encoding: "utf8" });
	assert.equal(build("desktop:tlsEngine").status, 0); // not a program, which other tests may be running
	assert.notEqual(build("desktop:nothing").status, 0);
	assert.match(build("nothing:xsrun").stderr, /there is no build tree "nothing"/);
});
