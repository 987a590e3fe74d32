// SPDX-License-Identifier: MIT
// One run of one client against a server of its own, and what it costs: time, instructions, memory, bytes on the wire.

import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUILD, ROOT } from "../scripts/lib/paths.mjs";
import { run } from "../scripts/lib/step.mjs";
import { buildCommand, MODDABLE } from "../tests/sdk/build.mjs";
import { start } from "../tests/support/processes.mjs";
import { startNode, startOpenssl } from "../tests/support/servers.mjs";
import { startCounting } from "./counting.mjs";

const CLIENT = join(import.meta.dirname, "client.js");
const FULL = 64 * 1024;

/** OpenSSL's names of the suites that the servers allow, so that all clients get the same. */
export const SUITES = {
	AES: { "TLSv1.3": "TLS_AES_128_GCM_SHA256", "TLSv1.2": "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256" },
	ChaCha: { "TLSv1.3": "TLS_CHACHA20_POLY1305_SHA256" },
};

/** What the server does with a connection, for each mode of the clients. */
const BEHAVIOURS = {
	/** Sends without end: large writes, or, for small pieces, a record for each, since it waits for the write before. */
	download: ({ piece }) => (socket) => {
		const bytes = Buffer.alloc((piece < 16384) ? piece : FULL);
		const fill = () => {
			if (bytes.length < FULL)
				socket.write(bytes, (error) => !error && fill());
			else
				while (socket.write(bytes));
		};
		socket.once("data", fill);
		if (bytes.length === FULL)
			socket.on("drain", fill);
	},
	upload: ({ count }) => (socket) => {
		let received = 0;
		socket.on("data", (bytes) => {
			received += bytes.length;
			if (received === count)
				socket.write("!");
		});
	},
	echo: () => undefined,
	together: () => undefined,
	/** Notes what checkResumed asks, as long as the socket knows it. */
	resume: () => (socket, connection) => {
		connection.reused = socket.isSessionReused();
		socket.pipe(socket);
	},
};

/**
 * @typedef {object} Scenario
 * @property {"connect"|"resume"|"together"|"download"|"upload"|"echo"} mode
 * @property {"TLSv1.2"|"TLSv1.3"} version
 * @property {"p256"|"rsa"} key of the server's chain
 * @property {keyof SUITES} suite
 * @property {string} group of the key exchange, OpenSSL's name
 * @property {number} count as client.js has it
 * @property {number} [piece] as client.js has it
 */

/** Full handshakes are made with OpenSSL's server, which can leave out tickets: no session is ever resumed. */
function startServer(pki, scenario) {
	const { mode, version, key, suite, group } = scenario;
	const options = { pki, chain: `server-${key}`, version };
	const suites = SUITES[suite][version];
	if (mode === "connect")
		return startOpenssl({ ...options, more: ["-rev", "-no_ticket", "-num_tickets", "0", "-no_cache", "-groups", group,
			...(version === "TLSv1.3" ? ["-ciphersuites", suites] : ["-cipher", suites])] });
	return startNode({ ...options, behaviour: BEHAVIOURS[mode](scenario), tls: { ciphers: suites, ecdhCurve: group } });
}

/** In the mode "resume", all connections but the first have resumed a session: the server tells. */
function checkResumed(client, { mode, count }, server) {
	if (mode !== "resume")
		return;
	const resumed = server.connections.filter(({ reused }) => reused).length;
	if (resumed !== count)
		throw new Error(`${client}: ${resumed} of ${count} connections resumed the session of the one before`);
}

/** The SDK's own TLS socket, as a command of the SDK at hand. */
function buildSdkClient() {
	const folder = join(BUILD, "benchmark-sdk");
	mkdirSync(folder, { recursive: true });
	const manifest = join(import.meta.dirname, "sdk", "manifest.json");
	return buildCommand(folder, "client", [manifest], { configuration: "release", commandLine: "program.json" });
}

