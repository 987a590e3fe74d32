// SPDX-License-Identifier: MIT
// The result of the conformance suite: for each rule, how many tests there are, and how often they passed, failed and were
// skipped in all runs.

import { RULES, ruleOf } from "./rules.mjs";

export class Table {
	#rows = Object.fromEntries(Object.keys(RULES).map((rule) => [rule, { names: new Set(), passed: 0, failed: 0, skipped: 0 }]));
	/** Names of tests that are for no rule. */
	strays = new Set();

	/** @param {{name: string, ok: boolean, skip?: string}} result as of parseTap */
	add({ name, ok, skip }) {
		const row = this.#rows[ruleOf(name)];
		if (!row) {
			this.strays.add(name);
			return;
		}
		row.names.add(name);
		row[(skip !== undefined) ? "skipped" : ok ? "passed" : "failed"]++;
	}

	/** Rules without a test. */
	get untested() {
		return Object.entries(this.#rows).filter(([, { names }]) => names.size === 0).map(([rule]) => rule);
	}

	toString() {
		const rows = Object.entries(this.#rows).map(([rule, { names, passed, failed, skipped }]) =>
			[rule, RULES[rule], names.size, passed, failed, skipped]);
		const sum = (column) => rows.reduce((total, row) => total + row[column], 0);
		const lines = [["rule", "", "tests", "passed", "failed", "skipped"], ...rows, ["", "all", sum(2), sum(3), sum(4), sum(5)]];
		const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => String(line[column]).length)));
		const pad = (cell, column) => (column < 2) ? cell.padEnd(widths[column]) : String(cell).padStart(widths[column]);
		return lines.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
	}
}
