// SPDX-License-Identifier: MIT
// What the class costs a microcontroller: bytes of code and constants, compiled with -Os, and what a connection costs on the
// emulated board, whose code is a Cortex-M0+'s.
//
// Figures of a connection (budgetClient.c), memory in bytes, work in instructions:
//
//     heapPeak      heap at the highest during the handshake, above what was there before the connection
//     heapAfter     the same when the handshake has ended
//     heapTransfer  heap at the highest while data goes both ways, above what was there after the handshake
//     stack         C stack of the handshake, below the event loop
//     stackTransfer the same of receiving
//     handshake     work of the whole handshake
//     longest       work of its longest step, between which the event loop runs
//     sent, received   bytes of the handshake on the wire, above TCP
//     sending, receiving   work for each byte of data
//
// What the heap is made of (heapBlocks.mjs) is of the same connection, P-256 with an intermediate.
//
// Figures of a message of 100 bytes and its answer, in instructions above those of the library alone, lwIP and all: `engine`
// without a script (budgetClient.c), `class` with one (messages.js); and `byte`, of one that is read in the format "number".
// Figures of an instance of the class, in bytes: `slots` and `chunks` of XS and `heap`, as long as it is idle; and `allocated`,
// slots and chunks that such a message takes (instance.js).
//
//     node tests/device/measure.mjs        measures everything anew and prints what belongs into budget.json
//
// budget.json has for each figure [value, limit]; the value is null where it is not repeatable, since what happens while data
// goes both ways depends on the network.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { X509Certificate } from "node:crypto";
import { encodeStore } from "../../store/format.mjs";
import { makePki, Pki, todaysPki } from "../pki/pki.mjs";
import { startNode } from "../support/servers.mjs";
import { crossBuild } from "./crossBuild.mjs";
import { BOARD, runImage, runProgram } from "./emulator.mjs";
import { measureBlocks } from "./heapBlocks.mjs";
import { readBudget } from "./tables.mjs";

const TRANSFER = 65536;
const RECORD = 1024;
export const VERSIONS = { "TLS 1.2": "TLSv1.2", "TLS 1.3": "TLSv1.3" };
const NUMBERS = { "TLSv1.2": "0303", "TLSv1.3": "0304" };
const CHACHA = "TLS_CHACHA20_POLY1305_SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
export const AES = "TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";
const UNREPEATABLE = ["heapTransfer", "stackTransfer", "engine", "class"];

/** The kinds of connections: how each differs from a P-256 chain with one intermediate under the one CA that is given,
    ChaCha20-Poly1305, and records of 16 KB. */
const KINDS = {
	"P-256": {},
	"P-256, AES-128-GCM": { ciphers: AES },
	"P-256, no intermediate": { chain: "direct" },
	"RSA-2048": { chain: "server-rsa", root: "root-rsa" },
	"P-384": { chain: "server-p384", root: "root-p384" },
	"P-256, without the engine": { image: "budgetPlain" },
	"P-256, smallest build": { image: "budgetClientSmall" },
	"P-256, `curves` 0": { image: "budgetClientLibrary" },
	"P-256, certificate store": { flags: ["store"] },
	"resumed": { flags: ["resume"] },
};

/** How many sets of keys the means are of. */
const KEYS = 16;

/** Name → how to make the connection. */
export const CONNECTIONS = Object.fromEntries(Object.entries(VERSIONS).flatMap(([title, version]) =>
	Object.entries(KINDS).map(([kind, how]) => [`${title}, ${kind}`, { version, ...how }])));

/** Takes everything, then sends as much, in records of one size: Node makes one of each write that waits for the one before. */
function answer(socket) {
	let left = TRANSFER;
	const send = (count) => {
		if (count > 0 && !socket.destroyed)
			socket.write(Buffer.alloc(RECORD), () => send(count - RECORD));
	};
	socket.on("data", ({ length }) => {
		left -= length;
		if (left === 0)
			send(TRANSFER);
	});
}

