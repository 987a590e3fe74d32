// SPDX-License-Identifier: MIT
// Steps of a script: what they say, how they run commands, how they fail, and how they know that nothing is to be done.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A step that failed: which one, why, and what the reader can do about it. */
export class StepError extends Error {
	/**
	 * @param {string} step what was being done
	 * @param {string} reason what went wrong
	 * @param {string} advice what to do
	 */
	constructor(step, reason, advice) {
		super(`${step} failed: ${reason}\n  What to do: ${advice}`);
		this.name = "StepError";
	}
}

/** Says that a step begins. Steps with nothing to do stay silent. */
export function say(text) {
	process.stderr.write(`[${text}]\n`);
}

/**
 * Runs a command to its end and returns its standard output.
 * @param {string} step named in the error
 * @param {string[]} command the program and its arguments
 * @param {{cwd?: string, env?: object, advice?: string, show?: boolean}} [options] `show`: the output goes to the
 *     terminal instead of being returned; `advice`: what to do if it fails
 * @throws {StepError} if it cannot be started or exits with another code than 0
 */
export function run(step, command, { cwd, env, advice = "see the output above", show = false } = {}) {
	const [program, ...parameters] = command;
	const result = spawnSync(program, parameters, {
		cwd,
		env: { ...process.env, ...env },
		encoding: "utf8",
		maxBuffer: 1 << 28,
		stdio: ["ignore", show ? 2 : "pipe", show ? 2 : "pipe"],
	});
	if (result.error)
		throw new StepError(step, `cannot run ${program}: ${result.error.message}`, advice);
	if (result.status !== 0) {
		process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
		const how = result.signal ? `was ended by ${result.signal}` : `exited with ${result.status}`;
		throw new StepError(step, `"${command.join(" ")}" ${how}`, advice);
	}
	return result.stdout ?? "";
}

/**
 * Runs `work` unless it was done before with the same inputs. What was done is kept in the file `stamp`, written only
 * after the work has succeeded.
 * @param {string} stamp the file; it should be inside what the work makes, so that deleting that starts anew
 * @param {string} inputs everything that the result depends on
 * @param {() => void} work
 */
export function once(stamp, inputs, work) {
	if (existsSync(stamp) && readFileSync(stamp, "utf8") === inputs)
		return;
	work();
	mkdirSync(dirname(stamp), { recursive: true });
	writeFileSync(stamp, inputs);
}

/** Runs a script's main function; a StepError ends the process with its message and exit code 1. */
export async function main(body) {
	try {
		await body();
	}
	catch (error) {
		if (!(error instanceof StepError))
			throw error;
		process.stderr.write(`\n${error.message}\n`);
		process.exitCode = 1;
	}
}
