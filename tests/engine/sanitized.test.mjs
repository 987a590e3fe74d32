// SPDX-License-Identifier: MIT
// The engine's tests in C under AddressSanitizer and LeakSanitizer. A file of its own, so that it runs beside the others.

import { test } from "node:test";
import { runEngine } from "./run.mjs";

test("desktop-asan, engineTest", (t) => runEngine(t, "desktop-asan", "engineTest"));
