// SPDX-License-Identifier: MIT
// Runs a program that prints TAP (the Test Anything Protocol) and makes each of its results a sub-test of Node's runner.

import assert from "node:assert/strict";
import { once } from "node:events";
import { start } from "./processes.mjs";

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
 * Runs a program and reports its TAP. Besides a "not ok", these fail the test: another exit code than 0, a crash, no
 * plan, a plan that is not kept, a "Bail out!", and no end within the limit.
 * @param {import("node:test").TestContext} context the test that the results become sub-tests of
 * @param {string[]} command
 * @param {{limit?: number, env?: object, cwd?: string}} [options] `limit` in milliseconds
 */
export async function runTap(context, command, { limit = 120_000, env, cwd } = {}) {
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
	for (const { ok, name, skip, notes: why } of results)
		await context.test(name, { skip: (skip === undefined) ? false : skip || true }, () => assert.ok(ok, why.join("\n") || "not ok"));
	const said = [...notes, child.log].join("\n").trim();
	assert.ok(!late, `did not end within ${limit} ms\n${said}`);
	assert.equal(bail, undefined, `bailed out: ${bail}`);
	assert.equal(signal, null, `was ended by ${signal}\n${said}`);
	if (results.every(({ ok }) => ok))
		assert.equal(code, 0, `exited with ${code}\n${said}`);
	assert.notEqual(plan, undefined, `printed no plan\n${said}`);
	assert.equal(results.length, plan, `planned ${plan} tests and ran ${results.length}`);
}
