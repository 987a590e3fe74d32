// SPDX-License-Identifier: MIT
// The class beside a plain C client on the same build of Mbed TLS, in the same run, against the same servers.
//
//     node benchmarks/run.mjs [--quick]
//
// Prints the tables of docs/performance.md. Times are medians of runs that alternate between the two clients, and a ratio
// is the median of those of neighbouring runs. Instructions are counted by valgrind, as the difference between two runs
// of different length, so that a start does not count. --quick: fewer runs. The environment variable XSRUN_BUILD names
// another build tree than build/desktop, used as it is.

import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "../scripts/build.mjs";
import { BUILD } from "../scripts/lib/paths.mjs";
import { main, say } from "../scripts/lib/step.mjs";
import { setUp } from "../scripts/setup.mjs";
import { todaysPki } from "../tests/pki/pki.mjs";
import { Clients } from "./measure.mjs";

const MB = 1 << 20;
const RUNS = 5;
const QUICK_RUNS = 3;

/** What is measured: `count` of a timed run; of the two counted ones, `short` and `long`. */
const CONNECTIONS = ["TLSv1.2", "TLSv1.3"].flatMap((version) => ["p256", "rsa"].map((key) =>
	({ mode: "connect", version, key, suite: "AES", count: 50, short: 1, long: 3 })));
const TRANSFERS = ["download", "upload"].flatMap((mode) => [["TLSv1.2", "AES"], ["TLSv1.3", "AES"], ["TLSv1.3", "ChaCha"]].map(([version, suite]) =>
	({ mode, version, key: "rsa", suite, count: 32 * MB, short: MB / 4, long: MB })));
const MESSAGES = ["TLSv1.2", "TLSv1.3"].map((version) =>
	({ mode: "echo", version, key: "rsa", suite: "AES", count: 1000, short: 10, long: 210 }));

const KEYS = { p256: "P-256", rsa: "RSA-2048" };
const CIPHERS = { AES: "AES-128-GCM", ChaCha: "ChaCha20-Poly1305" };

