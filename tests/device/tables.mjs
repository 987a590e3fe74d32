// SPDX-License-Identifier: MIT
// budget.json as the tables of docs/memory.md.
//
//     node tests/device/tables.mjs        prints them

import { readFileSync } from "node:fs";
import { join } from "node:path";

/** @param {string[][]} rows the first is the head, each row's first cell its name */
function table(rows) {
	const line = (cells) => `| ${cells.join(" | ")} |`;
	return [line(rows[0]), `|---|${"---:|".repeat(rows[0].length - 1)}`, ...rows.slice(1).map(line)].join("\n");
}

function thousands(count) {
	return count.toLocaleString("en-US");
}

function millions(count) {
	return (count / 1e6).toFixed(count < 10e6 ? 2 : 1);
}

/** Bytes of code and constants: a row for each library, a column for each build. */
function sizeTable(text) {
	const libraries = ["Mbed TLS", "engine, trust, errors", "class's C", "lwIP transport", "all"];
	const size = (sizes, library) => sizes[library] ? thousands(sizes[library][0]) : "";
	return table([["bytes", ...Object.keys(text)], ...libraries.map((library) => [library, ...Object.values(text).map((sizes) => size(sizes, library))])]);
}

/** What a connection takes: a row for each. */
function connectionTable(connections) {
	return table([
		["", "heap, peak", "heap, after", "C stack", "work, millions", "longest step", "bytes sent", "received", "a byte out", "in"],
		...Object.entries(connections).map(([name, { heapPeak, heapAfter, stack, handshake, longest, sent, received, sending, receiving }]) =>
			[name, ...[heapPeak, heapAfter, stack].map(([value]) => thousands(value)), millions(handshake[0]), millions(longest[0]),
				...[sent, received, sending, receiving].map(([value]) => thousands(value))]),
	]);
}

/** What the heap is made of: a row for each use, a column for each moment. */
function heapTable(heap) {
	const moments = Object.keys(heap);
	const rows = Object.keys(heap[moments[0]]);
	return table([["bytes", ...moments], ...rows.map((use) => [use, ...moments.map((moment) => thousands(heap[moment][use][0]))])]);
}

export function readBudget() {
	return JSON.parse(readFileSync(join(import.meta.dirname, "budget.json"), "utf8"));
}

/** @returns {string[]} Markdown */
export function tables({ text, connections, heap }) {
	return [sizeTable(text), connectionTable(connections), heapTable(heap)];
}

if (import.meta.filename === process.argv[1])
	console.log(tables(readBudget()).join("\n\n"));
