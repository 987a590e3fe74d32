// SPDX-License-Identifier: MIT
// The conformance suite in the SDK's simulator, and as a command: see tests/on-device. Needs an SDK with its tools built for
// Linux, named by the environment variable MODDABLE, and for the simulator a display or Xvfb.

import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { PORTABLE } from "../conformance/suite.mjs";
import { runTap } from "../support/tapReader.mjs";
import { NO_SDK } from "./build.mjs";
import { NO_SIMULATOR } from "./simulator.mjs";

const RUNNER = join(ROOT, "tests", "on-device", "run.mjs");
const TIME = 15 * 60_000; // the first one builds the app

const DEVICES = { "lin": NO_SIMULATOR, "x-cli-lin": NO_SDK };

for (const [device, skip] of Object.entries(DEVICES)) {
	for (const program of PORTABLE)
		test(`${program}.js, ${device}`, { skip, timeout: TIME }, async (t) =>
			runTap(t, [process.execPath, RUNNER, "--device", device, "--program", program], { limit: TIME }));
}
