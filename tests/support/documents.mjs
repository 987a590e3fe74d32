// SPDX-License-Identifier: MIT
// The programs and settings in the documents, for tests that run or check them.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../scripts/lib/paths.mjs";

/**
 * The blocks of a kind in a document.
 * @param {string} path from ROOT
 * @param {"js"|"json"} kind
 * @returns {string[]}
 */
export function blocksOf(path, kind) {
	const text = readFileSync(join(ROOT, path), "utf8");
	return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter(([, name]) => name === kind).map(([, , block]) => block);
}
