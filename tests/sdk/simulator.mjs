// SPDX-License-Identifier: MIT
// Apps in the SDK's simulator: on the display that there is, or on one that nobody sees.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { start, stop } from "../support/processes.mjs";
import { App, CONFIGURATIONS, mcconfig, MODDABLE, NO_SDK, sdkEnvironment, writeApp } from "./build.mjs";
import { startDebugger } from "./debugger.mjs";

const NO_DISPLAY = (!process.env.DISPLAY && spawnSync("Xvfb", ["-help"]).error) ? "there is no DISPLAY, and no Xvfb to make one" : false;

/** Why tests that need the simulator are skipped, if they are: for the option `skip` of Node's tests. */
export const NO_SIMULATOR = NO_SDK || NO_DISPLAY;

let xvfb;

/** The display that the simulator uses; one made here ends with closeDisplay. */
async function openDisplay() {
	assert.equal(NO_DISPLAY, false);
	if (process.env.DISPLAY)
		return process.env.DISPLAY;
	if (!xvfb) {
		xvfb = start(["Xvfb", "-displayfd", "1", "-nolisten", "tcp"]);
		const [number] = await once(xvfb.stdout, "data");
		xvfb.display = `:${String(number).trim()}`;
	}
	return xvfb.display;
}

/** Ends the display that simulatorEnvironment made, if any. */
export async function closeDisplay() {
	if (xvfb)
		await stop(xvfb);
	xvfb = undefined;
}

/** As sdkEnvironment, for the simulator: with a display, and the folder for its configuration, without which it ends at once. */
export async function simulatorEnvironment(home) {
	const environment = { ...sdkEnvironment(home), DISPLAY: await openDisplay() };
	mkdirSync(environment.XDG_CONFIG_HOME, { recursive: true });
	return environment;
}

/**
 * Builds an app for the simulator.
 * @param {string} folder for everything that is made
 * @param {string} name the app's
 * @param {object} manifest with the app's configuration and resources
 * @param {object} environment as of simulatorEnvironment
 * @param {{configuration?: string, settings?: string[]}} [how] one of CONFIGURATIONS; more parameters for mcconfig
 * @returns {string[]} the command that runs it
 */
export function buildForSimulator(folder, name, manifest, environment, { configuration = "debug", settings = [] } = {}) {
	const app = writeApp(folder, name, manifest);
	mcconfig([...CONFIGURATIONS[configuration], "-m", "-p", "lin", "-t", "build", "-o", folder, ...settings], app, environment);
	const library = join(folder, "bin", "lin", "mc", configuration, name, "mc.so");
	return ["stdbuf", "-oL", "mcsim", join(MODDABLE, "build", "simulators"), library];
}

/**
 * Starts an app that was built for debugging, and hears what it traces from the debugger's connection: on standard output
 * the simulator has things to say, too, in the middle of a line.
 * @returns {Promise<App>}
 */
export async function startTraced(command, folder, environment) {
	const listener = await startDebugger((text) => app.hear(text), () => {});
	const app = new App(command, folder, { ...environment, XSBUG_PORT: String(listener.port) });
	app.child.stdout.resume();
	app.child.once("close", () => listener.close());
	return app;
}
