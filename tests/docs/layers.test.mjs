// SPDX-License-Identifier: MIT
// docs/architecture.md says that nothing points up: what the sources include and import.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../scripts/lib/paths.mjs";

/** The folders of native/ that a file of each may include, besides its own. */
const BELOW = {
	errors: ["mbedtls"], // tlsConfiguration.h, which only has numbers
	curves: [],
	mbedtls: ["curves", "errors"],
	transport: ["errors", "mbedtls"],
	trust: ["errors", "mbedtls"],
	engine: ["errors", "mbedtls", "transport", "trust"],
	socket: ["errors", "mbedtls", "transport", "trust", "engine"],
};

/** What the machine that native/ runs in provides: see tlsMachine.h. */
const MACHINE = ["xsHost.h", "modTimer.h"];

/** Paths of the files in a folder and its subfolders, from ROOT. */
const list = (folder, name) => readdirSync(join(ROOT, folder), { recursive: true }).map((path) => join(folder, path)).filter((path) => name.test(path));
const read = (path) => readFileSync(join(ROOT, path), "utf8");
const includes = (path) => [...read(path).matchAll(/^\s*#\s*include\s*"([^"]+)"/gm)].map(([, name]) => basename(name));

/** Fails if `graph`, a Map from a node to those that it points to, has a way from a node back to it. */
function assertNoCircle(graph) {
	const done = new Set();
	const visit = (node, way) => {
		assert.ok(!way.includes(node), `a circle: ${[...way, node].join(" → ")}`);
		if (done.has(node))
			return;
		for (const next of graph.get(node) ?? [])
			visit(next, [...way, node]);
		done.add(node);
	};
	for (const node of graph.keys())
		visit(node, []);
}

const sources = list("native", /^native\/\w+\/\w+\.[ch]$/);
const own = new Map(sources.map((path) => [basename(path), path]));

test("no include of native/ points up", () => {
	const others = new Set(["runtime", "tests", "benchmarks"].flatMap((folder) => list(folder, /\.h$/)).map((path) => basename(path)));
	const wrong = sources.flatMap((path) => {
		const folder = basename(dirname(path));
		assert.ok(folder in BELOW, `${folder} has a place among the layers`);
		const allowed = [folder, ...BELOW[folder]];
		return includes(path)
			.filter((name) => own.has(name) ? !allowed.includes(basename(dirname(own.get(name)))) : others.has(name) && !MACHINE.includes(name))
			.map((name) => `${path} includes ${name}`);
	});
	assert.ok(sources.length > 60);
	assert.deepEqual(wrong, []);
});

test("a header that is for some folder only is included by no other", () => {
	const wrong = sources.flatMap((path) => includes(path).filter((name) => own.has(name)).flatMap((name) => {
		const from = basename(dirname(path)), of = basename(dirname(own.get(name)));
		const audience = /(?:For([A-Z]\w*)|(Internal))\.h$/.exec(name);
		const allowed = !audience || from === of || from === audience[1]?.toLowerCase();
		return allowed ? [] : [`${path} includes ${name}`];
	}));
	assert.ok(sources.some((path) => /For[A-Z]\w*\.h$/.test(path)) && sources.some((path) => path.endsWith("Internal.h")));
	assert.deepEqual(wrong, []);
});

test("headers of native/ do not include one another in a circle", () => {
	const headers = sources.filter((path) => path.endsWith(".h"));
	assertNoCircle(new Map(headers.map((path) => [basename(path), includes(path).filter((name) => own.has(name))])));
});

test("modules of src/ do not import one another in a circle, types included", () => {
	const prefix = "embedded:io/socket/tcp/";
	const modules = list("src", /^src\/\w+\.ts$/);
	const imported = (path) => [...read(path).matchAll(/\bfrom "([^"]+)"/g)].map(([, name]) => name)
		.filter((name) => name.startsWith(prefix)).map((name) => `src/${basename(name)}.ts`);
	assert.ok(modules.length >= 3);
	assert.ok(modules.some((path) => imported(path).length > 0));
	assertNoCircle(new Map(modules.map((path) => [path, imported(path)])));
});
