// SPDX-License-Identifier: MIT
// The TLS socket of the SDK's network clients, without the SDK: see networkClient.js.

import { join } from "node:path";
import { test } from "node:test";
import { XSRUN } from "../../scripts/lib/paths.mjs";
import { todaysPki } from "../pki/pki.mjs";
import { runTap } from "../support/tapReader.mjs";

test("networkClient.js", async (t) => {
	const authority = (await todaysPki()).der("root-p256").toString("hex");
	await runTap(t, [XSRUN, join(import.meta.dirname, "networkClient.js"), authority]);
});
