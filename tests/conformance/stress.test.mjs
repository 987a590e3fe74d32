// SPDX-License-Identifier: MIT
// The conformance suite with a garbage collection at every allocation of native code (see tests/support/long.mjs): whatever native code holds that the
// collector does not know of, or that it moves, is found. A file of its own, so that it runs beside the others.

import { test } from "node:test";
import { STRESS } from "../support/long.mjs";
import { report } from "../support/tapReader.mjs";
import { CASES, runCase } from "./suite.mjs";

for (const { run, program } of CASES.filter((one) => one.run === STRESS.name))
	test(`${program}.js, ${run}`, async (t) => report(t, await runCase({ run, program })));
