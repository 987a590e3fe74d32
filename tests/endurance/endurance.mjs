// SPDX-License-Identifier: MIT
// Runs clients.js.

import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { BUILD, XSRUN } from "../../scripts/lib/paths.mjs";
import { start } from "../support/processes.mjs";

const CLIENTS = join(import.meta.dirname, "clients.js");

/**
 * @param {{options: object, stages: object[]}} plan as clients.js describes it; Buffers in it are passed on
 * @param {object} [how]
 * @param {boolean} [how.sanitized] under AddressSanitizer and LeakSanitizer
 * @param {(pid: number, index: number) => void} [how.between] called after each stage, while the program rests
 * @param {string} [how.clock] a file that says how far the program's clock is off, as libfaketime has it: "+40d"; not sanitized
 * @param {number} [how.limit] milliseconds after which the process is ended, which is a failure
 * @returns {Promise<object[]>} the result of each stage, with `descriptors`, how many the process had open then
 * @throws {Error} if the process crashes, hangs, or writes anything to standard error
 */
export async function runClients(plan, { sanitized = false, between, clock, limit = 120_000 } = {}) {
	const env = {
		...process.env,
		GLIBC_TUNABLES: "glibc.malloc.tcache_count=0", // what it keeps of freed blocks it counts as in use
		...(sanitized && { XSRUN_BUILD: join(BUILD, "desktop-asan") }),
		...(clock && { LD_PRELOAD: fakeClock(), FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_NO_CACHE: "1", FAKETIME_DONT_FAKE_MONOTONIC: "1" }),
	};
	const child = start([XSRUN, CLIENTS, JSON.stringify(plan, hexForBuffers)], { env });
	const closed = once(child, "close");
	const timer = setTimeout(() => child.kill("SIGKILL"), limit);
	const results = [];
	createInterface(child.stdout).on("line", (line) => {
		results.push({ ...JSON.parse(line), descriptors: readdirSync(`/proc/${child.pid}/fd`).length });
		between?.(child.pid, results.length - 1);
	});
	const [code, signal] = await closed;
	clearTimeout(timer);
	if (code !== 0 || child.log || results.length < plan.stages.length)
		throw new Error(`ended with ${code ?? signal} after ${results.length} stages\n${JSON.stringify(results)}\n${child.log}`);
	return results;
}

/** The library that stands between a program and the system's clock. */
function fakeClock() {
	const paths = readdirSync("/usr/lib").map((name) => join("/usr/lib", name, "faketime", "libfaketimeMT.so.1"));
	const path = paths.find((each) => existsSync(each));
	if (!path)
		throw new Error("libfaketime is not installed");
	return path;
}

/** Buffers as clients.js wants them. (JSON.stringify has called their toJSON already when this sees them.) */
function hexForBuffers(key, value) {
	return (value?.type === "Buffer") ? { hex: Buffer.from(value.data).toString("hex") } : value;
}
