// SPDX-License-Identifier: MIT
// The devices' reader of stores, under AddressSanitizer, on files of the command: the full set, and a small one with
// certificates of the same subject.

import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { rootCertificates } from "node:tls";
import { BUILD } from "../../scripts/lib/paths.mjs";
import { encodeStore } from "../../store/format.mjs";
import { runTap } from "../support/tapReader.mjs";
import { makeRoot, scratch } from "./helpers.mjs";

const PROGRAM = join(BUILD, "desktop-asan", "tests", "store", "storeTest");
const file = scratch(after);

async function readStore(context, certificates) {
	assert.ok(existsSync(PROGRAM), `${PROGRAM} is not built`);
	writeFileSync(file("set.store"), encodeStore(certificates));
	writeFileSync(file("set.der"), Buffer.concat(certificates));
	await runTap(context, [PROGRAM, file("set.store"), file("set.der")]);
}

test("Mozilla's roots", (context) => readStore(context, rootCertificates.map((pem) => new X509Certificate(pem).raw)));

test("three certificates, two of one subject", (context) => readStore(context, ["First", "Second", "Second"].map((name) => makeRoot(name))));

test("one certificate", (context) => readStore(context, [makeRoot("Only")]));
