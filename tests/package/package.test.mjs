// SPDX-License-Identifier: MIT
// What `npm pack` makes: it has all that an app for the Moddable SDK needs, and nothing else. Installed into an empty app,
// its types compile and its command runs; where the environment variable MODDABLE names an SDK, the app is built and run.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { after, before, describe, test } from "node:test";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { todaysPki } from "../pki/pki.mjs";
import { blocksOf } from "../support/documents.mjs";
import { stop } from "../support/processes.mjs";
import { buildCommand, MODDABLE, NO_SDK, runTool, startApp } from "../sdk/build.mjs";

const BUILD_TIME = 15 * 60_000;

/** Runs a program to its end. */
function run(folder, ...command) {
	const [program, ...parameters] = command;
	const { status, stdout, stderr, error } = spawnSync(program, parameters, { cwd: folder, encoding: "utf8" });
	assert.equal(error, undefined);
	return { status, stdout, text: `${stdout}\n${stderr}` };
}

function runWell(folder, ...command) {
	const { status, stdout, text } = run(folder, ...command);
	assert.equal(status, 0, `${command.join(" ")}:\n${text}`);
	return stdout;
}

/** Copies the project, for packing puts files where other tests would find them. */
function copyProject(to) {
	const shared = ["build", "node_modules"].map((name) => join(ROOT, name));
	const left = [...shared, join(ROOT, ".git")];
	cpSync(ROOT, to, { recursive: true, filter: (path) => !left.includes(path) });
	for (const path of shared)
		symlinkSync(path, join(to, relative(ROOT, path)));
}

/** Packs the project as `npm pack` does, but without building the store's client: this suite has built it, and the copy has it. */
function pack(project, folder) {
	const { scripts: { prepack, postpack } } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
	const call = (step) => runWell(project, "npm", "exec", "--offline", "--call", step);
	const steps = prepack.split(" && ");
	const others = steps.filter((step) => step !== "npm run build:store");
	assert.equal(others.length, steps.length - 1);
	others.forEach(call);
	const tarball = runWell(project, "npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", folder).trim();
	call(postpack);
	return tarball;
}

