// SPDX-License-Identifier: MIT
// The engine's tests in C, as built for release; and two threads of connections, and lwIP in a thread of its own, under
// ThreadSanitizer.

import { test } from "node:test";
import { runEngine } from "./run.mjs";

test("desktop, engineTest", (t) => runEngine(t, "desktop", "engineTest"));
test("desktop, threadsTest", (t) => runEngine(t, "desktop", "threadsTest"));
test("desktop-lwip, lwipThreadsTest", (t) => runEngine(t, "desktop-lwip", "lwipThreadsTest"));
