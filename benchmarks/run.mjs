// SPDX-License-Identifier: MIT
// The class beside what people would use instead, in the same run, against the same servers: Mbed TLS and OpenSSL's library
// in C, and Node; and, where they are at hand, the SDK's own TLS socket (the environment variable MODDABLE names the SDK's
// folder) and MicroPython (MICROPYTHON names the program).
//
//     node benchmarks/run.mjs [--quick] [--publish]
//
// Prints tables, and writes what was measured to build/benchmark.json. --publish: to results.json as well, and to
// docs/performance.md and docs/performance.svg, which are made from it. --quick: fewer runs. The environment variable
// XSRUN_BUILD names another build tree than build/desktop, used as it is.
//
// Times are medians of runs in which the clients take turns, and a ratio is the median of those of neighbouring runs.
// Instructions are counted by valgrind, as the difference between two runs of different length, so that a start does not
// count; bytes on the wire likewise.

import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "../scripts/build.mjs";
import { BUILD } from "../scripts/lib/paths.mjs";
import { main, run, say } from "../scripts/lib/step.mjs";
import { setUp } from "../scripts/setup.mjs";
import { todaysPki } from "../tests/pki/pki.mjs";
import { Clients } from "./measure.mjs";
import { encode, publish, RESULTS } from "./publish.mjs";
import { tables } from "./tables.mjs";

const KB = 1 << 10;
const MB = 1 << 20;
const RUNS = 5;
const QUICK_RUNS = 3;

const ALL = ["class", "mbedtls", "openssl", "node"];
/** Node's compiled code is not what valgrind can count, and its heap is not the C library's. */
const COUNTED = ["class", "mbedtls", "openssl", "sdk", "micropython"];

/**
 * What is measured: the scenario, see measure.mjs; `count` of a timed run, `short` and `long` of the counted ones; and what
 * else than times and instructions: `heap` of a connection, `heapEach` of those at a time, `wire`, `residence` of the program.
 */
const VERSIONS = ["TLSv1.2", "TLSv1.3"];
const HANDSHAKES = ["connect", "resume"].flatMap((mode) => VERSIONS.flatMap((version) => ["p256", "rsa"].map((key) =>
	({ mode, version, key, suite: "AES", count: 50, short: 1, long: 3, heap: true, wire: true }))));
const TRANSFERS = ["download", "upload"].flatMap((mode) => [
	...[["TLSv1.2", "AES"], ["TLSv1.3", "AES"], ["TLSv1.3", "ChaCha"]].map(([version, suite]) =>
		({ mode, version, key: "rsa", suite, piece: 16384, count: 16 * MB, short: MB / 4, long: MB, wire: mode === "upload" })),
	...VERSIONS.map((version) =>
		({ mode, version, key: "rsa", suite: "AES", piece: 256, count: MB, short: MB / 32, long: MB / 8, wire: mode === "upload" })),
]);
const MESSAGES = VERSIONS.map((version) =>
	({ mode: "echo", version, key: "rsa", suite: "AES", count: 1000, short: 10, long: 210, wire: true }));
const TOGETHER = VERSIONS.map((version) =>
	({ mode: "together", version, key: "p256", suite: "AES", count: 100, short: 1, long: 11, heapEach: true, residence: true }));
const SCENARIOS = [...HANDSHAKES, ...TRANSFERS, ...MESSAGES, ...TOGETHER].map((each) => ({ ...each, group: "X25519", clients: ALL }));

/**
 * Beside the two that need not be at hand: what both can do. The SDK's has TLS 1.2, RSA and P-256 only, its TCP class takes
 * 1,536 bytes at a time, and looks after its sockets every 20 ms, so that less is done in a run.
 */
const BESIDE = [
	{ mode: "connect", count: 10, short: 1, long: 3 },
	{ mode: "download", piece: 16384, count: 256 * KB, short: 64 * KB, long: 192 * KB },
	{ mode: "download", piece: 256, count: 32 * KB, short: 4 * KB, long: 20 * KB },
	{ mode: "upload", piece: 256, count: 32 * KB, short: 4 * KB, long: 20 * KB },
	{ mode: "echo", count: 100, short: 10, long: 60 },
	{ mode: "together", count: 100, short: 1, long: 11, residence: true },
].map((each) => ({ ...each, version: "TLSv1.2", key: "rsa", suite: "AES", group: "P-256" }));

const rounded = (value) => Number(value.toPrecision(5));

