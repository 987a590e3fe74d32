#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// The command of the package: npx moddable-tls …

import { runCommand } from "../store/command.mjs";

process.exitCode = await runCommand(process.argv.slice(2));
