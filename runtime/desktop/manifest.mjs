// SPDX-License-Identifier: MIT
// Reads the part of the SDK's manifests that the desktop runtime needs: `include`, `build` (variables), `modules`,
// `resources` and `config`. What the SDK itself would provide, such as $(MODULES), is unknown here and left out: the runtime has its
// own.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";

const moduleExtensions = [".ts", ".js"];

/** `text` with its $(NAME) replaced; undefined when one is not known. */
function substitute(text, variables) {
	let known = true;
	const result = text.replace(/\$\((\w+)\)/g, (_, name) => {
		known &&= name in variables;
		return variables[name];
	});
	return known ? result : undefined;
}

const asArray = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** The files that `pattern` means: a path without its extension, the last part of which may have one *. */
function findFiles(pattern) {
	const folder = dirname(pattern);
	if (!existsSync(folder))
		return [];
	const [before, after] = basename(pattern).split("*");
	return readdirSync(folder)
		.filter((name) => {
			const stem = basename(name, extname(name));
			return after === undefined
				? stem === before || name === before
				: [stem, name].some((it) => it.startsWith(before) && it.endsWith(after));
		})
		.sort()
		.map((name) => join(folder, name));
}

/** Calls add(name, file) for each entry of a section; `name` has the file's base name for a *. */
function readSection(section, context, accept, add) {
	for (const [key, value] of Object.entries(section ?? {})) {
		if (key === "~")
			continue;
		for (const path of asArray(value)) {
			const substituted = typeof path === "string" ? substitute(path, context.variables) : undefined;
			if (substituted === undefined || substituted.endsWith("/"))
				continue;
			for (const file of findFiles(resolve(context.folder, substituted)).filter(accept))
				add(key.replace("*", basename(file, extname(file))), file);
		}
	}
}

function leaveOut(section, context, remove) {
	for (const path of asArray(section?.["~"])) {
		const substituted = substitute(path, context.variables);
		if (substituted !== undefined)
			findFiles(resolve(context.folder, substituted)).forEach(remove);
	}
}

function removeValue(map, value) {
	for (const [key, entry] of map) {
		if (entry === value)
			map.delete(key);
	}
}

/**
 * Adds what the manifest at `file` and those it includes define to `names`: modules and resources, Maps from name to
 * absolute path, and the object config. An included manifest comes before what includes it.
 */
export function readManifest(file, names, variables = {}, seen = new Set()) {
	const path = resolve(file);
	if (seen.has(path))
		return;
	seen.add(path);
	const manifest = JSON.parse(readFileSync(path, "utf8"));
	const context = { folder: dirname(path), variables: { ...variables, ...manifest.build } };
	for (const include of asArray(manifest.include)) {
		const substituted = substitute(include, context.variables);
		if (substituted !== undefined)
			readManifest(resolve(context.folder, substituted), names, context.variables, seen);
	}
	const isModule = (it) => moduleExtensions.includes(extname(it)) && !it.endsWith(".d.ts");
	readSection(manifest.modules, context, isModule, (name, it) => names.modules.set(name, it));
	leaveOut(manifest.modules, context, (it) => removeValue(names.modules, it));
	readSection(manifest.resources, context, () => true, (name, it) => names.resources.set(name + extname(it), it));
	leaveOut(manifest.resources, context, (it) => removeValue(names.resources, it));
	Object.assign(names.config, manifest.config);
}
