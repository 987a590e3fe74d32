// SPDX-License-Identifier: MIT
// The command line: store build, store list, store check.

import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Anchor, anchorsOfFile, readNamedFile, rootsFrom } from "./certificates.mjs";
import { decodeStore, encodeStore } from "./format.mjs";
import { parseHost, rootOfHost } from "./host.mjs";
import { StoreError } from "./storeError.mjs";

const DEFAULT_OUTPUT = "certificates.store";

const USAGE = `usage: moddable-tls store build [--all] [--host NAME[:PORT]…] [--ca FILE…] [--from SET] [--output FILE]
       moddable-tls store list FILE
       moddable-tls store check FILE

build   writes a certificate store, of
            --all            all roots of the set
            --host NAME…     the root that each of these servers needs: connects to it once (port 443 by default)
            --ca FILE…       certificates of your own: PEM, DER, or another store
        --from SET       the set: node (Mozilla's roots as this Node has them, the default), debian (as Debian's package
                         ca-certificates has them), or a file
        --output FILE    ${DEFAULT_OUTPUT} by default
list    says what is in a store
check   says whether a store is sound
`;

const BUILD_OPTIONS = {
	all: { type: "boolean" },
	host: { type: "string", multiple: true },
	ca: { type: "string", multiple: true },
	from: { type: "string", default: "node" },
	output: { type: "string", default: DEFAULT_OUTPUT },
};

/** An error in how the command was called. */
class UsageError extends StoreError {}

function say(line) {
	process.stdout.write(`${line}\n`);
}

function warn(line) {
	process.stderr.write(`warning: ${line}\n`);
}

function count(n) {
	return `${n} certificate${n === 1 ? "" : "s"}`;
}

/** As parseArgs has it, and further values may follow the value of an option that can be repeated. */
function parseBuildOptions(args) {
	try {
		const { values, tokens } = parseArgs({ args, options: BUILD_OPTIONS, allowPositionals: true, tokens: true });
		let open; // the values that more can follow
		for (const token of tokens) {
			if (token.kind === "option")
				open = BUILD_OPTIONS[token.name].multiple && values[token.name];
			else if (open)
				open.push(token.value);
			else
				throw new UsageError(`unexpected "${token.value}"`);
		}
		return values;
	}
	catch (error) {
		throw error.code?.startsWith("ERR_PARSE_ARGS") ? new UsageError(error.message, { cause: error }) : error;
	}
}

/** The root of each host, and says which it is. */
async function anchorsOfHosts(hosts, roots) {
	const anchors = [];
	for (const where of hosts) {
		const root = await rootOfHost(where, roots);
		say(`${where.host}:${where.port} needs ${root.name}, SHA-256 ${root.fingerprint}`);
		anchors.push(root);
	}
	return anchors;
}

async function build(args) {
	const { all = false, host = [], ca = [], from, output } = parseBuildOptions(args);
	if (!all && host.length === 0 && ca.length === 0)
		throw new UsageError("nothing to put into the store: pass --all, --host or --ca");
	const hosts = host.map(parseHost);
	const own = ca.flatMap(anchorsOfFile);
	const roots = (all || hosts.length > 0) ? rootsFrom(from) : [];
	const anchors = [...own, ...(all ? roots : []), ...await anchorsOfHosts(hosts, roots)];

	const store = encodeStore(anchors.map(({ der }) => der));
	try {
		writeFileSync(output, store);
	}
	catch (error) {
		throw new StoreError(`cannot write ${output}: ${error.message}`, { cause: error });
	}
	const written = decodeStore(store).map((der) => new Anchor(der));
	for (const anchor of written) {
		for (const remark of anchor.remarks(new Date()))
			warn(`${anchor.name}: ${remark}`);
	}
	say(`${output}: ${count(written.length)}, ${store.length} bytes`);
}

/** The file that is the only argument, decoded and checked. */
function openStore(args) {
	if (args.length !== 1 || args[0].startsWith("-"))
		throw new UsageError("pass the file of a store");
	const [path] = args;
	const bytes = readNamedFile(path);
	return { path, bytes, anchors: StoreError.at(path, () => decodeStore(bytes).map((der) => new Anchor(der))) };
}

function list(args) {
	const lines = openStore(args).anchors
		.map((anchor) => ({ anchor, remarks: anchor.remarks(new Date()).map((remark) => ` (${remark})`).join("") }))
		.map(({ anchor, remarks }) => `${anchor.name}\n    ${anchor.key}, until ${anchor.lastDay}, ${anchor.der.length} bytes${remarks}\n    SHA-256 ${anchor.fingerprint}`)
		.sort();
	say(lines.join("\n"));
}

function check(args) {
	const { path, bytes, anchors } = openStore(args);
	say(`${path}: sound, ${count(anchors.length)}, ${bytes.length} bytes`);
}

const ACTIONS = { build, list, check };

/**
 * Runs the command.
 * @param {string[]} args what follows the program's name
 * @returns {Promise<number>} the exit code: 0, or 1 if it failed, or 2 if it was called wrongly
 */
export async function runCommand(args) {
	const [topic, action, ...rest] = args;
	if (args.length === 0 || args.includes("--help")) {
		(args.length === 0 ? process.stderr : process.stdout).write(USAGE);
		return args.length === 0 ? 2 : 0;
	}
	try {
		if (topic !== "store" || !Object.hasOwn(ACTIONS, action ?? ""))
			throw new UsageError(`there is no command "${[topic, action].filter(Boolean).join(" ")}"`);
		await ACTIONS[action](rest);
		return 0;
	}
	catch (error) {
		if (!(error instanceof StoreError))
			throw error;
		process.stderr.write(`moddable-tls: ${error.message}\n${error instanceof UsageError ? "moddable-tls --help says how it is called.\n" : ""}`);
		return error instanceof UsageError ? 2 : 1;
	}
}
