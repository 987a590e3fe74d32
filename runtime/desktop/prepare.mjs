// SPDX-License-Identifier: MIT
// Prepares a program for xsrun: finds the modules and resources that manifests name, makes JavaScript of TypeScript, and
// writes both to a map that xsrun reads. Prints the map's path.
//
//   node prepare.mjs MANIFEST MAIN [arguments...]
//
// With an empty MANIFEST, manifest.json beside MAIN is taken if there is one. The project's own manifest.json is always
// read. As with mcconfig, an argument name=value replaces an entry of the manifest's config, the module "mc/config".
// All that is made is kept in build/xsrun under the hash of what it was made of.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { readManifest } from "./manifest.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const cache = join(root, "build/xsrun");
const compilerOptions = { target: "es2022", module: "es2022", sourceMap: true };

class UsageError extends Error {}

let typescript;

/** The TypeScript compiler, loaded only when something is not in the cache. */
async function loadTypeScript() {
	try {
		typescript ??= (await import("typescript")).default;
	} catch (error) {
		throw new UsageError(`the npm package typescript cannot be loaded (run npm ci): ${error.message}`);
	}
	return typescript;
}

/** Writes a file of the cache so that another process sees all of it or nothing. */
function writeCached(name, text) {
	const file = join(cache, name);
	const temporary = `${file}.${process.pid}`;
	mkdirSync(cache, { recursive: true });
	writeFileSync(temporary, text);
	renameSync(temporary, file);
	return file;
}

const hash = (...parts) => createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 32);

/**
 * Binds a method whose whole body hands its parameters to a function in C to that function, as the SDK's compiler does: no
 * function in between. The lines stay where they are.
 */
function bindMethods(script) {
	const method = /^( +(?:[gs]et )?#?\w+\(([\w, ]*)\)) \{\n +(?:return )?native\("(\w+)"\)\.call\(this(?:, )?([\w, ]*)\);\n +\}$/gm;
	return script.replace(method, (text, head, parameters, name, passed) => (parameters === passed) ? `${head} @ "${name}"\n\n` : text);
}

/** JavaScript of the TypeScript in `file`, with its source map beside it. */
function transpile(ts, file, text, name) {
	const options = ts.convertCompilerOptionsFromJson(compilerOptions, root).options;
	const result = ts.transpileModule(text, { compilerOptions: options, fileName: file, reportDiagnostics: true });
	if (result.diagnostics.length > 0) {
		throw new UsageError(
			ts.formatDiagnostics(result.diagnostics, {
				getCanonicalFileName: (it) => it,
				getCurrentDirectory: () => process.cwd(),
				getNewLine: () => "\n",
			}),
		);
	}
	writeCached(`${name}.js.map`, result.sourceMapText);
	return writeCached(`${name}.js`, bindMethods(result.outputText));
}

/** What a source file imports, and the JavaScript that stands in for it if it is TypeScript. */
async function compile(file) {
	const text = readFileSync(file, "utf8");
	const name = hash(JSON.stringify(compilerOptions), String(bindMethods), file, text);
	const record = join(cache, `${name}.json`);
	if (existsSync(record))
		return JSON.parse(readFileSync(record, "utf8"));
	const ts = await loadTypeScript();
	const imports = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
	const script = file.endsWith(".ts") ? transpile(ts, file, text, name) : undefined;
	const result = { imports, script };
	writeCached(`${name}.json`, JSON.stringify(result));
	return result;
}

const isFile = (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** The file of a relative import: as it is written, with an extension added, or the .ts that a .js is made of. */
function findImport(specifier, importer) {
	const path = resolve(dirname(importer), specifier);
	return [path, `${path}.ts`, `${path}.js`, path.replace(/\.js$/, ".ts")].find(isFile);
}

/** Compiles `main`, the modules of `names` that it uses, and all they import. Returns the lines of the map. */
async function walk(main, names) {
	const lines = new Set();
	const waiting = [main];
	const seen = new Set();
	while (waiting.length > 0) {
		const file = waiting.pop();
		if (seen.has(file))
			continue;
		seen.add(file);
		const { imports, script } = await compile(file);
		if (script)
			lines.add(`source\t${file}\t${script}`);
		for (const specifier of imports) {
			const relative = /^\.\.?\//.test(specifier);
			const imported = relative ? findImport(specifier, file) : names.modules.get(specifier);
			if (!imported)
				continue; /* a built-in module, or the program's error, which the engine reports */
			waiting.push(imported);
			lines.add(`module\t${relative ? resolve(dirname(file), specifier) : specifier}\t${imported}`);
		}
	}
	return [...lines];
}

/** The module "mc/config": the manifest's config, with those arguments that are name=value. */
function makeConfig(config, parameters) {
	for (const parameter of parameters) {
		const [, name, value] = /^([A-Za-z_$][\w$]*)=(.*)$/s.exec(parameter) ?? [];
		if (name)
			config[name] = value;
	}
	const text = `export default Object.freeze(${JSON.stringify(config)});\n`;
	return writeCached(`${hash(text)}.js`, text);
}

async function prepare(manifest, main, ...parameters) {
	if (!main || !isFile(main))
		throw new UsageError(`${main}: no such file`);
	const names = { modules: new Map(), resources: new Map(), config: {} };
	const beside = join(dirname(resolve(main)), "manifest.json");
	for (const file of [join(root, "manifest.json"), manifest || beside]) {
		if (existsSync(file))
			readManifest(file, names);
		else if (file === manifest)
			throw new UsageError(`${manifest}: no such file`);
	}
	names.modules.set("mc/config", makeConfig(names.config, parameters));
	const lines = await walk(resolve(main), names);
	for (const [name, file] of names.modules)
		lines.push(`module\t${name}\t${file}`);
	for (const [name, file] of names.resources)
		lines.push(`resource\t${name}\t${file}`);
	const text = [...new Set(lines)].sort().join("\n") + "\n";
	return writeCached(`${hash(text)}.map`, text);
}

try {
	console.log(await prepare(...process.argv.slice(2)));
} catch (error) {
	console.error(`xsrun: ${error instanceof UsageError ? error.message : error.stack}`);
	process.exitCode = 2;
}
