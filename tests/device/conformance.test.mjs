// SPDX-License-Identifier: MIT
// The conformance suite on the emulated board: the same programs as on the desktop, over lwIP.

import assert from "node:assert/strict";
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

/** Tests that fail here, and why. One that passes all the same does not belong here. */
const FAILING = {
	'T1 address of "1:2:3:4:5:6:192.0.2.1" is taken': "without inet_pton, Mbed TLS and lwIP know an IPv4 address at the end behind ::ffff: only",
};

function withoutFailing(results) {
	return results.map((result) => {
		const skip = FAILING[result.name];
		return skip ? { ...result, skip, passedAllTheSame: result.ok } : result;
	});
}

test("conformance on the board", { concurrency: 2 }, async (t) => {
	await Promise.all(PORTABLE.map((program) =>
		t.test(`${program}.js`, { skip: LEFT_OUT[program] ?? false }, async (context) => {
			const { results, problem } = await runProgram(program, { env: { XSRUN_BUILD: BOARD }, more: CONFIGURATION });
			const outcome = { results: withoutFailing(results), problem };
			assert.deepEqual(outcome.results.filter(({ passedAllTheSame }) => passedAllTheSame), []);
			await report(context, outcome);
		})));
});
