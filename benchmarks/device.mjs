// SPDX-License-Identifier: MIT
// The class's engine on the emulated board, beside a client in plain C on the same build of Mbed TLS (tests/device/plainEngine.c):
// each connection once with the one and once with the other, against the same server.
//
//     node benchmarks/device.mjs [--publish]
//
// Prints tables. --publish: into docs/performance.md as well.

import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { build } from "../scripts/build.mjs";
import { main, say } from "../scripts/lib/step.mjs";
import { setUp } from "../scripts/setup.mjs";
import { AES, measureConnection, measureMessages, VERSIONS } from "../tests/device/measure.mjs";
import { DOCUMENT } from "./publish.mjs";
import { ratio, table } from "./tables.mjs";

/** The lines of the document between which the tables are. */
const BEGIN = "<!-- From here to the end mark: node benchmarks/device.mjs --publish -->\n";
const END = "<!-- end of the board's -->\n";

const KINDS = {
	"P-256": {},
	"RSA-2048": { chain: "server-rsa", root: "root-rsa" },
	"P-384": { chain: "server-p384", root: "root-p384" },
	"resumed": { flags: ["resume"] },
	"P-256, AES-128-GCM": { ciphers: AES },
};

const whole = (value) => value.toLocaleString("en-US");
const millions = (value) => (value / 1e6).toFixed(2);

/** What is compared: the figure of measure.mjs, and how it is written. */
const FIGURES = {
	"handshake, millions": ["handshake", millions],
	"longest step": ["longest", millions],
	"heap, peak": ["heapPeak", whole],
	"heap, idle": ["heapAfter", whole],
	"C stack": ["stack", whole],
	"a byte out": ["sending", whole],
	"a byte in": ["receiving", whole],
};

const both = (ours, plain, write) => `${write(ours)} / ${write(plain)}`;

async function connectionRow(title, version, kind) {
	const ours = await measureConnection({ version, ...KINDS[kind] });
	const plain = await measureConnection({ version, ...KINDS[kind], image: "budgetPlain" });
	return [`${title}, ${kind}`, ...Object.values(FIGURES).map(([figure, write]) => both(ours[figure], plain[figure], write))];
}

async function messageRow(title, version) {
	const { library, engine, class: script } = await measureMessages(version);
	return [title, ...[0, engine, script].map((more) => whole(library + more)), ratio(library + script, library)];
}

async function measureAll() {
	const connections = [], messages = [];
	for (const [title, version] of Object.entries(VERSIONS)) {
		for (const kind of Object.keys(KINDS)) {
			say(`${title}, ${kind}`);
			connections.push(await connectionRow(title, version, kind));
		}
		messages.push(await messageRow(title, version));
	}
	return [
		table(["engine / plain C", ...Object.keys(FIGURES)], connections),
		table(["100 bytes and the answer, instructions", "plain C", "engine", "class, with a script", "class to C"], messages),
	].join("\n");
}

function publish(text) {
	const document = readFileSync(DOCUMENT, "utf8");
	const from = document.indexOf(BEGIN);
	const to = document.indexOf(END);
	if (from < 0 || to < from)
		throw new Error(`${DOCUMENT} has no place for the tables`);
	writeFileSync(DOCUMENT, `${document.slice(0, from + BEGIN.length)}\n${text}\n${document.slice(to)}`);
}

await main(async () => {
	const { values } = parseArgs({ options: { publish: { type: "boolean" } } });
	setUp(["demo", "test"]);
	build("board");
	const text = await measureAll();
	console.log(text);
	if (values.publish)
		publish(text);
});
