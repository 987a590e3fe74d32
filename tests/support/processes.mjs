// SPDX-License-Identifier: MIT
// Child processes of the tests: started, waited for, and ended at the latest with the test process.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const running = new Set();
process.on("exit", () => {
	for (const child of running)
		child.kill("SIGKILL");
});

/**
 * Starts a program. Its standard error is kept in `child.log`.
 * @param {string[]} command the program and its arguments
 * @param {import("node:child_process").SpawnOptions} [options]
 */
export function start(command, options = {}) {
	const [program, ...parameters] = command;
	const child = spawn(program, parameters, { stdio: ["pipe", "pipe", "pipe"], ...options });
	child.log = "";
	child.stderr.setEncoding("utf8").on("data", (text) => child.log += text);
	child.stdin.on("error", () => {}); // it may end before all is written; its exit tells
	running.add(child);
	child.once("exit", () => running.delete(child));
	return child;
}

/** Ends a child and waits until it is gone. */
export async function stop(child) {
	if (child.exitCode !== null || child.signalCode !== null)
		return;
	child.kill("SIGTERM");
	const ended = once(child, "exit");
	const timer = setTimeout(() => child.kill("SIGKILL"), 2000);
	await ended;
	clearTimeout(timer);
}

/** A port of 127.0.0.1 that nobody listens on now. */
export async function freePort() {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address();
	server.close();
	await once(server, "close");
	return port;
}

/**
 * Waits until a child listens on a port. The kernel's tables tell: a connection, to try it, would be one more client.
 * @throws {Error} with the child's log, if it exits or 10 seconds pass
 */
export async function untilListening(child, port) {
	for (const end = Date.now() + 10_000; Date.now() < end; await delay(10)) {
		if (child.exitCode !== null || child.signalCode !== null)
			throw new Error(`${child.spawnfile} exited with ${child.exitCode ?? child.signalCode}:\n${child.log}`);
		if (isListening(port))
			return;
	}
	throw new Error(`${child.spawnfile} does not listen on port ${port}:\n${child.log}`);
}

function isListening(port) {
	const LISTEN = "0A";
	const local = port.toString(16).toUpperCase().padStart(4, "0");
	return ["tcp", "tcp6"].some((table) => readFileSync(`/proc/net/${table}`, "latin1").split("\n").some((line) => {
		const [, address = "", , state] = line.trim().split(/\s+/);
		return state === LISTEN && address.endsWith(`:${local}`);
	}));
}
