// SPDX-License-Identifier: MIT
// Runs programs on the XS engine for the tests: client.js and others, by bin/xsrun.

import { once } from "node:events";
import { join } from "node:path";
import { XSRUN } from "../../scripts/lib/paths.mjs";
import { start } from "./processes.mjs";

const CLIENT = join(import.meta.dirname, "client.js");
const RECONNECT = join(import.meta.dirname, "reconnect.js");

/**
 * Makes one connection with client.js.
 * @param {object} plan as client.js describes it; Buffers in it are passed on
 * @param {object} [how]
 * @param {number} [how.limit] milliseconds after which the process is ended, which is a failure
 * @param {string[]} [how.flags] for bin/xsrun
 * @param {object} [how.env] variables besides those of this process
 * @returns {Promise<{connected?: object, error?: object, end: object}>} its events by name
 * @throws {Error} if the process crashes, hangs, or writes anything to standard error
 */
export async function connect(plan, how) {
	return startClient(plan, how).result;
}

/** The same, but returns at once: `child`, and `result`, a promise of the events. */
export function startClient(plan, { limit = 30_000, flags = [], env } = {}) {
	const child = start([XSRUN, ...flags, CLIENT, JSON.stringify(plan, hexForBuffers)], { env: { ...process.env, ...env } });
	return { child, result: collect(child, limit) };
}

/**
 * Makes connections with reconnect.js, one after the other in one program.
 * @param {object} plan as reconnect.js describes it; Buffers in it are passed on
 * @returns {Promise<{resumed: boolean[], session?: string, code?: string, message?: string}>}
 */
export async function reconnect(plan, limit = 30_000) {
	const child = start([XSRUN, RECONNECT, JSON.stringify(plan, hexForBuffers)]);
	return (await collect(child, limit)).end;
}

async function collect(child, limit) {
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
		throw new Error(`the client ${late ? `did not end in ${limit} ms` : `exited with ${code ?? signal}`}\n${output}${child.log}`);
	const events = output.trim().split("\n").map((line) => JSON.parse(line));
	return Object.fromEntries(events.map(({ event, ...details }) => [event, details]));
}

/** Buffers as client.js wants them. (JSON.stringify has called their toJSON already when this sees them.) */
function hexForBuffers(key, value) {
	return (value?.type === "Buffer") ? { hex: Buffer.from(value.data).toString("hex") } : value;
}
