// SPDX-License-Identifier: MIT
// Results of a benchmark as tables in Markdown.

const CLIENTS = { class: "class", mbedtls: "Mbed TLS, C", openssl: "OpenSSL, C", node: "Node" };
const PEERS = ["mbedtls", "openssl", "node"];
/** Those that need not be at hand. */
const OTHERS = { sdk: "the SDK's own", micropython: "MicroPython" };
const KEYS = { p256: "P-256", rsa: "RSA-2048" };
const CIPHERS = { AES: "AES-128-GCM", ChaCha: "ChaCha20-Poly1305" };

/** What is done, and how one of it is told: instructions and microseconds are divided. */
const MODES = {
	connect: { name: "full handshake", instructions: ["million", 1e6], time: ["ms", 1e3] },
	resume: { name: "resumed", instructions: ["million", 1e6], time: ["ms", 1e3] },
	download: { name: "down", instructions: ["a byte", 1], time: ["ns a byte", 1e-3] },
	upload: { name: "up", instructions: ["a byte", 1], time: ["ns a byte", 1e-3] },
	echo: { name: "64 bytes and the answer", instructions: ["thousand", 1e3], time: ["µs", 1] },
	together: { name: "each of 100 at a time", instructions: ["million", 1e6], time: ["ms", 1e3] },
};

