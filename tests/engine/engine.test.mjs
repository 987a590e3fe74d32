// SPDX-License-Identifier: MIT
// The engine's tests in C, as built for release and under AddressSanitizer and LeakSanitizer; under these once more with the
// define that allows private keys in hardware; and two threads of connections, and lwIP in a thread of its own, under ThreadSanitizer.

import { join } from "node:path";
import { test } from "node:test";
import { BUILD } from "../../scripts/lib/paths.mjs";
import { KNOWN_LEAKS, runTap } from "../support/tapReader.mjs";

const PROGRAMS = [["desktop", "engineTest"], ["desktop-asan", "engineTest"], ["desktop-asan", "opaqueKeysTest"], ["desktop", "threadsTest"], ["desktop", "lwipThreadsTest"]];

for (const [tree, program] of PROGRAMS)
	test(`${tree}, ${program}`, (t) => runTap(t, [join(BUILD, tree, "tests", "engine", program)], { limit: 600_000, env: { LSAN_OPTIONS: KNOWN_LEAKS } }));
