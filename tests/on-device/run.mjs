// SPDX-License-Identifier: MIT
// Runs the conformance suite on a device, in the SDK's simulator (lin, the default) or as a command of this computer
// (x-cli-lin), and prints its TAP.
//
//     node tests/on-device/run.mjs [--device DEVICE] [--address ADDRESS] [--program NAME]… [--parts N] [NAME=VALUE]…
//
// DEVICE is what mcconfig calls it, such as pico/pico_w. Each program, or each of N parts of it, is built into an app, installed
// and run, so the environment variable MODDABLE and what the device needs besides must be set. The server runs on this computer, at
// ADDRESS, by default the first of its network. NAME=VALUE is for mcconfig: `ssid` and `password` for Wi-Fi. Ends with 0
// if every test passed.
//
// Memory: a board gets four parts by default. XS has 92 KB of heap on a device of the ESP32 family, and more native stack than
// the SDK's 10 KB (manifest.json): async functions call each other ten deep here. A Pico W gives it 96 KB.

import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { BUILD } from "../../scripts/lib/paths.mjs";
import { vendor } from "../../scripts/vendor.mjs";
import { startServer } from "../conformance/server.mjs";
import { PORTABLE } from "../conformance/suite.mjs";
import { buildCommand, NO_SDK, sdkEnvironment, writeApp } from "../sdk/build.mjs";
import { startDebugger } from "../sdk/debugger.mjs";
import { buildForSimulator, closeDisplay, NO_SIMULATOR, simulatorEnvironment } from "../sdk/simulator.mjs";
import { start } from "../support/processes.mjs";

const APP = "conformance";
const MANIFEST = join(import.meta.dirname, "manifest.json");

/** Milliseconds without a word: longer than a test may take (see tap.js), and on a board the app is built and installed, too. */
const SILENCE = { computer: 330_000, board: 1_800_000 };

/** The devices that are this computer. */
const HERE = ["lin", "x-cli-lin"];

const { values: { device, address, program, parts }, positionals: settings } = parseArgs({
	allowPositionals: true,
	options: {
		device: { type: "string", default: "lin" },
		address: { type: "string" },
		program: { type: "string", multiple: true, default: PORTABLE },
		parts: { type: "string" },
	},
});
const isHere = HERE.includes(device);
const missing = (device === "lin") ? NO_SIMULATOR : NO_SDK;
assert.ok(!missing, missing);
assert.deepEqual(program.filter((name) => !PORTABLE.includes(name)), [], `--program is one of ${PORTABLE.join(", ")}`);
const partCount = Number(parts ?? (isHere ? 1 : 4));
assert.ok(partCount >= 1 && Number.isInteger(partCount), "--parts is a number from 1 on");
assert.deepEqual(settings.filter((setting) => !/^\w+=/.test(setting)), [], "settings are NAME=VALUE");

/** This computer's address in the local network. */
function localAddress() {
	const addresses = Object.values(networkInterfaces()).flat();
	const found = addresses.find(({ family, internal }) => family === "IPv4" && !internal);
	assert.ok(found, "this computer has no network: give --address");
	return found.address;
}

/** Ways to build the app and to start it: each gives the process that ends when the app does, or that has to be ended. */

async function launchInSimulator(folder, config, debuggerPort) {
	const environment = { ...await simulatorEnvironment(folder), XSBUG_PORT: debuggerPort };
	const command = buildForSimulator(folder, APP, { include: MANIFEST, config }, environment, { settings });
	return startGroup(command, folder, environment);
}

function launchAsCommand(folder, config, debuggerPort) {
	const environment = { ...sdkEnvironment(folder), XSBUG_PORT: debuggerPort };
	return startGroup(buildCommand(folder, APP, [MANIFEST], { config, environment }), folder, environment);
}

/** mcconfig builds, installs, and connects the serial port with the debugger's. */
function launchOnBoard(folder, config, debuggerPort) {
	const command = ["mcconfig", "-dn", "-m", "-x", `localhost:${debuggerPort}`, "-p", device, ...settings];
	return startGroup(command, writeApp(folder, APP, { include: MANIFEST, config }), { ...sdkEnvironment(), XSBUG_PORT: debuggerPort });
}

const launch = { "lin": launchInSimulator, "x-cli-lin": launchAsCommand }[device] ?? launchOnBoard;

/** Starts a program as the head of a process group, which can be ended as a whole. What it says goes to standard error. */
function startGroup(command, folder, environment) {
	const child = start(command, { cwd: folder, env: environment, detached: true });
	if (isHere)
		child.stdout.resume(); // what the app traces, once more
	else
		child.stdout.pipe(process.stderr, { end: false });
	child.stderr.pipe(process.stderr, { end: false });
	return child;
}

/** Runs an app to its end. Returns what is wrong, if anything. */
async function runApp(folder, config) {
	let text = "";
	let end;
	const ended = new Promise((resolve) => end = resolve);
	let timer;
	const wait = () => {
		clearTimeout(timer);
		timer = setTimeout(end, isHere ? SILENCE.computer : SILENCE.board, "nothing came any more");
	};
	const hear = (more) => {
		text += more;
		process.stdout.write(more);
		wait();
		const [, passed, all] = /^# (\d+) of (\d+) passed$/m.exec(text) ?? [];
		if (all !== undefined)
			end(passed === all ? undefined : `${all - passed} of ${all} tests failed`);
		else if (/^Bail out!.*\n/m.test(text))
			end("the program gave up");
	};
	const listener = await startDebugger(hear, () => end("the program ended early"));
	let child;
	try {
		child = await launch(folder, config, String(listener.port));
		child.once("error", (error) => end(error.message));
		child.once("exit", (code, signal) => end(`ended with ${code ?? signal}`));
		wait();
		return await ended;
	}
	finally {
		clearTimeout(timer);
		listener.close();
		if (child?.pid && child.exitCode === null && child.signalCode === null)
			process.kill(-child.pid);
	}
}

const workFolder = join(BUILD, "on-device", device);
const server = await startServer(isHere ? {} : { addresses: ["0.0.0.0"] });
const place = isHere ? { address: "127.0.0.1", address6: "::1", lost: "timeout" } : {
	address: address ?? localAddress(), memory: "little",
	jobs: "interleaved", // the SDK's event loop on a microcontroller takes a round of promise jobs as one message
	...(device.startsWith("esp32") && { padding: "16" }), // of ESP-IDF's Mbed TLS, as it comes
};
vendor();
try {
	for (const name of program) {
		for (let part = 1; part <= partCount; part++) {
			process.stdout.write(`# ${name} on ${device}${partCount > 1 ? `, part ${part} of ${partCount}` : ""}\n`);
			const problem = await runApp(workFolder, { ...place, ...server.configuration, program: name, part, parts: partCount });
			if (problem) {
				process.stdout.write(`Bail out! ${name}: ${problem}\n`);
				process.exitCode = 1;
			}
		}
	}
}
finally {
	await server.close();
	await closeDisplay();
}
