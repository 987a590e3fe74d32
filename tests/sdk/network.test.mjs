// SPDX-License-Identifier: MIT
// The SDK's own examples of secure clients, over the class: their sources as they are, and one line of their manifests another.
// They run in the simulator, with the certificate store as what they trust.
//
// Needs an SDK with its tools built for Linux, named by the environment variable MODDABLE, a display or Xvfb, and a kernel
// that lets this user make a network.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { vendor } from "../../scripts/vendor.mjs";
import { encodeStore } from "../../store/format.mjs";
import { todaysPki } from "../pki/pki.mjs";
import { stop } from "../support/processes.mjs";
import { describeUnless, MODDABLE, runTool, startApp, writeApp } from "./build.mjs";
import { inInternet, NO_NETWORK } from "./internet.mjs";
import { closeDisplay, NO_SIMULATOR, simulatorEnvironment } from "./simulator.mjs";

const BUILD_TIME = 15 * 60_000;

/** Of each example: the line of its manifest that goes, the manifest of network/ that comes, and what it then says. */
const EXAMPLES = {
	httpsclient: {
		line: "../httpsclient/manifest_httpsclient.json", manifest: "manifest_https.json",
		says: ["asked\":\"GET www.example.edu/?0", "**DONE 0 **", "asked\":\"GET www.example.edu/?1", "**DONE 1 **", "**DONE 2 **"],
	},
	websocketsclient: {
		line: "./manifest_wssclient.json", manifest: "manifest_wss.json",
		says: ["hello api.openai.com/v1/realtime?", "** Connection Closing **"],
	},
	mqttsclient: {
		line: "./manifest_mqttsclient.json", manifest: "manifest_mqtts.json",
		says: ["SMALL\n", "Ping response", "PUBACK - 1234"],
	},
	fetch: {
		line: "$(MODDABLE)/examples/io/tcp/fetch/manifest_fetch.json", manifest: "manifest_fetch.json",
		says: ["http://httpbin.org/post 200", "https://httpbin.org/post 200", "https://httpbin.org/encoding/utf8 200", "POST httpbin.org/post"],
	},
};

describeUnless(NO_SIMULATOR || NO_NETWORK, "the SDK's examples", () => {
	const folder = mkdtempSync(join(tmpdir(), "tls-network-"));
	let environment;

	before(async () => {
		vendor();
		const pki = await todaysPki();
		writeFileSync(join(folder, "certificates.store"), encodeStore([pki.der("root-p256")]));
		environment = await simulatorEnvironment(folder);
	});

	after(async () => {
		await closeDisplay();
		rmSync(folder, { recursive: true });
	});

	for (const [name, { says }] of Object.entries(EXAMPLES))
		test(name, { timeout: BUILD_TIME }, async (t) => {
			const command = build(name);
			const app = run(t, "sdk-examples", command);
			for (const text of says)
				await app.until(RegExp(text.replace(/[/$()*+.?[\\\]^{|}]/g, "\\$&")));
			await stop(app.child);
			if (name === "fetch") // which never settles: the reason is all that a user gets to see
				await run(t, "unknown-authority", command).until(/TLS: certificate-issuer: httpbin\.org: .+\n/);
		});

	/** Builds an example, a copy but for one line. Returns the command that runs it. */
	function build(name) {
		const { line, manifest } = EXAMPLES[name];
		cpSync(join(MODDABLE, "examples", "io", "tcp", name), join(folder, "examples", name), { recursive: true });
		const path = join(folder, "examples", name, "manifest.json");
		const [start, end, ...more] = readFileSync(path, "utf8").split(JSON.stringify(line));
		assert.notEqual(end, undefined, `${line} is not in ${path}`);
		assert.deepEqual(more, []);
		writeFileSync(path, start + JSON.stringify(join(ROOT, "network", manifest)) + end);

		const app = writeApp(folder, name, { include: `../examples/${name}/manifest.json`, resources: { "*": "../certificates" } });
		const output = runTool("mcconfig", ["-d", "-m", "-p", "lin", "-t", "build", "-o", folder], app, environment);
		assert.doesNotMatch(output, /overriding|ignoring old|redefinition/, "two rules for one file");
		const made = join(folder, "tmp", "lin", "mc", "debug", name);
		const makefile = readFileSync(join(made, "makefile"), "utf8");
		assert.match(makefile, /tlsSocket\.c/);
		assert.doesNotMatch(makefile, /modules\/crypt\/(?!data)|tlssocket\/|securesocket/, "the SDK's own TLS is in it");
		return ["mcsim", join(MODDABLE, "build", "simulators"), join(folder, "bin", "lin", "mc", "debug", name, "mc.so")];
	}

	/** Runs a command where every server has the certificate `chain`, until the end of the test. */
	function run(t, chain, command) {
		const app = startApp(inInternet(chain, command), folder, environment);
		t.after(() => stop(app.child));
		return app;
	}
});
