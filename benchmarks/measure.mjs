// SPDX-License-Identifier: MIT
// One run of one client against a server of its own, and what it costs: time, instructions, allocations.

import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../scripts/lib/paths.mjs";
import { run } from "../scripts/lib/step.mjs";
import { start } from "../tests/support/processes.mjs";
import { startNode, startOpenssl } from "../tests/support/servers.mjs";

const CLIENT = join(import.meta.dirname, "client.js");
const FULL = Buffer.alloc(64 * 1024);

/** OpenSSL's names of the suites that the servers allow, so that both clients get the same. */
export const SUITES = {
	AES: { "TLSv1.3": "TLS_AES_128_GCM_SHA256", "TLSv1.2": "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256" },
	ChaCha: { "TLSv1.3": "TLS_CHACHA20_POLY1305_SHA256" },
};
const GROUP = "X25519";

/** What the server does with a connection, for each mode of the clients. */
const BEHAVIOURS = {
	download: () => (socket) => {
		const fill = () => {
			while (socket.write(FULL));
		};
		socket.once("data", fill).on("drain", fill);
	},
	upload: (count) => (socket) => {
		let received = 0;
		socket.on("data", (bytes) => {
			received += bytes.length;
			if (received === count)
				socket.write("!");
		});
	},
	echo: () => undefined,
};

/**
 * @typedef {object} Scenario
 * @property {"connect"|"download"|"upload"|"echo"} mode
 * @property {"TLSv1.2"|"TLSv1.3"} version
 * @property {"p256"|"rsa"} key of the server's chain
 * @property {keyof SUITES} suite
 * @property {number} count as client.js has it
 */

/** Connections are made to OpenSSL's server, which can leave out tickets: no session is ever resumed. */
function startServer(pki, { mode, version, key, suite, count }) {
	const options = { pki, chain: `server-${key}`, version };
	const suites = SUITES[suite][version];
	if (mode === "connect")
		return startOpenssl({ ...options, more: ["-rev", "-no_ticket", "-num_tickets", "0", "-no_cache", "-groups", GROUP,
			...(version === "TLSv1.3" ? ["-ciphersuites", suites] : ["-cipher", suites])] });
	return startNode({ ...options, behaviour: BEHAVIOURS[mode](count), tls: { ciphers: suites, ecdhCurve: GROUP } });
}

/** The command lines of the two clients; `tree` is the build tree. */
export class Clients {
	constructor(pki, tree) {
		this.pki = pki;
		this.tree = tree;
		// As bin/xsrun --release does it; the preparation is not part of what is measured.
		const map = run("preparing the client", ["node", join(ROOT, "runtime", "desktop", "prepare.mjs"), "", CLIENT]).trim();
		this.commands = {
			class: [join(tree, "xsrun"), `--map=${map}`, CLIENT],
			plain: [join(tree, "plainClient")],
		};
	}

	/** Runs a client to its end. Resolves to what it wrote to standard output and standard error. */
	async #run(client, scenario, { wrapper = [], env = {} } = {}) {
		const { mode, version, key, count } = scenario;
		const server = await startServer(this.pki, scenario);
		try {
			const authority = join(this.pki.folder, `root-${key}.der`);
			const child = start([...wrapper, ...this.commands[client], mode, server.port, authority, version, count].map(String),
				{ env: { ...process.env, ...env } });
			let output = "";
			child.stdout.setEncoding("utf8").on("data", (text) => output += text);
			const [code, signal] = await once(child, "close");
			if (code !== 0)
				throw new Error(`${client} ${mode} ${version} exited with ${code ?? signal}\n${child.log}`);
			return { output, log: child.log };
		}
		finally {
			await server.stop();
		}
	}

	/** @returns {Promise<{clock: number, cpu: number}>} microseconds: elapsed, and of processor time */
	async time(client, scenario) {
		const { output } = await this.#run(client, scenario);
		return JSON.parse(output);
	}

	/** Instructions of the whole program, outside of the kernel. */
	async instructions(client, scenario) {
		const wrapper = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"];
		const { log } = await this.#run(client, scenario, { wrapper });
		return Number(/Collected : (\d+)/.exec(log)[1]);
	}

	/** @returns {Promise<{allocations: number, most: number, inUse: number}[]>} the phases: see countAllocations.c */
	async phases(client, scenario) {
		const folder = mkdtempSync(join(tmpdir(), "allocations-"));
		const file = join(folder, "phases");
		try {
			await this.#run(client, scenario, { env: {
				LD_PRELOAD: join(this.tree, "countAllocations.so"),
				ALLOCATIONS: file,
				G_SLICE: "always-malloc", // of GLib: no allocator of its own
			} });
			return readFileSync(file, "latin1").trim().split("\n").map((line) => {
				const [allocations, most, inUse] = line.split(" ").map(Number);
				return { allocations, most, inUse };
			});
		}
		finally {
			rmSync(folder, { recursive: true });
		}
	}
}
