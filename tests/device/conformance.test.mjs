// SPDX-License-Identifier: MIT
// The conformance suite on the emulated board: the same programs as on the desktop, over lwIP.

import { test } from "node:test";
import { PORTABLE, runProgram } from "../conformance/suite.mjs";
import { report } from "../support/tapReader.mjs";
import { BOARD } from "./emulator.mjs";

/** The host's IPv6 loopback as the board sees it; and that this is a release build. */
const CONFIGURATION = { address6: "fec0::2", messages: "0" };

/** Programs that are left out, and why. */
const LEFT_OUT = {
	listener: "the server connects to the board, and QEMU's network does not let it",
};

test("conformance on the board", { concurrency: 2 }, async (t) => {
	await Promise.all(PORTABLE.map((program) =>
		t.test(`${program}.js`, { skip: LEFT_OUT[program] ?? false }, async (context) => {
			await report(context, await runProgram(program, { env: { XSRUN_BUILD: BOARD }, more: CONFIGURATION }));
		})));
});
