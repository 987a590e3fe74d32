// SPDX-License-Identifier: MIT
// What the SDK's tools make of an application's sources, for the runtimes here:
//
//   mc.xs.h               xsID_name for every such name in the C sources
//   runtimeBindings.c     those names, and a table of the C functions that the modules name with native() and Native()
//   runtimeModuleTexts.c  the source texts of the built-in modules
//
//   node bindings.mjs --out FOLDER [--c FILE...] [--scripts FILE...] [--modules [NAME=]FILE...]
//
// --scripts are searched for native names only; --modules are searched and built in as well.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";

function parseArguments(words) {
	const lists = { "--out": [], "--c": [], "--scripts": [], "--modules": [] };
	let list;
	for (const word of words) {
		if (word.startsWith("--")) {
			list = lists[word];
			if (!list)
				throw new Error(`unknown option ${word}`);
		} else if (list) list.push(word);
		else throw new Error(`${word} follows no option`);
	}
	if (lists["--out"].length !== 1)
		throw new Error("one --out FOLDER is required");
	return lists;
}

function findAll(files, pattern) {
	const found = new Set();
	for (const file of files) {
		for (const match of readFileSync(file, "utf8").matchAll(pattern))
			found.add(match[1]);
	}
	return [...found];
}

const compareBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

// Comments are text too: a name in a comment costs an identifier, no more.
function identifiersOf(files) {
	return findAll(files, /\bxsID_(\w+)/g).sort(compareBytes);
}

function nativesOf(files) {
	const functions = findAll(files, /\bnative\(\s*"(\w+)"\s*\)/g);
	const destructors = findAll(files, /\bNative\(\s*"(\w+)"\s*\)/g);
	const both = functions.find((name) => destructors.includes(name));
	if (both)
		throw new Error(`${both} is used both as a function and as a destructor`);
	return [
		...functions.map((name) => ({ name, destructor: false })),
		...destructors.map((name) => ({ name, destructor: true })),
	].sort((a, b) => compareBytes(a.name, b.name));
}

const header = "/* SPDX-License-Identifier: MIT */\n/* Made by bindings.mjs. */\n\n";

function writeHeader(identifiers, natives) {
	const lines = identifiers.map((name, index) => `#define xsID_${name} (runtimeIdentifiers[${index}])`);
	return `${header}#ifndef MC_XS_H
#define MC_XS_H

#include "xsmc.h"

#define RUNTIME_IDENTIFIER_COUNT ${identifiers.length}
#define RUNTIME_NATIVE_COUNT ${natives.length}

extern xsIdentifier runtimeIdentifiers[RUNTIME_IDENTIFIER_COUNT];

${lines.join("\n")}

#endif
`;
}

function writeBindings(identifiers, natives) {
	const declarations = natives.map(({ name, destructor }) =>
		destructor ? `extern void ${name}(void *data);` : `extern void ${name}(xsMachine *the);`,
	);
	const entries = natives.map(({ name, destructor }) =>
		destructor ? `\t{"${name}", NULL, ${name}},` : `\t{"${name}", WATCHED(${name}), NULL},`,
	);
	const watched = natives.filter(({ destructor }) => !destructor).map(({ name }) => `WATCH(${name})`);
	return `${header}#include "runtime.h"

${declarations.join("\n")}

#ifdef RUNTIME_WATCH_NATIVES
#define WATCHED(name) watched_##name
#define WATCH(name) \\
	static void WATCHED(name)(xsMachine *the) \\
	{ \\
		runtimeEnterNative(); \\
		name(the); \\
		runtimeLeaveNative(); \\
	}
${watched.join("\n")}
#else
#define WATCHED(name) name
#endif

const struct RuntimeNative runtimeNatives[] = {
${entries.join("\n")}
};
const size_t runtimeNativeCount = ${natives.length};

const char *const runtimeIdentifierNames[] = {
${identifiers.map((name) => `\t"${name}",`).join("\n")}
};
const size_t runtimeIdentifierCount = ${identifiers.length};
`;
}

function parseModule(word) {
	const [, name, file] = /^(?:([^=]+)=)?(.+)$/.exec(word);
	return { name: name ?? basename(file, extname(file)), file };
}

function writeModules(modules) {
	const texts = modules.map(({ file }, index) => {
		const lines = [];
		const bytes = readFileSync(file);
		for (let offset = 0; offset < bytes.length; offset += 24)
			lines.push(`\t${[...bytes.subarray(offset, offset + 24)].join(",")},`);
		return `static const uint8_t source${index}[] = {\n${lines.join("\n")}\n};\n`;
	});
	const entries = modules.map(
		({ name }, index) => `\t{"${name}", {source${index}, sizeof(source${index})}},`,
	);
	return `${header}#include "runtime.h"

${texts.join("\n")}
const struct RuntimeModule runtimeModules[] = {
${entries.join("\n")}
};
const size_t runtimeModuleCount = ${modules.length};
`;
}

// An unchanged file keeps its time, so that nothing is compiled again.
function writeChanged(file, text) {
	let old;
	try {
		old = readFileSync(file, "utf8");
	} catch (error) {
		if (error.code !== "ENOENT")
			throw error;
	}
	if (old !== text)
		writeFileSync(file, text);
}

const lists = parseArguments(process.argv.slice(2));
const [out] = lists["--out"];
const modules = lists["--modules"].map(parseModule);
const identifiers = identifiersOf(lists["--c"]);
const natives = nativesOf([...lists["--scripts"], ...modules.map(({ file }) => file)]);
mkdirSync(out, { recursive: true });
writeChanged(join(out, "mc.xs.h"), writeHeader(identifiers, natives));
writeChanged(join(out, "runtimeBindings.c"), writeBindings(identifiers, natives));
writeChanged(join(out, "runtimeModuleTexts.c"), writeModules(modules));
