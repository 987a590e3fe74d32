// SPDX-License-Identifier: MIT
// What client.js uses of the desktop runtime, for an app of the SDK.

const print = native("xs_benchmark_print");

globalThis.console = { log: (text) => print(text) };

export default {
	argv: ["", "", ...native("xs_commandLine_arguments").call(undefined)],
	cpuUsage: native("xs_benchmark_cpu"),
	heapUsage() {}, // of C, in which the SDK's TLS has nothing
};
