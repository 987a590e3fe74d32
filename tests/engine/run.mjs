// SPDX-License-Identifier: MIT
// Runs a program of the engine's tests. The long form lets every single allocation fail, the short one samples.

import { join } from "node:path";
import { BUILD } from "../../scripts/lib/paths.mjs";
import { LONG } from "../support/long.mjs";
import { KNOWN_LEAKS, runTap } from "../support/tapReader.mjs";

const MINUTE = 60_000;

/**
 * @param {import("node:test").TestContext} context
 * @param {string} tree of scripts/build.mjs
 * @param {string} program
 */
export function runEngine(context, tree, program) {
	const options = { limit: (LONG ? 180 : 10) * MINUTE, env: { LSAN_OPTIONS: KNOWN_LEAKS, ...(LONG && { TLS_TEST_ALLOCATIONS: "1" }) } };
	return runTap(context, [join(BUILD, tree, "tests", "engine", program)], options);
}