export function median(values) {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = sorted.length >> 1;
	return (sorted.length % 2) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function table(head, rows) {
	const line = (cells) => `| ${cells.join(" | ")} |`;
	return [line(head), `|---|${"---:|".repeat(head.length - 1)}`, ...rows.map(line), ""].join("\n");
}

/** Of a case. */
function nameOf({ mode, version, key, suite, piece }) {
	const details = {
		download: `${piece >= 1024 ? `${piece / 1024} KB` : `${piece} bytes`}, ${CIPHERS[suite]}`,
		connect: KEYS[key],
		resume: KEYS[key],
		together: KEYS[key],
	};
	details.upload = details.download;
	const detail = details[mode] ? `, ${details[mode]}` : "";
	return `${version.replace("TLSv", "TLS ")}: ${MODES[mode].name}${detail}`;
}

/** Three digits, or whole. */
function digits(value) {
	return (value >= 100) ? Math.round(value).toLocaleString("en-US") : value.toPrecision(3);
}

export const ratio = (a, b) => (a / b).toFixed(2);

function instructionTable(cases) {
	return table(["instructions", "unit", "class", "Mbed TLS, C", "class to it", "OpenSSL, C", "class to it"], cases.map((each) => {
		const [unit, divisor] = MODES[each.mode].instructions;
		const { class: ours, mbedtls, openssl } = each.clients;
		return [nameOf(each), unit, digits(ours.instructions / divisor),
			...[mbedtls, openssl].flatMap(({ instructions }) => [digits(instructions / divisor), ratio(ours.instructions, instructions)])];
	}));
}

/** Medians with the least and the most; ratios are medians of those of neighbouring runs. `what`: "cpu" or "clock". */
function timeTable(cases, what, title) {
	return table([title, "unit", ...Object.values(CLIENTS), ...PEERS.map((peer) => `class to ${CLIENTS[peer]}`)], cases.map((each) => {
		const [unit, divisor] = MODES[each.mode].time;
		const cell = (values) => `${digits(median(values) / divisor)} (${digits(Math.min(...values) / divisor)}–${digits(Math.max(...values) / divisor)})`;
		const ours = each.clients.class[what];
		return [nameOf(each), unit, ...Object.keys(CLIENTS).map((client) => cell(each.clients[client][what])),
			...PEERS.map((peer) => median(ours.map((value, run) => value / each.clients[peer][what][run])).toFixed(2))];
	}));
}

const kilobytes = (bytes) => (bytes / 1024).toFixed(1);

function heapTable(cases) {
	const counted = ["class", "mbedtls", "openssl"];
	return table(["C heap, KB", ...counted.flatMap((client) => [`${CLIENTS[client]}: peak`, "after"])],
		cases.filter(({ mode }) => mode === "connect" || mode === "resume").map((each) =>
			[nameOf(each), ...counted.flatMap((client) => [each.clients[client].heapPeak, each.clients[client].heapAfter].map(kilobytes))]));
}

function togetherTable(cases) {
	return table(["100 connections at a time", ...Object.values(CLIENTS)], cases.filter(({ mode }) => mode === "together").flatMap((each) => {
		const row = (name, what, show) => [`${each.version.replace("TLSv", "TLS ")}: ${name}`,
			...Object.keys(CLIENTS).map((client) => each.clients[client][what] ? show(each.clients[client][what]) : "")];
		return [row("C heap for each, KB", "heapEach", kilobytes), row("the whole program in memory, MB", "residence", (bytes) => (bytes / (1 << 20)).toFixed(1))];
	}));
}

function wireTable(cases) {
	const cell = ({ wire }, direction) => `${digits(wire[`${direction}Bytes`])} / ${digits(wire[`${direction}Records`])}`;
	const whole = cases.filter(({ mode, clients }) => clients.class.wire && mode !== "upload");
	return table(["bytes / records", ...Object.values(CLIENTS).map((client) => `${client}: out`), "class: in"], whole.map((each) =>
		[nameOf(each), ...Object.keys(CLIENTS).map((client) => cell(each.clients[client], "sent")), cell(each.clients.class, "received")]));
}

/** What the wire has beside the data: percent, and bytes in a record. */
function uploadTable(cases) {
	return table(["upload: overhead in %, data in a record", ...Object.values(CLIENTS)], cases.filter(({ mode }) => mode === "upload").map((each) =>
		[nameOf(each), ...Object.keys(CLIENTS).map((client) => {
			const { sentBytes, sentRecords } = each.clients[client].wire;
			return `${((sentBytes - 1) * 100).toFixed(1)} %, ${Math.round(1 / sentRecords).toLocaleString("en-US")}`;
		})]));
}

/** The class beside those others that were at hand: instructions and processor time, and the memory of a program. */
function besideTable(cases) {
	if (cases.length === 0)
		return [];
	const others = Object.keys(OTHERS).filter((client) => client in cases[0].clients);
	const names = { class: CLIENTS.class, mbedtls: CLIENTS.mbedtls, ...OTHERS };
	const shown = ["class", "mbedtls", ...others];
	const rows = (what, unitsOf, value) => cases.map((each) => {
		const [unit, divisor] = unitsOf(MODES[each.mode]);
		const values = shown.map((client) => value(each.clients[client][what]));
		return [`${nameOf(each)}: ${unit}`, ...values.map((figure) => digits(figure / divisor)), ...others.map((_, index) => ratio(values[index + 2], values[0]))];
	});
	const head = (title) => [title, ...shown.map((client) => names[client]), ...others.map((client) => `${names[client]} to class`)];
	const memory = cases.filter(({ mode }) => mode === "together").map(({ clients }) => {
		const bytes = shown.map((client) => clients[client].residence);
		return ["100 connections: the whole program in memory, MB", ...bytes.map((each) => (each / (1 << 20)).toFixed(1)), ...others.map((_, index) => ratio(bytes[index + 2], bytes[0]))];
	});
	return [
		table(head("instructions, and memory"), [...rows("instructions", ({ instructions }) => instructions, (figure) => figure), ...memory]),
		table(head("processor time"), rows("cpu", ({ time }) => time, median)),
	];
}

function allocationTable(all) {
	return table(["", "version", "for", "allocations of the class's program"], all.map(({ mode, version, counts, allocations }) =>
		[MODES[mode].name, version, (mode === "echo") ? `${counts.join(" / ")} messages` : `${counts.map((count) => count / (1 << 20)).join(" / ")} MB`, allocations.join(" / ")]));
}

/** @returns {string[]} Markdown */
export function tables({ runs, seconds, machine, cases, beside = [], allocations }) {
	return [
		instructionTable(cases),
		heapTable(cases),
		togetherTable(cases),
		wireTable(cases),
		uploadTable(cases),
		timeTable(cases, "cpu", "processor time"),
		timeTable(cases, "clock", "elapsed"),
		...besideTable(beside),
		allocationTable(allocations),
		`${runs} runs; ${machine.processors} processors, ${machine.model}; OpenSSL ${machine.openssl}; Node ${machine.node}; ` +
			`${machine.sdk ? `SDK ${machine.sdk}; ` : ""}${machine.micropython ? `MicroPython ${machine.micropython}; ` : ""}took ${seconds} s.\n`,
	];
}
