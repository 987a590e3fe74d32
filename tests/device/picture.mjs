// SPDX-License-Identifier: MIT
// budget.json as the picture of docs/memory.md and of README.md: heap over the life of a connection, beside Mbed TLS alone.
//
//     node tests/device/picture.mjs       draws docs/memory.svg

import { writeFileSync } from "node:fs";
import { join } from "node:path";
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

/* In pixels. */
const WIDTH = 720;
const LEFT = 250;
const LONGEST = 380;
const LINE = 22;
const GAP = 12;
const TOP = 34;

function text(x, y, content, attributes = "") {
	return `<text x="${x}" y="${y}"${attributes}>${content}</text>`;
}

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
	const lines = [];
	let y = TOP;
	for (const { label, bars } of drawn) {
		lines.push(text(LEFT - 10, y + LINE, label, ' text-anchor="end"'));
		for (const { bytes, colour } of bars) {
			const width = (bytes / largest * LONGEST).toFixed(1);
			lines.push(`<rect x="${LEFT}" y="${y}" width="${width}" height="${LINE - 3}" fill="${colour}"/>`,
				text((LEFT + Number(width) + 6).toFixed(1), y + LINE - 8, bytes.toLocaleString("en-US")));
			y += LINE;
		}
		y += GAP;
	}
	const legend = BARS.flatMap(({ label, colour }, index) => {
		const x = LEFT + index * 150;
		return [`<rect x="${x}" y="10" width="12" height="12" fill="${colour}"/>`, text(x + 18, 20, label)];
	});
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" font-family="sans-serif" font-size="12" role="img">`,
		"<title>Heap of a connection in bytes, beside Mbed TLS alone</title>",
		`<rect width="${WIDTH}" height="${y}" fill="#ffffff"/>`,
		...legend, ...lines, "</svg>", "",
	].join("\n");
}

if (import.meta.filename === process.argv[1])
	writeFileSync(PICTURE, picture(readBudget()));
