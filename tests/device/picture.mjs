// SPDX-License-Identifier: MIT
// budget.json as the picture of docs/memory.md and of README.md: heap over the life of a connection, beside Mbed TLS alone.
//
//     node tests/device/picture.mjs       draws docs/memory.svg

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { barChart } from "../../scripts/lib/barChart.mjs";
import { readBudget } from "./tables.mjs";

export const PICTURE = join(import.meta.dirname, "../../docs/memory.svg");

/** Names of connections in budget.json, and which of them to draw beside each other. */
const VERSIONS = ["TLS 1.2", "TLS 1.3"];
const BARS = [
	{ label: "Mbed TLS alone", suffix: ", P-256, without the engine", colour: "#9aa5b1" },
	{ label: "engine of this module", suffix: ", P-256", colour: "#2f6f9f" },
];
const MOMENTS = [
	{ label: "handshake, at its peak", field: "heapPeak" },
	{ label: "connected, idle", field: "heapAfter" },
];

/** The groups of bars, from the top: a moment of a connection of each version. */
function groups(connections) {
	return VERSIONS.flatMap((version) => MOMENTS.map((moment) => ({
		label: `${version}, ${moment.label}`,
		bars: BARS.map((bar) => ({ ...bar, bytes: connections[version + bar.suffix][moment.field][0] })),
	})));
}

/** @returns {string} SVG, the same for the same budget */
export function picture({ connections }) {
	const drawn = groups(connections);
	const largest = Math.max(...drawn.flatMap(({ bars }) => bars.map(({ bytes }) => bytes)));
	return barChart("Heap of a connection in bytes, beside Mbed TLS alone", BARS, 150, drawn.map(({ label, bars }) => ({
		label,
		bars: bars.map(({ bytes, colour }) => ({ length: bytes / largest, text: bytes.toLocaleString("en-US"), colour })),
	})));
}

if (import.meta.filename === process.argv[1])
	writeFileSync(PICTURE, picture(readBudget()));
