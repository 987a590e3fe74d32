// SPDX-License-Identifier: MIT
// The program and its surroundings: what Node's module of this name has, as far as commands need it.

export const argv = native("xs_process_arguments").call();
export const env = native("xs_process_environment").call();

/** Ends the program at once. */
export function exit(code) {
	native("xs_process_exit").call(this, code ?? process.exitCode);
}

/** Microseconds of processor time that the program has used. */
export function cpuUsage() {
	return native("xs_process_cpu").call(this);
}

/** Bytes that are allocated outside of the engine's heap and for it. */
export function heapUsage() {
	return native("xs_process_heap").call(this);
}

/** A function that is called with each exception and rejection that nobody handles; undefined: they end the program. */
export function setUncaughtHandler(handler) {
	native("xs_process_uncaught").call(this, handler);
}

const process = {
	argv,
	env,
	exit,
	cpuUsage,
	heapUsage,
	setUncaughtHandler,
	/** The status that the program ends with when nothing keeps it going any more. */
	get exitCode() {
		return native("xs_process_exitCode").call(this);
	},
	set exitCode(code) {
		native("xs_process_exitCode").call(this, code);
	},
};

export default process;