describe("the package", () => {
	const folder = mkdtempSync(join(tmpdir(), "tls-package-"));
	const project = mkdtempSync(join(tmpdir(), "tls-project-"));
	const installed = join(folder, "node_modules", "moddable-tls");
	let paths;

	before(() => {
		copyProject(project);
		const tarball = pack(project, folder);
		writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
		runWell(folder, "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", join(folder, tarball));
		const entries = readdirSync(installed, { recursive: true, withFileTypes: true });
		paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1));
	});

	after(() => {
		for (const made of [folder, project])
			rmSync(made, { recursive: true });
	});

	test("has what its manifests name", () => {
		const manifests = paths.filter((path) => /^(manifest|network\/\w+)\.json$/.test(path));
		assert.ok(manifests.length >= 6);
		for (const path of manifests) {
			const manifest = JSON.parse(readFileSync(join(installed, path), "utf8"));
			const names = stringsOf(manifest).filter((name) => /^\.\.?\//.test(name));
			assert.ok(names.length > 0);
			for (const name of names) {
				const start = join(dirname(path), name).replace(/\*$/, "");
				assert.ok(paths.some((known) => known.startsWith(start)), `${name} of ${path} is not in the package`);
			}
		}
	});

	test("has the sources of Mbed TLS with their licence and this project's configuration", () => {
		const VENDOR = "native/mbedtls/vendor/";
		const wrappers = paths.filter((path) => /^native\/mbedtls\/vendor\/tlsmbed_\w+\.c$/.test(path));
		assert.ok(wrappers.length > 30);
		for (const wrapper of wrappers)
			assert.ok(paths.includes(wrapper.replace("tlsmbed_", "library/")), wrapper);
		for (const name of ["LICENSE", "mbedtls/ssl.h", "mbedtls/build_info.h", "psa/crypto.h"])
			assert.ok(paths.includes(VENDOR + name), name);
		assert.match(readFileSync(join(installed, VENDOR, "mbedtls/mbedtls_config.h"), "utf8"), /tlsMbedtlsConfig\.h/);
	});

	for (const define of ["MODDEF_TLS_OPAQUEKEYS=0", "MODDEF_TLS_OPAQUEKEYS=1"])
		test(`has all sources that its own need, ${define}`, () => {
			const native = join(installed, "native");
			const folders = ["errors", "curves", "engine", "trust", "mbedtls", "mbedtls/vendor"];
			const sources = folders.flatMap((name) => readdirSync(join(native, name)).filter((file) => file.endsWith(".c")).map((file) => join(native, name, file)));
			const platform = join(folder, "platform.c"); // the platform's part in keys that never leave their hardware
			writeFileSync(platform, "void tlsOpaqueKeyOpen(void) {}\nvoid tlsOpaqueKeyClose(void) {}\n");
			runWell(folder, "cc", "-shared", "-fPIC", "-w", "-Wl,-z,defs", `-D${define}`, ...[...folders, "transport"].map((name) => `-I${join(native, name)}`),
				...sources, platform, "-o", "all.so", "-lpthread");
		});

	test("says under which licences it is", () => {
		const { license } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
		assert.equal(license, "MIT AND Apache-2.0");
		assert.match(readFileSync(join(installed, "LICENSE"), "utf8"), /MIT License/);
		assert.match(readFileSync(join(installed, "native/mbedtls/vendor/LICENSE"), "utf8"), /Apache-2\.0/);
	});

	test("leaves nothing behind where it was packed", () => {
		assert.deepEqual(readdirSync(join(project, "src")).filter((name) => !/^\w+\.ts$/.test(name)), []);
	});

	test("has nothing else", () => {
		const ALLOWED = [
			/^(manifest|package)\.json$/, /^(README\.md|LICENSE)$/, /^src\/\w+\.(js|d\.ts)$/, /^network\/\w+\.(js|json)$/, /^native\/.+\.[ch]$/,
			/^native\/mbedtls\/vendor\/LICENSE$/, /^package\/(index\.js|index\.d\.ts|embedded\.d\.ts)$/,
			/^store\/\w+\.mjs$/, /^store\/client\.wasm(\.LICENSE)?$/, /^bin\/moddable-tls\.mjs$/, /^examples\/[\w-]+\/(\w+\.(ts|js)|manifest\.json)$/, /^docs\/[\w-]+\.(md|svg)$/,
		];
		assert.deepEqual(paths.filter((path) => !ALLOWED.some((rule) => rule.test(path))), []);
		const namesFolder = (text) => [ROOT, project].some((name) => text.includes(name));
		const local = paths.filter((path) => namesFolder(readFileSync(join(installed, path), "utf8")));
		assert.deepEqual(local, [], "these name a folder of this computer");
	});

	test("has a command that runs", async () => {
		const pki = await todaysPki();
		runWell(folder, join("node_modules", ".bin", "moddable-tls"), "store", "build", "--ca", pki.chain("root-p256"), "--output", "ca.store");
		assert.match(runWell(folder, join("node_modules", ".bin", "moddable-tls"), "store", "list", "ca.store"), /Root p256/);
		const nobody = run(folder, join("node_modules", ".bin", "moddable-tls"), "store", "build", "--host", "127.0.0.1:1");
		assert.match(nobody.text, /127\.0\.0\.1:1: .*ECONNREFUSED/, "with the client that looks at servers");
		assert.ok(paths.includes("store/client.wasm.LICENSE"));
	});

	test("has types for the module that it brings", () => {
		const compile = (source) => {
			writeFileSync(join(folder, "typed.ts"), source);
			writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({
				compilerOptions: {
					strict: true, noEmit: true, target: "es2022", module: "es2022", moduleResolution: "bundler", lib: ["es2024"],
					types: ["moddable-tls/embedded"],
				},
				files: ["typed.ts"],
			}));
			return run(folder, join(ROOT, "node_modules", ".bin", "tsc"), "-p", ".");
		};
		const source = (option) => `
			import TLS, { type TLSError } from "embedded:io/socket/tcp/tls";
			const ca = new ArrayBuffer(1);
			const socket = new TLS({
				address: "192.0.2.7", port: 443, tls: { host: "example.com", ${option} },
				onReadable(count) { this.read(count); },
				onError(error: TLSError) { error.code satisfies string; this.close(); },
			});
			const version: "TLSv1.3" | "TLSv1.2" | undefined = socket.tls?.version;
			export default version;
		`;
		const good = compile(source("ca"));
		assert.equal(good.status, 0, good.text);
		const bad = compile(source("ca, rejectUnauthorized: false"));
		assert.notEqual(bad.status, 0);
		assert.match(bad.text, /rejectUnauthorized/);
	});

	/** Runs `tsc` over files in the package's folder, with a configuration, `compilerOptions` and files besides. */
	function compileWell(configuration, compilerOptions, names) {
		const { files = [], include = [], ...others } = configuration;
		writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({
			...others,
			compilerOptions: { ...others.compilerOptions, ...compilerOptions },
			files: [...names, ...files.filter((file) => file !== "main.ts")],
			include,
		}));
		runWell(folder, join(ROOT, "node_modules", ".bin", "tsc"), "-p", ".");
	}

	/** Checks the programs of the documents, and those of tests/types that are right, with a configuration for `tsc`. */
	function checkPrograms(configuration) {
		const programs = ["README.md", "docs/getting-started.md"].flatMap((path) => blocksOf(path, "js"));
		assert.ok(programs.length >= 4 && programs.every((program) => program.startsWith("import ")));
		const names = programs.map((program, index) => {
			writeFileSync(join(folder, `program${index}.js`), program);
			return `program${index}.js`;
		});
		compileWell(configuration, { strict: false, allowJs: true, checkJs: true }, names);
		cpSync(join(ROOT, "tests", "types", "correct.ts"), join(folder, "correct.ts"));
		compileWell(configuration, { strict: true }, ["correct.ts"]);
	}

	test("has types that agree with npm's @moddable/typings, but for its own TLS class", () => {
		const typings = join(ROOT, "node_modules", "@moddable", "typings");
		checkPrograms({
			compilerOptions: {
				noEmit: true, target: "es2022", module: "es2022", moduleResolution: "bundler", lib: ["es2024"], types: ["moddable-tls/embedded"],
				skipLibCheck: true,
			},
			include: [`${typings}/**/*.d.ts`],
			exclude: [`${typings}/embedded_io/socket/tls.d.ts`],
		});
	});

	test("has types that agree with the SDK's, by the tsconfig.json of the documents", { skip: NO_SDK }, () => {
		const block = blocksOf("docs/getting-started.md", "json").find((text) => text.includes("compilerOptions"));
		checkPrograms(JSON.parse(block.replaceAll("/path/to/moddable", MODDABLE)));
	});

	test("the apps of the documents are built by the SDK", { skip: NO_SDK, timeout: BUILD_TIME }, async () => {
		const pki = await todaysPki();
		const programs = blocksOf("docs/getting-started.md", "js").filter((text) => text.includes("ca.der"));
		const manifests = blocksOf("docs/getting-started.md", "json").filter((text) => text.includes('"modules"'));
		assert.equal(programs.length, 2);
		assert.equal(manifests.length, 2);
		programs.forEach((program, index) => {
			const app = join(folder, `documented${index}`);
			mkdirSync(app);
			symlinkSync(join(folder, "node_modules"), join(app, "node_modules"));
			writeFileSync(join(app, "main.js"), program);
			writeFileSync(join(app, "manifest.json"), manifests[index]);
			writeFileSync(join(app, "ca.der"), pki.der("root-p256"));
			runTool("mcconfig", ["-d", "-m", "-p", "lin", "-t", "build", "-o", folder], app);
			assert.ok(existsSync(join(folder, "bin", "lin", "mc", "debug", `documented${index}`, "mc.so")));
		});
	});

	test("is built into an app by the SDK", { skip: NO_SDK, timeout: BUILD_TIME }, async (t) => {
		const app = join(folder, "app");
		mkdirSync(app);
		writeFileSync(join(app, "main.js"), `
			import TLS from "embedded:io/socket/tcp/tls";
			try {
				new TLS({ address: "127.0.0.1", port: 1, tls: {} });
			}
			catch (error) {
				trace(error.message, "\\n");
			}
		`);
		writeFileSync(join(app, "app.json"), JSON.stringify({
			include: "../node_modules/moddable-tls/manifest.json",
			modules: { "*": "./main" },
		}));
		const running = startApp(buildCommand(folder, "app", [join(app, "app.json")]), folder);
		t.after(() => stop(running.child));
		assert.match(await running.until(/tls\.ca.*\n/), /^tls\.ca: required/m); // debug builds tell of the exception before
	});

	test("is found by mcpack", { skip: NO_SDK, timeout: BUILD_TIME }, () => {
		const app = join(folder, "packed");
		mkdirSync(app);
		writeFileSync(join(app, "package.json"), JSON.stringify({
			name: "packed", type: "module", main: "main.js", moddable: { manifest: { defines: { tls: { input: 4096 } } } },
		}));
		writeFileSync(join(app, "main.js"), `
			import TLS from "moddable-tls";
			trace(typeof TLS, "\\n");
		`);
		const output = runTool("mcpack", ["mcconfig", "-dn", "-m", "-p", "lin", "-t", "build", "-o", folder], app);
		const path = join(folder, "bin", "lin", "mc", "debug", "packed", "mc.so");
		assert.ok(existsSync(path), output); // mcpack ends with 0 in any case
		const library = readFileSync(path);
		assert.ok(library.includes("xs_tls_constructor")); // and not the SDK's own TLS class
		assert.match(readFileSync(join(folder, "tmp", "lin", "mc", "debug", "packed", "mc.defines.h"), "utf8"), /MODDEF_TLS_INPUT \(?4096/);
	});
});

/** Every string in a JSON value. */
function stringsOf(value) {
	if (typeof value === "string")
		return [value];
	return (typeof value === "object" && value !== null) ? Object.values(value).flatMap(stringsOf) : [];
}
