// SPDX-License-Identifier: MIT
// Keep-alive of the transport over the system's sockets: keepAlive.c says how.

import { join } from "node:path";
import { test } from "node:test";
import { BUILD } from "../../scripts/lib/paths.mjs";
import { runTap } from "../support/tapReader.mjs";

test("keep-alive", (t) => runTap(t, [join(BUILD, "desktop", "tests", "runtime", "keepAliveTest")], { limit: 120_000 }));