/** The command lines of the clients; `tree` is the build tree. The last two are there if what they need is. */
export class Clients {
	constructor(pki, tree) {
		this.pki = pki;
		this.tree = tree;
		// As bin/xsrun --release does it; the preparation is not part of what is measured.
		const map = run("preparing the client", ["node", join(ROOT, "runtime", "desktop", "prepare.mjs"), "", CLIENT]).trim();
		this.commands = {
			class: [join(tree, "xsrun"), `--map=${map}`, CLIENT],
			mbedtls: [join(tree, "clientMbedtls")],
			openssl: [join(tree, "clientOpenssl")],
			node: [process.execPath, join(import.meta.dirname, "clientNode.mjs")],
			...(MODDABLE && { sdk: buildSdkClient() }),
			...(process.env.MICROPYTHON && { micropython: [process.env.MICROPYTHON, join(import.meta.dirname, "clientMicropython.py")] }),
		};
		/** Of those two: what they say that they are. */
		this.versions = {
			...(MODDABLE && { sdk: readFileSync(join(MODDABLE, "tools", "VERSION"), "utf8").trim() }),
			...(process.env.MICROPYTHON && { micropython: run("asking MicroPython", [process.env.MICROPYTHON, "-c",
				"import sys; print('.'.join(map(str, sys.implementation.version[:3])))"]).trim() }),
		};
		for (const [program] of Object.values(this.commands))
			if (!existsSync(program))
				throw new Error(`${program} is missing: build clientOpenssl and all else in ${tree}`);
	}

	/** Runs a client to its end. Resolves to what it wrote to standard output and standard error, and what went over the wire. */
	async #run(client, scenario, { wrapper = [], env = {}, counting = false } = {}) {
		const { mode, version, key, count, piece = 16384 } = scenario;
		const server = await startServer(this.pki, scenario);
		const wire = counting ? await startCounting(server.port) : undefined;
		try {
			const authority = join(this.pki.folder, `root-${key}.der`);
			const port = (wire ?? server).port;
			const child = start([...wrapper, ...this.commands[client], mode, port, authority, version, count, piece].map(String),
				{ env: { ...process.env, ...env } });
			let output = "";
			child.stdout.setEncoding("utf8").on("data", (text) => output += text);
			const [code, signal] = await once(child, "close");
			if (code !== 0)
				throw new Error(`${client} ${mode} ${version} exited with ${code ?? signal}\n${child.log}`);
			checkResumed(client, scenario, server);
			return { output, log: child.log, wire: wire?.counts };
		}
		finally {
			await wire?.stop();
			await server.stop();
		}
	}

	/** The same with a file that a library for LD_PRELOAD writes to. Resolves to what it wrote. */
	async #runWith(library, variable, client, scenario) {
		const folder = mkdtempSync(join(tmpdir(), "benchmark-"));
		const file = join(folder, "counted");
		try {
			await this.#run(client, scenario, { env: {
				LD_PRELOAD: join(this.tree, library),
				[variable]: file,
				G_SLICE: "always-malloc", // of GLib: no allocator of its own
			} });
			return readFileSync(file, "latin1").trim();
		}
		finally {
			rmSync(folder, { recursive: true });
		}
	}

	/** @returns {Promise<{clock: number, cpu: number}>} microseconds: elapsed, and of processor time */
	async time(client, scenario) {
		const { output } = await this.#run(client, scenario);
		return JSON.parse(output);
	}

	/**
	 * Instructions of the whole program, outside of the kernel. Memory is cleared and copied in words: valgrind takes an
	 * instruction that does it in one go for as many as there are bytes.
	 */
	async instructions(client, scenario) {
		const wrapper = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"];
		const env = { GLIBC_TUNABLES: ["stosb", "movsb"].map((name) => `glibc.cpu.x86_rep_${name}_threshold=${2 ** 40}`).join(":") };
		const { log } = await this.#run(client, scenario, { wrapper, env });
		return Number(/Collected : (\d+)/.exec(log)[1]);
	}

	/** @returns {Promise<{allocations: number, most: number, inUse: number}[]>} the phases: see countAllocations.c */
	async phases(client, scenario) {
		const lines = await this.#runWith("countAllocations.so", "ALLOCATIONS", client, scenario);
		return lines.split("\n").map((line) => {
			const [allocations, most, inUse] = line.split(" ").map(Number);
			return { allocations, most, inUse };
		});
	}

	/** @returns {Promise<number>} bytes of the whole program that were in memory at most, its code included */
	async residence(client, scenario) {
		const line = await this.#runWith("countResidence.so", "RESIDENCE", client, scenario);
		return Number(/^VmHWM:\s+(\d+) kB$/.exec(line)[1]) * 1024;
	}

	/** @returns {Promise<import("./counting.mjs").Counts>} of the whole run */
	async wire(client, scenario) {
		const { wire } = await this.#run(client, scenario, { counting: true });
		return wire;
	}
}
