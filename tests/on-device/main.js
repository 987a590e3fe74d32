// SPDX-License-Identifier: MIT
// An app for the SDK that runs one program of the conformance suite: mc/config names it, and the server (see run.mjs).

import config from "mc/config";

import(`conformance/${config.program}`).catch((error) => trace(`Bail out! ${config.program}: ${error}\n`));
