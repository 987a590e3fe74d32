// SPDX-License-Identifier: MIT
// What the class costs a microcontroller, measured on the emulated board: Cortex-M0+ code, -Os.
//
// Figures of a connection (budgetClient.c), memory in bytes, work in instructions:
//
//     heapPeak      heap at the highest during the handshake, above what was there before the connection
//     heapAfter     the same when it has ended
//     heapTransfer  the same at the highest while data goes both ways
//     stack         C stack below the event loop
//     handshake     work of the whole handshake
//     longest       work of its longest step, between which the event loop runs
//     sending, receiving  work for each byte
//
//     node tests/device/measure.mjs        measures everything anew and prints what belongs into budget.json

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { todaysPki } from "../pki/pki.mjs";
import { startNode } from "../support/servers.mjs";
import { BOARD, runImage } from "./emulator.mjs";

const TRANSFER = 65536;
const VERSIONS = { "TLS 1.2": "TLSv1.2", "TLS 1.3": "TLSv1.3" };
const NUMBERS = { "TLSv1.2": "0303", "TLSv1.3": "0304" };
const CHACHA = "TLS_CHACHA20_POLY1305_SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
const AES = "TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";

/** Name → how to make the connection. Every chain has one intermediate. */
export const CONNECTIONS = Object.fromEntries([
	...Object.entries(VERSIONS).flatMap(([title, version]) => ["p256", "rsa", "p384"].map((kind) =>
		[`${title}, ${kind} chain, AES-128-GCM`, { version, kind, ciphers: AES }])),
	...Object.entries(VERSIONS).map(([title, version]) =>
		[`${title}, p256 chain, ChaCha20-Poly1305`, { version, kind: "p256", ciphers: CHACHA }]),
	...Object.entries(VERSIONS).map(([title, version]) =>
		[`${title}, p256 chain, AES-128-GCM, small buffers`, { version, kind: "p256", ciphers: AES, image: "budgetClientSmall" }]),
]);

/** Makes one connection and returns its figures. */
export async function measureConnection({ version, kind, ciphers, image = "budgetClient" }) {
	const pki = await todaysPki();
	const server = await startNode({ pki, chain: `server-${kind}`, version, tls: { ciphers } });
	try {
		const number = NUMBERS[version];
		const output = await runImage(image, [String(server.port), join(pki.folder, `root-${kind}.der`), number, number, String(TRANSFER)], { count: true });
		const { version: negotiated, suite, sending, receiving, ...figures } = JSON.parse(output);
		delete figures.steps;
		if (negotiated !== number || !suite.includes(ciphers === CHACHA ? "CHACHA20" : "AES_128"))
			throw new Error(`negotiated ${negotiated} ${suite}`);
		return { ...figures, sending: Math.round(sending / TRANSFER), receiving: Math.round(receiving / TRANSFER) };
	} finally {
		await server.stop();
	}
}

/** The libraries that the class adds to a firmware. */
const LIBRARIES = {
	"Mbed TLS": "libmbedtls.a",
	"engine, trust, errors": "libtlsEngine.a",
	"class's C": "libtlsSocket.a",
	"lwIP transport": "libboardTransport.a",
};

/** Bytes of code and constants in the board's image by library, and the sum of all. */
export function measureText() {
	const map = readFileSync(join(BOARD, "board.map"), "latin1");
	const placed = map.slice(map.indexOf("Linker script and memory map"));
	const sizes = Object.fromEntries(Object.keys(LIBRARIES).map((name) => [name, 0]));
	// A section's line: its name, then (perhaps on the next line) address, size, and the file with the library's member.
	for (const [, size, file] of placed.matchAll(/^ \.(?:text|rodata|data)\S*\s+0x[0-9a-f]+\s+0x([0-9a-f]+)\s+(\S+)\(\S+\)$/gm))
		for (const [name, library] of Object.entries(LIBRARIES))
			if (file.endsWith(`/${library}`))
				sizes[name] += parseInt(size, 16);
	return { ...sizes, all: Object.values(sizes).reduce((sum, size) => sum + size, 0) };
}

export async function measureAll() {
	const connections = {};
	for (const [name, connection] of Object.entries(CONNECTIONS))
		connections[name] = await measureConnection(connection);
	return { text: measureText(), connections };
}

if (import.meta.filename === process.argv[1])
	console.log(JSON.stringify(await measureAll(), null, "\t"));
