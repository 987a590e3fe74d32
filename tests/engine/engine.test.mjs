// SPDX-License-Identifier: MIT
// The engine's tests in C, as built for release and under AddressSanitizer and LeakSanitizer.

import { join } from "node:path";
import { test } from "node:test";
import { BUILD } from "../../scripts/lib/paths.mjs";
import { runTap } from "../support/tapReader.mjs";

for (const tree of ["desktop", "desktop-asan"])
	test(tree, (t) => runTap(t, [join(BUILD, tree, "tests", "engine", "engineTest")], { limit: 600_000 }));
