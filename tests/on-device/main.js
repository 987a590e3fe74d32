// SPDX-License-Identifier: MIT
// An app for the SDK that runs one program of the conformance suite, or a part of it: mc/config names it, and the server (see
// run.mjs).

import config from "mc/config";
import { choose } from "support/tap";

choose(config.part, config.parts);
import(`conformance/${config.program}`).catch((error) => trace(`Bail out! ${config.program}: ${error}\n`));
