// SPDX-License-Identifier: MIT
// The types of the class: correct.ts compiles, with strict checks and without; each line of wrong.ts that is marked does not.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../scripts/lib/paths.mjs";

const TSC = join(ROOT, "node_modules", "typescript", "bin", "tsc");

for (const [what, file] of [["strict", "tsconfig.json"], ["loose", "tsconfig.loose.json"]])
	test(`${what} checks`, () => {
		const { status, stdout } = spawnSync(process.execPath, [TSC, "--noEmit", "-p", join(import.meta.dirname, file)], { encoding: "utf8" });
		assert.equal(status, 0, stdout);
	});
