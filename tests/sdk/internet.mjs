// SPDX-License-Identifier: MIT
// The internet as the SDK's examples expect it, in a network of its own, and a program in it.
//
//     node internet.mjs CHAIN PROGRAM…
//
// In there 1.1.1.1 is a name server for which each name is this computer, and this computer is every web server, WebSocket
// server and MQTT broker, with the certificate CHAIN. What the program, a debug build, traces comes out on standard output.
// Ends with SIGTERM. `inInternet` gives the command that runs it.

import { spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { createServer as createHttps } from "node:https";
import { join } from "node:path";
import { WebSocketServer } from "ws";
import { BUILD } from "../../scripts/lib/paths.mjs";
import { Pki } from "../pki/pki.mjs";
import { start, stop } from "../support/processes.mjs";
import { startMosquitto } from "../support/servers.mjs";
import { startDebugger } from "./debugger.mjs";

const NAME_SERVER = "1.1.1.1";
const OWN_NETWORK = ["unshare", "--user", "--map-root-user", "--net"];

/** Why there is no network of one's own, if there is none: for the option `skip` of Node's tests. */
export const NO_NETWORK = (spawnSync(OWN_NETWORK[0], [...OWN_NETWORK.slice(1), "ip", "link"]).status === 0)
	? false : "unshare cannot make a network here";

/** The command that runs a command in there. */
export function inInternet(chain, command) {
	const prepare = `ip link set lo up && ip address add ${NAME_SERVER}/32 dev lo && exec "$@"`;
	return [...OWN_NETWORK, "sh", "-c", prepare, "sh", process.execPath, import.meta.filename, chain, ...command];
}

/** Answers every question for an address with 127.0.0.1 (RFC 1035, 4). */
async function startNameServer() {
	const socket = createSocket("udp4");
	const RECORD = Buffer.from("c00c00010001000000000004" + "7f000001", "hex"); // the name in question, A, IN, 0 s, 4 bytes
	socket.on("message", (query, { address, port }) => {
		const header = Buffer.from(query.subarray(0, 12));
		header.writeUInt16BE(0x8180, 2); // an answer, without an error
		header.writeUInt16BE(1, 6); // with one record
		header.fill(0, 8); // and nothing else
		const question = query.subarray(12, query.indexOf(0, 12) + 5);
		socket.send(Buffer.concat([header, question, RECORD]), port, address);
	});
	await once(socket.bind(53, NAME_SERVER), "listening");
}

/** Says in JSON what was asked for; a WebSocket gets a greeting and is closed. */
async function startWeb(pki, chain) {
	function answer(request, response) {
		const body = JSON.stringify({ asked: `${request.method} ${request.headers.host}${request.url}` });
		request.resume().on("end", () => response.end(body));
	}
	const https = createHttps({ cert: readFileSync(pki.chain(chain)), key: readFileSync(pki.key(chain)) }, answer);
	new WebSocketServer({ server: https }).on("connection", (socket, { headers, url }) => {
		socket.send(`hello ${headers.host}${url}`);
		socket.close();
	});
	await once(https.listen(443), "listening");
	await once(createHttp(answer).listen(80), "listening");
}

async function run(chain, command) {
	const pki = new Pki(join(BUILD, "pki"));
	await startNameServer();
	await startWeb(pki, chain);
	const broker = await startMosquitto({ pki, chain, port: 8883 });
	const { port } = await startDebugger((text) => process.stdout.write(text), () => {});
	const child = start(command, { env: { ...process.env, XSBUG_PORT: String(port) }, stdio: ["pipe", "ignore", "pipe"] });
	child.once("exit", end);
	process.once("SIGTERM", end);

	async function end() {
		await Promise.all([stop(child), broker.stop()]);
		process.exit();
	}
}

if (process.argv[1] === import.meta.filename) {
	const [chain, ...command] = process.argv.slice(2);
	await run(chain, command);
}
