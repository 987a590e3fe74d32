// SPDX-License-Identifier: MIT
// The demonstration: an HTTPS request by the class, on the XS engine.
//
//     npm run demo                                             to a server on this machine, with a chain of its own
//     npm run demo -- https://host[:port]/path [--ca FILE.der]    to a server of the user's choice

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { todaysPki } from "../tests/pki/pki.mjs";
import { build } from "./build.mjs";
import { ROOT, XSRUN } from "./lib/paths.mjs";
import { main, StepError } from "./lib/step.mjs";
import { setUp } from "./setup.mjs";

const EXAMPLE = join(ROOT, "examples", "https-get");

/** An HTTPS server with the chain root, intermediate, server. */
async function startServer(pki) {
	const server = createServer({
		cert: readFileSync(pki.chain("server-p256")),
		key: readFileSync(pki.key("server-p256")),
	}, (request, response) => {
		response.setHeader("Content-Type", "text/plain");
		response.end(`Hello from ${request.headers.host}. You asked for ${request.url}.\n`);
	});
	await once(server.listen(0, "localhost"), "listening");
	return server;
}

/** Runs the example and passes its output on; returns its exit code. */
async function runExample(url, ca) {
	const child = spawn(XSRUN, ["--release", join(EXAMPLE, "main.ts"), `url=${url}`, `ca=${resolve(ca)}`], { stdio: "inherit" });
	const [code, signal] = await once(child, "exit");
	if (signal)
		throw new StepError("the request", `it was ended by ${signal}`, "run it again");
	return code;
}

await main(async () => {
	setUp(["demo"]);
	build("desktop", ["xsrun"]); // what --release runs
	const { values, positionals } = parseArgs({ options: { ca: { type: "string" } }, allowPositionals: true });
	if (positionals.length > 0) {
		if (!values.ca)
			throw new StepError("the request", "--ca is missing", "name the authority's certificate: --ca FILE.der");
		process.exitCode = await runExample(positionals[0], values.ca);
		return;
	}
	const pki = await todaysPki();
	const server = await startServer(pki);
	try {
		const url = `https://localhost:${server.address().port}/`;
		process.exitCode = await runExample(url, join(pki.folder, "root-p256.der"));
	}
	finally {
		server.closeAllConnections();
		server.close();
	}
});
