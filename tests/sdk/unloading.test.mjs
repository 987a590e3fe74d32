// SPDX-License-Identifier: MIT
// Code that is unloaded leaves nothing behind in the event loop, as when the SDK's simulator ends an app: see unloading.c.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../scripts/lib/paths.mjs";

const TIME = 60_000;

function run(...command) {
	const [program, ...parameters] = command;
	const { status, signal, stdout, stderr, error } = spawnSync(program, parameters, { cwd: join(ROOT, "native"), encoding: "utf8", timeout: TIME });
	assert.equal(error, undefined);
	assert.equal(status, 0, `${program} ended with ${status ?? signal}: ${stderr}`);
	return stdout;
}

test("a connection that is being closed when its code is unloaded", (t) => {
	const folder = mkdtempSync(join(tmpdir(), "tls-unloading-"));
	t.after(() => rmSync(folder, { recursive: true }));
	const glib = (what) => run("pkg-config", what, "glib-2.0").trim().split(/\s+/);
	const includes = ["-Ierrors", "-Itransport", "-Imbedtls", ...glib("--cflags")];
	const [library, program] = ["library.so", "program"].map((name) => join(folder, name));
	run("cc", "-shared", "-fPIC", ...includes, "transport/tlsTransportPosix.c", "errors/tlsFailure.c", ...glib("--libs"), "-o", library);
	run("cc", ...includes, join(import.meta.dirname, "unloading.c"), ...glib("--libs"), "-ldl", "-o", program);
	run(program, library);
});
