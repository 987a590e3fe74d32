// SPDX-License-Identifier: MIT
// The conformance suite over lwIP in a thread of its own, as on an ESP32, under ThreadSanitizer: see runtime/threads. The threads
// dawdle where they meet; in the long form, for so long that lwIP's timers come in between.

import { join } from "node:path";
import { test } from "node:test";
import { BUILD } from "../../scripts/lib/paths.mjs";
import { LONG } from "../support/long.mjs";
import { report } from "../support/tapReader.mjs";
import { PORTABLE, runProgram } from "./suite.mjs";

/** The host's IPv6 loopback on the network that lwIP is in. */
const CONFIGURATION = { address6: "fec0::2" };

/** Programs that are left out, and why. */
const LEFT_OUT = {
	listener: "there is no class that listens over lwIP",
	...(!LONG && { tls: "a third of the time, and little of it between the threads: in the long form" }),
};

/** Microseconds that the threads dawdle at most. */
const DELAYS = LONG ? [64, 5000] : [64];

const env = (delay) => ({ XSRUN_BUILD: join(BUILD, "desktop-lwip"), XSRUN_DELAY: String(delay) });

for (const delay of DELAYS)
	for (const program of PORTABLE)
		test(`${program}.js, delays of up to ${delay} microseconds`, { skip: LEFT_OUT[program] ?? false }, async (t) =>
			report(t, await runProgram(program, { flags: ["--release"], env: env(delay), more: CONFIGURATION })));
