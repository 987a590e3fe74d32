// SPDX-License-Identifier: MIT
// Tests as programs for XS, wherever they run: prints TAP with `trace`, and uses nothing but the module "timer".
//
//     import { test, equal } from "../support/tap.js";
//     test("adds", () => equal(1 + 1, 2));
//     test("waits", async () => equal(await answer(), 42));
//
// Tests run one after the other in the order in which they are registered, from the next turn of the event loop on.
// Where there is a module "process", a failure makes the program end with 1, and an exception in a callback fails the test
// that runs instead of ending the program.

import Timer from "timer";

/** A test that takes longer has failed. Far beyond what any test needs, also on a slow board: a watchdog, no measure. */
const LIMIT = 300_000;

const tests = [];
let seen = 0;
let chosen = () => true;
let after = () => {};
let uncaught = (error) => {
	throw error;
};

/** Leaves one of so many parts of the tests, numbered from 1: for a device that has not the memory for all. To be called first. */
export function choose(part, parts) {
	chosen = (index) => index % parts === part - 1;
}

/**
 * Registers a test, which fails when `body` throws or its promise is rejected.
 * @param {string} name
 * @param {() => void|Promise<void>} body
 * @param {string} [skip] why the test cannot run here: it is reported as skipped
 */
export function test(name, body, skip) {
	if (!chosen(seen++))
		return;
	if (tests.length === 0)
		Timer.set(run);
	tests.push({ name, body, skip });
}

/** A function to be called after every test, to clean up. */
export function afterEach(body) {
	after = body;
}

class Failure extends Error {
}

export function fail(message) {
	throw new Failure(message);
}

export function ok(value, message = "is not true") {
	if (!value)
		fail(message);
}

export function equal(actual, expected, message = "differs") {
	if (!Object.is(actual, expected))
		fail(`${message}: ${show(actual)}, expected ${show(expected)}`);
}

/** Compares plain objects, arrays and byte buffers by their contents. */
export function same(actual, expected, message = "differs") {
	equal(show(actual), show(expected), message);
}

/** Compares bytes, many of them: without memory of its own. */
export function sameBytes(actual, expected) {
	const [a, b] = [actual, expected].map((bytes) => ArrayBuffer.isView(bytes)
		? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes));
	equal(a.length, b.length, "number of bytes differs");
	for (let i = 0; i < a.length; i++) {
		if (a[i] !== b[i])
			equal(a[i], b[i], `byte ${i} differs`);
	}
}

/**
 * Calls `body`, which has to throw an Error.
 * @param {Function} [constructor] what it has to be an instance of
 * @param {string} [text] what its message has to contain
 * @returns the Error
 */
export function throws(body, constructor = Error, text = "") {
	let result;
	try {
		result = body();
	}
	catch (error) {
		return check(error, constructor, text);
	}
	return fail(`returned ${show(result)}, expected ${constructor.name} ${show(text)}`);
}

/** The same for a promise that has to be rejected. */
export async function rejects(promise, constructor = Error, text = "") {
	let result;
	try {
		result = await promise;
	}
	catch (error) {
		return check(error, constructor, text);
	}
	return fail(`gave ${show(result)}, expected ${constructor.name} ${show(text)}`);
}

function check(error, constructor, text) {
	ok(error instanceof constructor, `threw ${show(error)}, expected ${constructor.name}`);
	ok(error.message.includes(text), `threw ${show(error)}, expected a message with ${show(text)}`);
	return error;
}

/** A value as text. */
export function show(value) {
	if (value instanceof Error)
		return `${value.name}: ${value.message}`;
	if (typeof value === "string")
		return JSON.stringify(value);
	if (Object.is(value, -0))
		return "-0";
	if (value instanceof ArrayBuffer)
		return `ArrayBuffer[${[...new Uint8Array(value)]}]`;
	if (ArrayBuffer.isView(value))
		return `${value.constructor.name}[${[...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)]}]`;
	if (Array.isArray(value))
		return `[${value.map(show).join(", ")}]`;
	if (typeof value === "object" && value !== null)
		return `{${Object.keys(value).map((key) => `${key}: ${show(value[key])}`).join(", ")}}`;
	return String(value);
}

/** Rejects when the watchdog barks, and with an exception that nobody catches. */
function watch(promise) {
	return new Promise((resolve, reject) => {
		const timer = Timer.set(() => reject(new Failure(`did not end within ${LIMIT / 1000} seconds`)), LIMIT);
		const end = (settle) => (value) => {
			Timer.clear(timer);
			settle(value);
		};
		uncaught = end(reject);
		promise.then(end(resolve), uncaught);
	});
}

async function execute(body) {
	try {
		await watch((async () => body())());
	}
	finally {
		await after();
	}
}

async function run() {
	const process = await import("process").catch(() => undefined);
	let failed = 0;
	process?.setUncaughtHandler((error) => uncaught(error));
	trace(`TAP version 14\n1..${tests.length}\n`);
	for (const [index, { name, body, skip }] of tests.entries()) {
		const title = `${index + 1} - ${name}`;
		if (skip) {
			trace(`ok ${title} # SKIP ${skip}\n`);
			continue;
		}
		try {
			await execute(body);
			trace(`ok ${title}\n`);
		}
		catch (error) {
			failed++;
			trace(`not ok ${title}\n`, comment(error));
		}
	}
	trace(`# ${tests.length - failed} of ${tests.length} passed\n`);
	process?.setUncaughtHandler(undefined);
	if (failed > 0)
		process?.exit(1); // at once: what a failed test left open would keep the program going
}

function comment(error) {
	const stack = error?.stack ?? "";
	const text = (error instanceof Failure) ? `${error.message}\n${stack}` : `${show(error)}\n${stack}`;
	return text.trimEnd().split("\n").map((line) => `# ${line}\n`).join("");
}
