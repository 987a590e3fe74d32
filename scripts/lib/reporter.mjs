// SPDX-License-Identifier: MIT
// What Node's test runner prints: its own report, on a terminal that for people, else TAP; and before the summary, the
// slowest files and tests.

import { relative } from "node:path";
import { Readable } from "node:stream";
import { spec as Spec, tap } from "node:test/reporters";
import { ROOT } from "./paths.mjs";

const COUNT = 5;

/** Adds to the runner's events, before the first of the summary, diagnostics that name what was slowest. */
async function* withSlowest(events) {
	const files = new Map();
	const tests = [];
	let told = false;
	for await (const event of events) {
		const { type, data } = event;
		if ((type === "test:pass" || type === "test:fail") && data.nesting === 0 && data.file) {
			const file = relative(ROOT, data.file);
			files.set(file, (files.get(file) ?? 0) + data.details.duration_ms);
			tests.push([`${file}: ${data.name}`, data.details.duration_ms]);
		}
		if (type === "test:diagnostic" && data.nesting === 0 && !data.file && /^tests \d+$/.test(data.message) && !told) {
			told = true;
			for (const [title, list] of [["files", [...files]], ["tests", tests]])
				for (const message of [`slowest ${title}:`, ...slowest(list)])
					yield { type, data: { ...data, message } };
		}
		yield event;
	}
}

/** The slowest of [name, milliseconds] pairs, as lines. */
function slowest(list) {
	const first = list.toSorted(([, a], [, b]) => b - a).slice(0, COUNT);
	return first.map(([name, time]) => `${(time / 1000).toFixed(1).padStart(7)} s  ${name}`);
}

export default async function* report(events) {
	const all = withSlowest(events);
	yield* process.stdout.isTTY ? Readable.from(all).pipe(new Spec()) : tap(all);
}
