// SPDX-License-Identifier: MIT
// The demonstration, with no more of the build than it asks for itself.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { BUILD, MBEDTLS_PREPARED, ROOT, XS_DIR } from "../../scripts/lib/paths.mjs";

test("the demonstration makes a request to the server that it starts", (t) => {
	const folder = mkdtempSync(join(tmpdir(), "tls-demo-"));
	t.after(() => rmSync(folder, { recursive: true }));
	symlinkSync(join(BUILD, "desktop", "xsrun"), join(folder, "xsrun"));
	const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, "scripts", "demo.mjs")],
		{ encoding: "utf8", env: { ...process.env, XSRUN_BUILD: folder }, timeout: 300_000 });
	assert.equal(status, 0, stderr);
	assert.match(stdout, /Hello from localhost/);
});

test("what it builds needs none of the sources that only the tests' set-up fetches", (t) => {
	const folder = mkdtempSync(join(tmpdir(), "tls-demo-"));
	t.after(() => rmSync(folder, { recursive: true }));
	const { status, stdout, stderr } = spawnSync("cmake", ["-S", ROOT, "-B", join(folder, "build"), "-G", "Ninja", `-DXS_DIR=${XS_DIR}`,
		`-DMBEDTLS_DIR=${MBEDTLS_PREPARED}`, `-DLWIP_DIR=${join(folder, "none")}`], { encoding: "utf8" });
	assert.equal(status, 0, stdout + stderr);
});
