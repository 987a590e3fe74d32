// SPDX-License-Identifier: MIT
// docs/errors.md lists the codes of native/errors/tlsFailure.c: all of them, and no others.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test("the errors reference has every code of the table, and no others", () => {
	const table = [...read("native/errors/tlsFailure.c").matchAll(/ENTRY\(TLS_\w+, "([a-z-]+)"/g)].map(([, name]) => name);
	const listed = [...read("docs/errors.md").matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
	assert.ok(table.length > 20);
	assert.deepEqual(listed.toSorted(), table.filter((name) => name !== "ok").toSorted());
});
