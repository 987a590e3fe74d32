// SPDX-License-Identifier: MIT
// The engine's tests in C with the define that allows private keys in hardware, under the same sanitizers.

import { test } from "node:test";
import { runEngine } from "./run.mjs";

test("desktop-asan, opaqueKeysTest", (t) => runEngine(t, "desktop-asan", "opaqueKeysTest"));
