// SPDX-License-Identifier: MIT
// The engine's tests in C, and those of the desktop's transports, under AddressSanitizer and LeakSanitizer. A file of its own,
// so that it runs beside the others.

import { test } from "node:test";
import { runEngine } from "./run.mjs";

test("desktop-asan, streamTest", (t) => runEngine(t, "desktop-asan", "streamTest"));
test("desktop-asan, posixTest", (t) => runEngine(t, "desktop-asan", "posixTest"));
test("desktop-asan, engineTest", (t) => runEngine(t, "desktop-asan", "engineTest"));
