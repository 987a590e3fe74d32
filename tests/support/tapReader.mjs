// SPDX-License-Identifier: MIT
// Runs a program that prints TAP (the Test Anything Protocol) and makes each of its results a sub-test of Node's runner.

import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import { start } from "./processes.mjs";

/** LeakSanitizer's options: what the library is known to lose, see leaks.txt, is no leak. */
export const KNOWN_LEAKS = `suppressions=${join(import.meta.dirname, "leaks.txt")}:print_suppressions=0`;

/**
 * What a TAP text says. Lines that are no TAP are diagnostics and belong to the result before them.
 * @param {string} text
 * @returns {{plan?: number, bail?: string, results: {ok: boolean, name: string, skip?: string, notes: string[]}[], notes: string[]}}
 */
export function parseTap(text) {
	const tap = { results: [], notes: [] };
	for (const line of text.split("\n")) {
		const [, not, name, skip] = /^(not )?ok\b *\d* *-? *(.*?)(?: *# *skip\S* *(.*))?$/i.exec(line) ?? [];
		const [, plan] = /^1\.\.(\d+)/.exec(line) ?? [];
		const [, bail] = /^Bail out! *(.*)/.exec(line) ?? [];
		if (name !== undefined)
			tap.results.push({ ok: !not, name, skip, notes: [] });
		else if (plan !== undefined)
			tap.plan = Number(plan);
		else if (bail !== undefined)
			tap.bail = bail;
		else if (line.trim() && !/^TAP version/.test(line))
			(tap.results.at(-1) ?? tap).notes.push(line);
	}
	return tap;
}

/**
 * Runs a program and reads its TAP.
 * @param {string[]} command
 * @param {{limit?: number, env?: object, cwd?: string}} [options] `limit` in milliseconds
 * @returns {Promise<{results: object[], problem?: string}>} results as of parseTap; `problem`: what is wrong besides a
 *     "not ok": another exit code than 0, a crash, no plan, a plan that is not kept, a "Bail out!", no end within the limit
 */
export async function readTap(command, { limit = 120_000, env, cwd } = {}) {
	const child = start(command, { cwd, env: { ...process.env, ...env } });
	let output = "";
	let late = false;
	child.stdin.end();
	child.stdout.setEncoding("utf8").on("data", (text) => output += text);
	const timer = setTimeout(() => {
		late = true;
		child.kill("SIGKILL");
	}, limit);
	const [code, signal] = await once(child, "close");
	clearTimeout(timer);

	const { plan, bail, results, notes } = parseTap(output);
	const problem = late ? `did not end within ${limit} ms`
		: bail !== undefined ? `bailed out: ${bail}`
		: signal !== null ? `was ended by ${signal}`
		: (code !== 0 && results.every(({ ok }) => ok)) ? `exited with ${code}`
		: plan === undefined ? "printed no plan"
		: (results.length !== plan) ? `planned ${plan} tests and ran ${results.length}`
		: undefined;
	return { results, ...(problem && { problem: [problem, ...notes, child.log].join("\n").trim() }) };
}

/** Makes what readTap gives sub-tests of the test `context`, which fails with any other problem, too. */
export async function report(context, { results, problem }) {
	for (const { ok, name, skip, notes } of results)
		await context.test(name, { skip: (skip === undefined) ? false : skip || true }, () => assert.ok(ok, notes.join("\n") || "not ok"));
	assert.equal(problem, undefined, problem);
}

/** Runs a program and reports its TAP. Parameters as of `report` and `readTap`. */
export async function runTap(context, command, options) {
	await report(context, await readTap(command, options));
}
