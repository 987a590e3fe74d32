// SPDX-License-Identifier: MIT
// The conformance suite with a garbage collection at every allocation of the engine: whatever native code holds that the
// collector does not know of, or that it moves, is found. A file of its own, so that it runs beside the others.

import { test } from "node:test";
import { report } from "../support/tapReader.mjs";
import { CASES, runCase, STRESS } from "./suite.mjs";

for (const { run, program } of CASES.filter((one) => one.run === STRESS))
	test(`${program}.js, ${run}`, async (t) => report(t, await runCase({ run, program })));
