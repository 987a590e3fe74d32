// SPDX-License-Identifier: MIT
// That everything below the class compiles for Xtensa, without a warning: see xtensa/CMakeLists.txt.

import { test } from "node:test";
import { crossBuild } from "./crossBuild.mjs";

test("compiles for Xtensa", () => {
	crossBuild("xtensa"); // throws with what the compiler says
});
