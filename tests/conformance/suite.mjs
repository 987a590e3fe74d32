// SPDX-License-Identifier: MIT
// The conformance suite on the desktop runtime: its programs, the ways in which each is run, and how.

import { join } from "node:path";
import { BUILD, XSRUN } from "../../scripts/lib/paths.mjs";
import { readTap } from "../support/tapReader.mjs";
import { startServer } from "./server.mjs";

/** Programs that run wherever the class does, but for "listener": see there. */
const PORTABLE = ["baseClass", "io", "tcp", "tls", "accepted", "additions", "from", "listener"];

/** Programs that need modules of the desktop runtime. */
const DESKTOP = ["uncaught", "faults"];

/** The ways to run them. */
const RUNS = {
	"checked engine": { programs: [...PORTABLE, ...DESKTOP] },
	"release engine": { programs: [...PORTABLE, ...DESKTOP], flags: ["--release"] },
	"sanitizers": { programs: [...PORTABLE, ...DESKTOP], env: { XSRUN_BUILD: process.env.XSRUN_BUILD_ASAN ?? join(BUILD, "desktop-asan") } },
	"collecting at every allocation": { programs: PORTABLE, flags: ["--gc-stress"], limit: 1_200_000 },
};

/** Every program in every way that applies: `run`, `program`. */
export const CASES = Object.entries(RUNS).flatMap(([run, { programs }]) => programs.map((program) => ({ run, program })));

/** Milliseconds that a program may take: a watchdog, far beyond what it needs. */
const LIMIT = 600_000;

/**
 * Runs a program against a server of its own.
 * @returns as readTap does
 */
export async function runCase({ run, program }) {
	const { flags = [], env = {}, limit = LIMIT } = RUNS[run];
	const server = await startServer();
	try {
		const configuration = { address: "127.0.0.1", address6: "::1", ...server.configuration };
		const parameters = Object.entries(configuration).map(([name, value]) => `${name}=${value}`);
		return await readTap([XSRUN, ...flags, join(import.meta.dirname, `${program}.js`), ...parameters], { env, limit });
	}
	finally {
		await server.close();
	}
}