/** Elapsed and processor time of all runs, for one of `count`, in microseconds: one client after the other, again and again. */
async function times(clients, scenario, runs) {
	const all = Object.fromEntries(scenario.clients.map((client) => [client, { clock: [], cpu: [] }]));
	for (let i = 0; i < runs; i++)
		for (const client of scenario.clients) {
			const { clock, cpu } = await clients.time(client, scenario);
			all[client].clock.push(rounded(clock / scenario.count));
			all[client].cpu.push(rounded(cpu / scenario.count));
		}
	return all;
}

/** What `count` gives for one of `count`: the difference between a long and a short run. */
async function difference({ short, long, ...scenario }, count) {
	const before = await count({ ...scenario, count: short });
	const after = await count({ ...scenario, count: long });
	if (typeof before === "number")
		return rounded((after - before) / (long - short));
	return Object.fromEntries(Object.keys(before).map((what) => [what, rounded((after[what] - before[what]) / (long - short))]));
}

/** Heap of the second connection, in bytes: the first has what a program needs once. */
async function heap(clients, client, scenario) {
	const [, , before, after] = await clients.phases(client, { ...scenario, count: 1 });
	return { heapPeak: after.most - before.inUse, heapAfter: after.inUse - before.inUse };
}

/** Heap that connections at a time take at their peak, in bytes for each. */
async function heapEach(clients, client, scenario) {
	const [before, after] = await clients.phases(client, scenario);
	return Math.round((after.most - before.inUse) / scenario.count);
}

/** What does not depend on how busy the machine is. */
async function counts(clients, client, scenario) {
	const counted = COUNTED.includes(client);
	return {
		...(counted && { instructions: await difference(scenario, (each) => clients.instructions(client, each)) }),
		...(counted && scenario.heap && await heap(clients, client, scenario)),
		...(scenario.wire && { wire: await difference(scenario, (each) => clients.wire(client, each)) }),
		...(counted && scenario.heapEach && { heapEach: await heapEach(clients, client, scenario) }),
		...(scenario.residence && { residence: await clients.residence(client, scenario) }),
	};
}

async function measure(clients, scenario, runs) {
	const { mode, version, key, suite, piece, count, clients: names } = scenario;
	say([mode, version, key, suite, piece].filter(Boolean).join(" "));
	const timed = await times(clients, scenario, runs);
	const counted = await Promise.all(names.map((client) => counts(clients, client, scenario)));
	const results = Object.fromEntries(names.map((client, index) => [client, { ...timed[client], ...counted[index] }]));
	return { mode, version, key, suite, ...(piece && { piece }), count, clients: results };
}

/** How often the class's program allocates during transfers of different length. */
async function allocations(clients) {
	const all = [];
	const long = SCENARIOS.filter(({ mode, suite, piece }) => mode === "echo" || suite === "AES" && piece === 16384);
	for (const scenario of long) {
		const lengths = (scenario.mode === "echo") ? [1000, 3000] : [4 * MB, 12 * MB];
		const made = [];
		for (const count of lengths) {
			const [, transfer] = await clients.phases("class", { ...scenario, count });
			made.push(transfer.allocations);
		}
		all.push({ mode: scenario.mode, version: scenario.version, counts: lengths, allocations: made });
	}
	return all;
}

if (import.meta.filename === process.argv[1])
	await main(async () => {
		const { values: { quick, publish: publishing } } = parseArgs({ options: { quick: { type: "boolean" }, publish: { type: "boolean" } } });
		setUp(["demo", "benchmark"]);
		if (!process.env.XSRUN_BUILD) {
			build("desktop");
			build("desktop", ["clientOpenssl"]);
		}
		const clients = new Clients(await todaysPki(), process.env.XSRUN_BUILD ?? join(BUILD, "desktop"));
		const runs = quick ? QUICK_RUNS : RUNS;
		const start = performance.now();
		const cases = [];
		for (const scenario of SCENARIOS)
			cases.push(await measure(clients, scenario, runs));
		const beside = [];
		const others = Object.keys(clients.versions);
		if (others.length > 0)
			for (const scenario of BESIDE)
				beside.push(await measure(clients, { ...scenario, clients: ["class", "mbedtls", ...others] }, runs));
		const [{ model }, ...more] = cpus();
		const machine = { processors: more.length + 1, model, node: process.version, openssl: run("asking OpenSSL", ["openssl", "version"]).split(" ")[1], ...clients.versions };
		const results = { runs, seconds: Math.round((performance.now() - start) / 1000), machine, cases, beside, allocations: await allocations(clients) };
		mkdirSync(BUILD, { recursive: true });
		writeFileSync(join(BUILD, "benchmark.json"), encode(results));
		if (publishing)
			publish(results);
		console.log(tables(results).join("\n"));
		say(publishing ? `written to ${RESULTS} and docs/` : "written to build/benchmark.json");
	});
