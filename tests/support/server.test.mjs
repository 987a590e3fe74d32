// SPDX-License-Identifier: MIT
// The conformance server's ports: a row that is free at each of its addresses.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { PORT_COUNT } from "../conformance/ports.js";
import { isFree } from "../conformance/server.mjs";

test("a row is free only if it is at every address", async (t) => {
	const inUse = createServer().listen(0, "::1");
	t.after(() => inUse.close());
	await once(inUse, "listening");
	const first = inUse.address().port - PORT_COUNT + 1;
	assert.equal(await isFree(first, ["127.0.0.1", "::1"]), false);
	assert.equal(await isFree(first, ["::1"]), false);
});