/** Makes a connection twice and returns the figures of the second one. `pki`: today's certificates, if there is none. */
export async function measureConnection({ version, chain = "server-p256", root = "root-p256", ciphers = CHACHA, image = "budgetClient", flags = [], pki }) {
	pki ??= await todaysPki();
	const folder = mkdtempSync(join(tmpdir(), "budget-"));
	const server = await startNode({ pki, chain, version, behaviour: answer, tls: { ciphers } });
	try {
		const anchors = join(folder, "anchors");
		const authority = pki.der(root);
		writeFileSync(anchors, flags.includes("store") ? encodeStore([authority, ...publicRoots()]) : authority);
		const output = await runImage(image, [String(server.port), anchors, NUMBERS[version], String(TRANSFER), ...flags], { count: true });
		const { version: negotiated, suite, steps, ...figures } = JSON.parse(output);
		if (negotiated !== NUMBERS[version] || !(ciphers === CHACHA ? /CHACHA20/ : /AES[_-]128[_-]GCM/).test(suite) || !(steps > 1))
			throw new Error(`negotiated ${negotiated} ${suite} in ${steps} steps`);
		return figures;
	} finally {
		await server.stop();
		rmSync(folder, { recursive: true });
	}
}

/** The same with other keys each time, on which the work depends: the means of that, and the other figures of one. */
async function measureMean(connection) {
	const folder = mkdtempSync(join(tmpdir(), "budget-pki-"));
	const measured = [];
	try {
		while (measured.length < KEYS) {
			await makePki(folder);
			measured.push(await measureConnection({ ...connection, pki: new Pki(folder) }));
		}
	} finally {
		rmSync(folder, { recursive: true });
	}
	const mean = (figure) => Math.round(measured.reduce((sum, one) => sum + one[figure], 0) / KEYS);
	return { ...measured[0], handshake: mean("handshake"), longest: mean("longest") };
}

const MESSAGES = 200;
const MESSAGE = 100;

/** The least of some measurements: how many packets the messages take is the network's choice. */
async function least(measure) {
	const figures = [];
	for (let i = 0; i < 3; i++)
		figures.push(await measure());
	return Math.min(...figures);
}

/** Runs `measure` beside a server that answers with what it gets; gives it the parameters of the board's programs. */
async function besideEcho(version, measure) {
	const pki = await todaysPki();
	const server = await startNode({ pki, chain: "server-p256", version, behaviour: (socket) => socket.pipe(socket), tls: { ciphers: CHACHA } });
	const authority = pki.der("root-p256");
	const runScript = async (program) =>
		JSON.parse(await runProgram(program, [String(server.port), authority.toString("hex"), version, String(MESSAGES)], { count: true }));
	try {
		return await measure({ port: String(server.port), authority, runScript });
	} finally {
		await server.stop();
	}
}

/** What a message and its answer cost in a version, and a byte. */
export function measureMessages(version) {
	return besideEcho(version, async ({ port, authority, runScript }) => {
		const folder = mkdtempSync(join(tmpdir(), "budget-"));
		const anchors = join(folder, "anchors");
		const measureImage = (image) => least(async () =>
			JSON.parse(await runImage(image, [port, anchors, NUMBERS[version], String(MESSAGES * MESSAGE), "echo"], { count: true })).message);
		try {
			writeFileSync(anchors, authority);
			const library = await measureImage("budgetPlain");
			const engine = await measureImage("budgetClient");
			const message = await least(async () => (await runScript("messages.js")).message);
			const { byte } = await runScript("messages.js");
			return { library, engine: engine - library, class: message - library, byte };
		} finally {
			rmSync(folder, { recursive: true });
		}
	});
}

/** What a connection of the class has of memory when it is idle, the script's engine included, and a message takes of that. */
export function measureInstance(version) {
	return besideEcho(version, ({ runScript }) => runScript("instance.js"));
}

/** Those of its figures that are in the budget: what the library alone takes, the network makes different each time. */
export async function budgetedMessages(version) {
	const { engine, class: script, byte } = await measureMessages(version);
	return { engine, class: script, byte };
}

