// SPDX-License-Identifier: MIT
// The conformance suite in the SDK's simulator, and as a command: see tests/on-device. Needs an SDK with its tools built for
// Linux, named by the environment variable MODDABLE, and for the simulator a display or Xvfb.

import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { PORTABLE } from "../conformance/suite.mjs";
import { runTap } from "../support/tapReader.mjs";
import { MODDABLE } from "./build.mjs";
import { closeDisplay, findDisplay } from "./simulator.mjs";

const RUNNER = join(ROOT, "tests", "on-device", "run.mjs");
const TIME = 15 * 60_000; // the first one builds the app

const hasDisplay = MODDABLE && await findDisplay() !== "";
await closeDisplay();

const SKIP = {
	"lin": !MODDABLE ? "MODDABLE is not set" : !hasDisplay ? "there is no DISPLAY, and no Xvfb to make one" : false,
	"x-cli-lin": MODDABLE ? false : "MODDABLE is not set",
};

for (const [device, skip] of Object.entries(SKIP)) {
	for (const program of PORTABLE)
		test(`${program}.js, ${device}`, { skip, timeout: TIME }, async (t) =>
			runTap(t, [process.execPath, RUNNER, "--device", device, "--program", program], { limit: TIME }));
}
