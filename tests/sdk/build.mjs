// SPDX-License-Identifier: MIT
// Apps for the Moddable SDK: built, started, and read from.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { describe, test } from "node:test";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { start } from "../support/processes.mjs";

/** The SDK's folder; its tools have to be built for Linux. */
export const MODDABLE = process.env.MODDABLE;

/** Why tests that need the SDK are skipped, if they are: for the option `skip` of Node's tests. */
export const NO_SDK = MODDABLE ? false : "the environment variable MODDABLE is not set";

/** What mcconfig calls the ways to build, and the options that choose them. */
export const CONFIGURATIONS = { debug: ["-d"], instrument: ["-i"], release: [] };

const TIME = MODDABLE && `${MODDABLE}/modules/base/time`;
const RUN_TIME = 30_000;

/** A suite, unless there is a reason to skip it: then one test is skipped, as Node does not count a suite that is. */
export function describeUnless(reason, name, body) {
	if (reason)
		test(name, { skip: reason });
	else
		describe(name, body);
}

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

/** Makes the app `name` in `folder`: its manifest. Returns the app's own folder. */
export function writeApp(folder, name, manifest) {
	const app = join(folder, name);
	mkdirSync(app, { recursive: true });
	writeFileSync(join(app, "manifest.json"), JSON.stringify(manifest));
	return app;
}

/**
 * Builds an app as a command, whose resources are the files of its working directory.
 * @param {string} folder for everything that is made
 * @param {string} name the app's
 * @param {string[]} includes manifests
 * @param {object} [how]
 * @param {object} [how.config] the app's configuration: on the command line, so that another one needs no other build
 * @param {string} [how.configuration] one of CONFIGURATIONS
 * @param {object} [how.environment] mcconfig's
 * @param {string} [how.commandLine] a manifest of the folder commandLine: "program.json" leaves "mc/config" to the app
 * @returns {string[]} the command that runs it
 */
export function buildCommand(folder, name, includes,
	{ config = {}, configuration = "debug", environment = sdkEnvironment(folder), commandLine = "manifest.json" } = {}) {
	const app = writeApp(folder, name, {
		include: [...includes, join(ROOT, "tests", "sdk", "commandLine", commandLine)],
		modules: { "*": [`${TIME}/*`, `${TIME}/lin/*`] }, // the SDK's own manifests have it for other platforms only
	});
	mcconfig([...CONFIGURATIONS[configuration], "-m", "-p", "x-cli-lin", "-t", "build", "-o", folder], app, environment);
	return [join(folder, "bin", "lin", configuration, name), ...Object.entries(config).map(([key, value]) => `${key}=${value}`)];
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

/** A program that runs, and what it says. */
export class App {
	child;
	#name;
	#text = "";
	#problem;
	#wake = () => {};

	/**
	 * @param {string[]} command
	 * @param {string} folder the working directory
	 * @param {object} [environment]
	 */
	constructor(command, folder, environment = sdkEnvironment(folder)) {
		this.#name = command[0];
		this.child = start(command, { cwd: folder, env: environment });
		this.child.once("error", (error) => this.#fail(error.message));
		this.child.once("close", (code, signal) => this.#fail(`ended with ${code ?? signal}`));
	}

	/** To be called with what it says. */
	hear(text) {
		this.#text += text;
		this.#wake();
	}

	#fail(problem) {
		this.#problem ??= problem;
		this.#wake();
	}

	/** Waits until `end` is in what it said since it began; gives all of that. Rejects if it ends before, or takes too long. */
	async until(end) {
		const timer = setTimeout(() => this.#fail(`did not come to ${end} in time`), RUN_TIME);
		try {
			while (!end.test(this.#text)) {
				if (this.#problem)
					throw new Error(`${this.#name} ${this.#problem}:\n${this.#text}\n${this.child.log}`);
				await new Promise((resolve) => this.#wake = resolve);
			}
			return this.#text;
		}
		finally {
			clearTimeout(timer);
		}
	}
}

/** Starts a program, an App, that says what it has to say on standard output. Parameters as of App. */
export function startApp(...parameters) {
	const app = new App(...parameters);
	app.child.stdout.setEncoding("utf8").on("data", (text) => app.hear(text));
	return app;
}
