// SPDX-License-Identifier: MIT
// The list of mutants fits the code: each changes exactly one place.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { allMutants, mutate } from "../mutants/list.mjs";

test("each mutant changes one place of the code", () => {
	for (const mutant of allMutants()) {
		const content = readFileSync(join(ROOT, mutant.file), "utf8");
		const changed = mutate(content, mutant);
		assert.ok(changed !== undefined, `${mutant.file}: correct the list in tests/mutants: not exactly one place has "${mutant.text}"`);
		assert.notEqual(changed, content, `${mutant.file}: "${mutant.text}" changes nothing`);
	}
});
