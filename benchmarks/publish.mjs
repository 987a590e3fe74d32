// SPDX-License-Identifier: MIT
// Results of a benchmark into the repository: results.json, and the tables and the picture that are made from it.
//
//     node benchmarks/publish.mjs        makes tables and picture anew from results.json

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../scripts/lib/paths.mjs";
import { picture } from "./picture.mjs";
import { tables } from "./tables.mjs";

export const RESULTS = join(import.meta.dirname, "results.json");
export const PICTURE = join(ROOT, "docs", "performance.svg");
export const DOCUMENT = join(ROOT, "docs", "performance.md");

/** The lines of the document between which the tables are. */
const BEGIN = "<!-- From here to the end mark: node benchmarks/publish.mjs -->\n";
const END = "<!-- end -->\n";

export function readResults() {
	return JSON.parse(readFileSync(RESULTS, "utf8"));
}

/** As JSON with each list of numbers in a line. */
export function encode(results) {
	return `${JSON.stringify(results, null, "\t").replaceAll(/\[[\s\d.,e-]+\]/g, (list) => list.replaceAll(/\s+/g, " "))}\n`;
}

/** The document with the tables of these results. */
export function withTables(document, results) {
	const from = document.indexOf(BEGIN);
	const to = document.indexOf(END);
	if (from < 0 || to < from)
		throw new Error(`${DOCUMENT} has no place for the tables`);
	return `${document.slice(0, from + BEGIN.length)}\n${tables(results).join("\n")}\n${document.slice(to)}`;
}

export function publish(results) {
	writeFileSync(RESULTS, encode(results));
	writeFileSync(PICTURE, picture(results));
	writeFileSync(DOCUMENT, withTables(readFileSync(DOCUMENT, "utf8"), results));
}

if (import.meta.filename === process.argv[1])
	publish(readResults());
