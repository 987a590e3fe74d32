// SPDX-License-Identifier: MIT
// Images on the emulated board.

import { once } from "node:events";
import { join } from "node:path";
import { BUILD, XSRUN } from "../../scripts/lib/paths.mjs";
import { start } from "../support/processes.mjs";

/** The build tree of the board. As XSRUN_BUILD in the environment, it makes bin/xsrun run programs there. */
export const BOARD = process.env.BOARD_BUILD ?? join(BUILD, "board");

/**
 * Runs an image to its end and returns what it printed.
 * @param {string} image its name in the build tree
 * @param {string[]} parameters its arguments
 * @param {{limit?: number, count?: boolean, leap?: boolean}} [options] `limit` in milliseconds; `count`: time is counted in
 *     instructions; `leap`: idle time passes at once, only for images without a peer, who lives in real time
 * @throws {Error} with the output, if it exits with another status than 0, prints to standard error, or takes too long
 */
export function runImage(image, parameters, options) {
	return run(image, [join(BOARD, "emulate"), image, ...parameters], options);
}

/** The same for a program of this folder, on XS as in a firmware's release build. */
export function runProgram(program, parameters, options) {
	return run(program, [XSRUN, "--release", join(import.meta.dirname, program), ...parameters], options);
}

async function run(name, command, { limit = 120_000, count, leap } = {}) {
	const environment = { ...process.env, XSRUN_BUILD: BOARD, ...(count && { BOARD_COUNT: "1" }), ...(leap && { BOARD_LEAP: "1" }) };
	const child = start(command, { env: environment });
	let output = "";
	let late = false;
	child.stdout.setEncoding("utf8").on("data", (text) => output += text);
	const timer = setTimeout(() => {
		late = true;
		child.kill("SIGKILL");
	}, limit);
	const [code, signal] = await once(child, "close");
	clearTimeout(timer);
	if (late || code !== 0 || child.log)
		throw new Error(`${name} ${late ? `did not end in ${limit} ms` : `ended with ${code ?? signal}`}\n${output}${child.log}`);
	return output;
}
