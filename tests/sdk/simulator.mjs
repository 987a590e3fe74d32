// SPDX-License-Identifier: MIT
// The SDK's simulator: on the display that there is, or on one that nobody sees.

import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { start, stop } from "../support/processes.mjs";
import { MODDABLE } from "./build.mjs";

let xvfb;

/** The display to use; "": there is none, and no Xvfb to make one. */
export async function findDisplay() {
	if (process.env.DISPLAY)
		return process.env.DISPLAY;
	if (spawnSync("Xvfb", ["-help"]).error)
		return "";
	if (!xvfb) {
		xvfb = start(["Xvfb", "-displayfd", "1", "-nolisten", "tcp"]);
		const [number] = await once(xvfb.stdout, "data");
		xvfb.display = `:${String(number).trim()}`;
	}
	return xvfb.display;
}

/** Ends the display that findDisplay made, if any. */
export async function closeDisplay() {
	if (xvfb)
		await stop(xvfb);
	xvfb = undefined;
}

/**
 * The command that runs an app that mcconfig built.
 * @param {string} folder mcconfig's -o
 * @param {string} configuration "debug", "instrument" or "release"
 * @param {object} environment as of sdkEnvironment; the simulator wants its configuration folder to be there
 */
export function simulatorCommand(folder, configuration, name, environment) {
	mkdirSync(environment.XDG_CONFIG_HOME, { recursive: true });
	return ["stdbuf", "-oL", "mcsim", join(MODDABLE, "build", "simulators"), join(folder, "bin", "lin", "mc", configuration, name, "mc.so")];
}
