// SPDX-License-Identifier: MIT
// Results of a benchmark as the picture of docs/performance.md and of README.md: instructions, which do not depend on how busy
// the machine was, and memory.

import { barChart } from "../scripts/lib/barChart.mjs";

const BARS = [
	{ client: "class", label: "this class", colour: "#2f6f9f" },
	{ client: "mbedtls", label: "Mbed TLS, C", colour: "#9aa5b1" },
	{ client: "openssl", label: "OpenSSL, C", colour: "#d3a24c" },
	{ client: "node", label: "Node", colour: "#7a9f6b" },
];

/** Which cases, by what they are found by. */
const CASES = [
	{ label: "TLS 1.3 handshake, P-256", mode: "connect", version: "TLSv1.3", key: "p256" },
	{ label: "the same, resumed", mode: "resume", version: "TLSv1.3", key: "p256" },
	{ label: "receiving in 16 KB", mode: "download", version: "TLSv1.3", suite: "AES", piece: 16384 },
	{ label: "sending in 16 KB", mode: "upload", version: "TLSv1.3", suite: "AES", piece: 16384 },
	{ label: "64 bytes and the answer", mode: "echo", version: "TLSv1.3" },
];

function find(cases, { label, ...wanted }) {
	const found = cases.filter((each) => Object.entries(wanted).every(([what, value]) => each[what] === value));
	if (found.length !== 1)
		throw new Error(`${found.length} cases are "${label}"`);
	return found[0].clients;
}

/** A group of those clients that have a figure: `show` says it, `longest` is the scale. */
function group(label, figures, longest, show) {
	const bars = BARS.filter(({ client }) => figures[client] !== undefined)
		.map(({ client, colour }) => ({ colour, length: figures[client] / longest, text: show(figures[client]) }));
	return { label, bars };
}

/** @returns {string} SVG, the same for the same results */
export function picture({ cases }) {
	const instructions = CASES.map((wanted) => {
		const clients = find(cases, wanted);
		const figures = Object.fromEntries(Object.entries(clients).filter(([, figure]) => figure.instructions)
			.map(([client, figure]) => [client, figure.instructions / clients.mbedtls.instructions]));
		return { label: wanted.label, figures };
	});
	const most = Math.max(...instructions.flatMap(({ figures }) => Object.values(figures)));
	const together = find(cases, { label: "together", mode: "together", version: "TLSv1.3" });
	const memory = Object.fromEntries(Object.entries(together).map(([client, { residence }]) => [client, residence / (1 << 20)]));
	return barChart("Instructions in relation to a client in C on Mbed TLS, and memory of a program with 100 connections",
		BARS, 110, [
			...instructions.map(({ label, figures }) => group(`${label}: instructions`, figures, most, (value) => value.toFixed(2))),
			group("100 connections: MB of memory", memory, Math.max(...Object.values(memory)), (value) => value.toFixed(1)),
		]);
}
