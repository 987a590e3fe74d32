// SPDX-License-Identifier: MIT
// Apps for the Moddable SDK: built, started, and read from.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { start } from "../support/processes.mjs";

export const MODDABLE = process.env.MODDABLE;

const TIME = MODDABLE && `${MODDABLE}/modules/base/time`;
const RUN_TIME = 30_000;

/** The environment of the SDK's tools and apps; `home` is a folder that they may write to, the user's by default. */
export function sdkEnvironment(home = homedir()) {
	return {
		...process.env,
		HOME: home,
		XDG_CONFIG_HOME: join(home, ".config"),
		PATH: [join(MODDABLE, "build", "bin", "lin", "release"), join(ROOT, "node_modules", ".bin"), process.env.PATH].join(delimiter),
		XSBUG_HOST: "127.0.0.1",
		XSBUG_PORT: "1", // no debugger there: what the app traces goes to standard output
	};
}

/**
 * Builds an app as a command, debug, in `folder/NAME`.
 * @param {string} folder for everything that is made
 * @param {string} name the app's
 * @param {string[]} includes manifests
 * @param {object} [environment] of mcconfig
 * @returns {string} the program's path
 */
export function buildCommand(folder, name, includes, environment = sdkEnvironment(folder)) {
	const app = join(folder, name);
	mkdirSync(app, { recursive: true });
	writeFileSync(join(app, "manifest.json"), JSON.stringify({
		include: [...includes, join(ROOT, "tests", "sdk", "commandLine", "manifest.json")],
		modules: { "*": [`${TIME}/*`, `${TIME}/lin/*`] }, // the SDK's own manifests have it for other platforms only
	}));
	mcconfig(["-d", "-m", "-p", "x-cli-lin", "-t", "build", "-o", folder], app, environment);
	return join(folder, "bin", "lin", "debug", name);
}

/** Runs mcconfig in the folder `app`. Give a target: without, it would start the app and end other people's simulators. */
export function mcconfig(parameters, app, environment = sdkEnvironment(app)) {
	runTool("mcconfig", parameters, app, environment);
}

/** Runs one of the SDK's tools in the folder `app`. Returns what it wrote. */
export function runTool(name, parameters, app, environment = sdkEnvironment(app)) {
	const { status, stdout, stderr, error } = spawnSync(name, parameters, { cwd: app, env: environment, encoding: "utf8" });
	assert.equal(error, undefined, `${name} cannot be run: are the SDK's tools built in ${MODDABLE}?`);
	assert.equal(status, 0, `${name} ${parameters.join(" ")}:\n${stdout}\n${stderr}`);
	return stdout + stderr;
}

/**
 * Starts a program in `folder`.
 * @param {object} [environment] the program's
 * @returns the child, and in `output` a promise of what it wrote until `end` was in it
 */
export function startUntil(command, folder, end, environment = sdkEnvironment(folder)) {
	const child = start(command, { cwd: folder, env: environment });
	const output = new Promise((resolve, reject) => {
		let text = "";
		const fail = (how) => {
			clearTimeout(timer);
			reject(new Error(`${command[0]} ${how}:\n${text}\n${child.log}`));
		};
		const timer = setTimeout(() => fail("did not finish in time"), RUN_TIME);
		child.once("error", (error) => fail(error.message));
		child.once("exit", (code, signal) => fail(`ended with ${code ?? signal}`));
		child.stdout.setEncoding("utf8").on("data", (more) => {
			text += more;
			if (end.test(text)) {
				clearTimeout(timer);
				resolve(text);
			}
		});
	});
	return { child, output };
}
