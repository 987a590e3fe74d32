// SPDX-License-Identifier: MIT
// What a server can make the board compute has a bound, along each dimension that is known: no handshake takes more than twice
// the instructions of the dearest honest one, no step more than the longest of that. And what native/trust counts for the parts of a chain's
// verification is what they take.
//
// An RSA signature takes a few percent more or less from key to key.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { LONG } from "../support/long.mjs";
import { boundsTable, CASES, certificatesOfAllKinds, HONEST, HONEST_LIBRARY, measureCase, readBounds } from "./boundsCases.mjs";
import { runImage } from "./emulator.mjs";

const FROM_KEY_TO_KEY = 0.04;
const bounds = readBounds();

/** Asserts that a handshake, and what came after it, is within what the honest one allows. */
function assertWithin({ total, longest, after }, honest) {
	assert.ok(total <= 2 * honest.total, `${total} instructions are more than twice ${honest.total}`);
	assert.ok(longest <= honest.longest * (1 + FROM_KEY_TO_KEY), `a step of ${longest} is more than ${honest.longest}`);
	assert.ok(after.longest <= honest.longest, `a step of ${after.longest} after the handshake is more than ${honest.longest}`);
}

/** Measures all cases, two at a time, the honest one first. */
async function checkAll(t, image, reference, isKnown) {
	const honest = await measureCase(reference, image);
	await Promise.all(Object.entries(CASES).map(([name, [, code, codeOfLibrary = code]]) => t.test(name, async (context) => {
		const figures = (name === reference) ? honest : await measureCase(name, image);
		const part = (figure) => (figures[figure] / honest[figure]).toFixed(2);
		context.diagnostic(`${figures.total}, longest step ${figures.longest}: ${part("total")} and ${part("longest")} of the dearest honest handshake`);
		assert.equal(figures.code, (reference === HONEST) ? code : codeOfLibrary);
		assertWithin(figures, honest);
		isKnown?.(name, figures);
	})));
}

test("every case has its figures in bounds.json", () => assert.deepEqual(Object.keys(bounds), Object.keys(CASES)));

test("docs/security.md has the table of bounds.json", () => {
	const text = readFileSync(join(ROOT, "docs", "security.md"), "utf8");
	const table = boundsTable(bounds);
	assert.ok(text.includes(table), `copy what tests/device/boundsCases.mjs prints:\n${table}`);
});

test("what a server makes the board compute", { concurrency: 2 }, (t) => checkAll(t, "boundsClient", HONEST, (name, figures) => {
	for (const figure of ["total", "longest"])
		assert.ok(Math.abs(figures[figure] - bounds[name][figure]) <= 0.06 * bounds[name][figure], `${figure}: ${figures[figure]}, in bounds.json ${bounds[name][figure]}`);
}));

test("the same without native/curves", { concurrency: 2, skip: LONG ? false : "a long form: npm run test:all" }, (t) =>
	checkAll(t, "boundsClientLibrary", HONEST_LIBRARY));

for (const image of ["workCost", "workCostLibrary"])
	test(`${image}: what is counted is what it takes`, async (t) => {
		const folder = mkdtempSync(join(tmpdir(), "bounds-"));
		t.after(() => rmSync(folder, { recursive: true }));
		const file = join(folder, "certificates");
		const certificates = certificatesOfAllKinds();
		writeFileSync(file, Buffer.concat(Object.values(certificates)));
		const lines = (await runImage(image, [file], { count: true })).trim().split("\n").map((line) => JSON.parse(line));
		assert.equal(lines.length, Object.keys(certificates).length);
		for (const [i, name] of Object.keys(certificates).entries())
			for (const [what, [measured, counted]] of Object.entries(lines[i])) {
				t.diagnostic(`${what}, ${name}: ${measured}, counted ${counted}`);
				assert.ok(measured <= counted, `${what}, ${name}: ${measured} is more than ${counted}`);
				if (what === "checking")
					assert.ok(counted <= measured * 1.2, `${what}, ${name}: ${measured} is far from ${counted}`);
			}
	});
