// SPDX-License-Identifier: MIT
// The conformance suite on the desktop runtime: its programs, the ways in which each is run, and how.

import { join } from "node:path";
import { BUILD, XSRUN } from "../../scripts/lib/paths.mjs";
import { LONG, STRESS } from "../support/long.mjs";
import { KNOWN_LEAKS, readTap } from "../support/tapReader.mjs";
import { startServer } from "./server.mjs";

/** Programs that run wherever the class does, but for "listener": see there. */
export const PORTABLE = ["baseClass", "io", "tcp", "tls", "accepted", "additions", "from", "listener"];

/** Programs for the desktop runtime only: they need its modules, or look at how a program ends. */
const DESKTOP = ["uncaught", "faults", "readOnly", "unclosed"];

const SANITIZED = {
	XSRUN_BUILD: process.env.XSRUN_BUILD_ASAN ?? join(BUILD, "desktop-asan"),
	LSAN_OPTIONS: KNOWN_LEAKS,
};

/** The ways to run them. That of the checked engine under the sanitizers sees all that the engine's own checks see. */
const RUNS = {
	...(LONG && { "checked engine": { programs: [...PORTABLE, ...DESKTOP] } }),
	"release engine": { programs: [...PORTABLE, ...DESKTOP], flags: ["--release"] },
	"checked engine, sanitizers": { programs: [...PORTABLE, ...DESKTOP], env: SANITIZED },
	[STRESS.name]: { programs: PORTABLE, flags: [STRESS.flag] },
};

/** Every program in every way that applies: `run`, `program`. */
export const CASES = Object.entries(RUNS).flatMap(([run, { programs }]) => programs.map((program) => ({ run, program })));

/** Milliseconds that a program may take: a watchdog, far beyond what it needs. */
const LIMIT = 600_000;

/**
 * Runs a program against a server of its own.
 * @param {string} program
 * @param {{flags?: string[], env?: object, limit?: number, more?: object}} [options] for bin/xsrun; `more`: of the program's
 *     configuration, see support.js
 * @returns as readTap does
 */
export async function runProgram(program, { flags = [], env = {}, limit = LIMIT, more = {} } = {}) {
	const server = await startServer();
	try {
		const configuration = { address: "127.0.0.1", address6: "::1", ...server.configuration, ...more };
		const parameters = Object.entries(configuration).map(([name, value]) => `${name}=${value}`);
		return await readTap([XSRUN, ...flags, join(import.meta.dirname, `${program}.js`), ...parameters], { env, limit });
	}
	finally {
		await server.close();
	}
}

/** The same for one of CASES. */
export function runCase({ run, program }) {
	return runProgram(program, RUNS[run]);
}