function median(values) {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = sorted.length >> 1;
	return (sorted.length % 2) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Medians of elapsed and processor time, for one of `count`, of both clients, and of their ratios. */
async function timeBoth(clients, scenario, runs) {
	const all = [];
	for (let i = 0; i < runs; i++) {
		const plain = await clients.time("plain", scenario);
		const tls = await clients.time("class", scenario);
		all.push({ plain, tls });
	}
	const summary = (what) => ({
		plain: median(all.map(({ plain }) => plain[what])) / scenario.count,
		tls: median(all.map(({ tls }) => tls[what])) / scenario.count,
		ratio: median(all.map(({ plain, tls }) => tls[what] / plain[what])),
	});
	return { clock: summary("clock"), cpu: summary("cpu") };
}

/** Instructions for one of `count`, of both clients, which run at the same time. */
async function countBoth(clients, scenario) {
	const { short, long } = scenario;
	const [plain, tls] = await Promise.all(["plain", "class"].map(async (client) => {
		const counts = [];
		for (const count of [short, long])
			counts.push(await clients.instructions(client, { ...scenario, count }));
		return (counts[1] - counts[0]) / (long - short);
	}));
	return { plain, tls, ratio: tls / plain };
}

function print(head, rows) {
	const line = (cells) => `| ${cells.join(" | ")} |`;
	console.log([line(head), line(head.map(() => "---")), ...rows.map(line), ""].join("\n"));
}

const cells = ({ plain, tls, ratio }, scale, digits) => [(tls / scale).toFixed(digits), (plain / scale).toFixed(digits), ratio.toFixed(2)];
/** The same for a rate: one over the time. */
const rates = ({ plain, tls, ratio }) => [(1 / tls).toFixed(0), (1 / plain).toFixed(0), (1 / ratio).toFixed(2)];

async function connections(clients, runs) {
	const rows = [];
	for (const scenario of CONNECTIONS) {
		const { clock, cpu } = await timeBoth(clients, scenario, runs);
		const counted = await countBoth(clients, scenario);
		rows.push([scenario.version, KEYS[scenario.key], ...cells(cpu, 1000, 2), ...cells(counted, 1e6, 1), ...cells(clock, 1000, 1)]);
	}
	console.log("A connection: handshake, one message and its answer, close\n");
	print(["version", "chain", "CPU ms", "C", "ratio", "M instr.", "C", "ratio", "elapsed ms", "C", "ratio"], rows);
}

async function transfers(clients, runs) {
	const rows = [];
	for (const scenario of TRANSFERS) {
		const { clock, cpu } = await timeBoth(clients, scenario, runs);
		const counted = await countBoth(clients, scenario);
		rows.push([scenario.mode, scenario.version, CIPHERS[scenario.suite], ...rates(clock), ...rates(cpu), ...cells(counted, 1, 1)]);
	}
	console.log("Bulk data, 16 KB reads and writes\n");
	print(["", "version", "cipher", "MB/s", "C", "ratio", "MB per CPU second", "C", "ratio", "instr./byte", "C", "ratio"], rows);
}

async function messages(clients, runs) {
	const rows = [];
	for (const scenario of MESSAGES) {
		const { clock, cpu } = await timeBoth(clients, scenario, runs);
		const counted = await countBoth(clients, scenario);
		rows.push([scenario.version, ...cells(clock, 1, 0), ...cells(cpu, 1, 1), ...cells(counted, 1000, 1)]);
	}
	console.log("A message of 64 bytes and its answer\n");
	print(["version", "elapsed µs", "C", "ratio", "CPU µs", "C", "ratio", "k instr.", "C", "ratio"], rows);
}

/** Heap of the second connection: the first has what a program needs once. */
async function heap(clients) {
	const rows = [];
	for (const scenario of CONNECTIONS) {
		const figures = await Promise.all(["class", "plain"].map(async (client) => {
			const [, , before, after] = await clients.phases(client, { ...scenario, count: 1 });
			return [after.most, after.inUse].map((bytes) => ((bytes - before.inUse) / 1024).toFixed(1));
		}));
		rows.push([scenario.version, KEYS[scenario.key], ...figures.flat()]);
	}
	console.log("C heap of a connection, KB\n");
	print(["version", "chain", "peak", "after the handshake", "C: peak", "C: after the handshake"], rows);
}

/** How often a whole program allocates during two transfers of different length. */
async function allocations(clients) {
	const rows = [];
	for (const scenario of [...TRANSFERS.filter(({ suite }) => suite === "AES"), ...MESSAGES]) {
		const records = scenario.mode === "echo" ? [1000, 3000] : [4 * MB, 12 * MB];
		const counts = [];
		for (const count of records) {
			const [, transfer] = await clients.phases("class", { ...scenario, count });
			counts.push(transfer.allocations);
		}
		rows.push([scenario.mode, scenario.version, scenario.mode === "echo" ? "1,000 / 3,000 messages" : "4 / 12 MB", counts.join(" / ")]);
	}
	console.log("Allocations of the class's program, engine and event loop included\n");
	print(["", "version", "for", "allocations"], rows);
}

await main(async () => {
	const { values: { quick } } = parseArgs({ options: { quick: { type: "boolean" } } });
	setUp(["demo", "benchmark"]);
	if (!process.env.XSRUN_BUILD)
		build("desktop");
	const clients = new Clients(await todaysPki(), process.env.XSRUN_BUILD ?? join(BUILD, "desktop"));
	const runs = quick ? QUICK_RUNS : RUNS;
	const start = performance.now();
	for (const measure of [connections, transfers, messages, heap, allocations]) {
		say(measure.name);
		await measure(clients, runs);
	}
	const [{ model }, ...more] = cpus();
	const seconds = Math.round((performance.now() - start) / 1000);
	console.log(`Medians of ${runs} runs; ${more.length + 1} processors, ${model}; Node ${process.version}; took ${seconds} s.`);
});
