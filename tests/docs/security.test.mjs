// SPDX-License-Identifier: MIT
// docs/security.md: each promise names the tests that hold it, and these exist.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../scripts/lib/paths.mjs";

const read = (path) => readFileSync(join(ROOT, path), "utf8");

/** Rows of the table under "## Promises": the promise, and what holds it. */
function promises() {
	const section = /^## Promises$(.*?)^## /ms.exec(read("docs/security.md"))[1];
	return section.split("\n").filter((line) => line.startsWith("|")).slice(2).map((line) => {
		const [promise, , tests] = line.split("|").slice(1).map((cell) => cell.trim());
		return { promise, tests: [...tests.matchAll(/`([\w/.]+): ([^`]+)`/g)].map(([, file, name]) => ({ file, name })) };
	});
}

/** Whether a test of that name is in the file: a function of C that is called, there or in main.c, or a name, or a part of one, in quotes. */
function exists({ file, name }) {
	if (!existsSync(join(ROOT, "tests", file)))
		return false;
	const text = read(join("tests", file));
	if (file.endsWith(".c"))
		return new RegExp(`^(static )?void ${name}\\(`, "m").test(text) && new RegExp(`^\\t+${name}\\(`, "m").test(text + read("tests/engine/main.c"));
	return text.split("\n").some((line) => /["`]/.test(line) && line.includes(name) && !/^\s*(\/\/|\*)/.test(line));
}

test("each promise has tests", () => {
	assert.ok(promises().length > 15);
	assert.deepEqual(promises().filter(({ tests }) => tests.length === 0), []);
});

test("the tests that the promises name exist", () =>
	assert.deepEqual(promises().flatMap(({ tests }) => tests).filter((one) => !exists(one)), []));