/** What the heap of a connection is made of: bytes by use, as "TLS 1.3, peak" and "TLS 1.3, idle". */
export async function measureHeap(title) {
	const { peak, idle } = await measureBlocks((image) => measureConnection({ version: VERSIONS[title], image }));
	return { [`${title}, peak`]: peak, [`${title}, idle`]: idle };
}

/** Mozilla's, as Node carries them. */
function publicRoots() {
	return rootCertificates.map((pem) => new X509Certificate(pem).raw);
}

/** What a map of the linker is looked at for: the libraries that the class adds to a firmware. */
const LIBRARIES = {
	"Mbed TLS": /\/libmbedtls\w*\.a$/,
	"engine, trust, errors": /\/libtlsEngine\w*\.a$/,
	"class's C": /\/libtlsSocket\.a$/,
	"lwIP transport": /\/libboardTransport\.a$/,
};

/** Bytes of code and constants in an image by library. */
function measureMap(path) {
	const map = readFileSync(path, "latin1");
	const placed = map.slice(map.indexOf("Linker script and memory map"));
	const sizes = {};
	// A section's line: its name, then (perhaps on the next line) address, size, and the file with the library's member.
	for (const [, size, file] of placed.matchAll(/^ \.s?(?:text|rodata|data)\S*\s+0x[0-9a-f]+\s+0x([0-9a-f]+)\s+(\S+)\(\S+\)$/gm))
		for (const [name, library] of Object.entries(LIBRARIES))
			if (library.test(`/${file}`))
				sizes[name] = (sizes[name] ?? 0) + parseInt(size, 16);
	return sizes;
}

function withSum(sizes) {
	return { ...sizes, all: Object.values(sizes).reduce((sum, size) => sum + size, 0) };
}

/** @returns {Record<string, Record<string, number>>} bytes of code and constants by build and library, and the sums */
export function measureText() {
	const board = measureMap(join(BOARD, "board.map"));
	const everything = measureMap(join(BOARD, "everything.map"));
	for (const [name, size] of Object.entries(everything))
		if (Math.abs(size - board[name]) > size * 0.005)
			throw new Error(`${name}: ${size} bytes by everything.c, ${board[name]} in the board's image`);
	const variant = (name) => withSum({ ...board, ...measureMap(join(BOARD, `everything${name}.map`)) });
	return {
		"Cortex-M0+": withSum(board),
		"smallest build": variant("Small"),
		"`messages` 1": variant("Messages"),
		"`opaqueKeys` 1": variant("OpaqueKeys"),
		"`curves` 0": variant("Library"),
		"RV32, below the class": withSum(measureMap(join(crossBuild("riscv"), "everything.map"))),
	};
}

/** What belongs into budget.json, with the limits that are in `budget`. */
async function measureAll(budget) {
	const connections = {};
	for (const [name, connection] of Object.entries(CONNECTIONS))
		connections[name] = await measureMean(connection);
	const pair = (figures, old) => Object.fromEntries(Object.entries(figures).map(([figure, value]) =>
		[figure, [UNREPEATABLE.includes(figure) ? null : value, old?.[figure]?.[1] ?? null]]));
	const table = (measured, old) => Object.fromEntries(Object.entries(measured).map(([name, figures]) => [name, pair(figures, old?.[name])]));
	const heap = {};
	for (const title of Object.keys(VERSIONS))
		Object.assign(heap, await measureHeap(title));
	const messages = {};
	const instances = {};
	for (const [name, version] of Object.entries(VERSIONS)) {
		messages[name] = await budgetedMessages(version);
		instances[name] = await measureInstance(version);
	}
	return {
		text: table(measureText(), budget.text),
		connections: table(connections, budget.connections),
		heap: table(heap, budget.heap ?? {}),
		messages: table(messages, budget.messages ?? {}),
		instances: table(instances, budget.instances ?? {}),
	};
}

if (import.meta.filename === process.argv[1]) {
	const text = JSON.stringify(await measureAll(readBudget()), null, "\t");
	console.log(text.replaceAll(/\[\s+(\S+),\s+(\S+)\s+\]/g, "[$1, $2]"));
}
