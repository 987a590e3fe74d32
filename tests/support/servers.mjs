// SPDX-License-Identifier: MIT
// Real TLS servers on this machine: OpenSSL, GnuTLS and Node as echo servers, nginx and mosquitto for what they are.
//
// Each start function resolves to a server that listens, with `port` and `stop()`.

import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";
import { freePort, start, stop, untilListening } from "./processes.mjs";

/**
 * @typedef {object} ServerOptions
 * @property {import("../pki/pki.mjs").Pki} pki
 * @property {string} chain name of the server's certificate
 * @property {"TLSv1.2"|"TLSv1.3"} [version] the only one; both by default
 * @property {string} [clientAuthority] name of the root that clients must have a certificate under
 * @property {string[]} [protocols] for ALPN, in order of preference
 * @property {string} [address] Node only; 127.0.0.1 by default
 */

/** `openssl s_server`, echoing. One client at a time. */
export async function startOpenssl(options) {
	const { child, ...server } = await startOpensslServer(options, ["-quiet"]);
	child.stdout.pipe(child.stdin);
	return server;
}

/**
 * `openssl s_server` as it is at a terminal: `type(line)` sends a line to the client, or makes the server do what a line of
 * one letter stands for, such as "k", a TLS 1.3 KeyUpdate, or "r", a renegotiation. Of lines that come at once only the
 * first can be such. `connected` resolves with the first client.
 */
export async function startOpensslConsole(options) {
	const { child, ...server } = await startOpensslServer(options, []);
	const connected = new Promise((resolve) => {
		let output = "";
		child.stdout.setEncoding("utf8").on("data", (text) => {
			output += text;
			if (output.includes("CIPHER is "))
				resolve();
		});
	});
	return { ...server, connected, type: (line) => child.stdin.write(`${line}\n`) };
}

async function startOpensslServer({ pki, chain, version, clientAuthority, protocols, more = [] }, mode) {
	const port = await freePort();
	const child = start(["openssl", "s_server", ...mode, "-accept", `127.0.0.1:${port}`,
		"-cert", pki.chain(chain), "-cert_chain", pki.chain(chain), "-key", pki.key(chain),
		...(version ? [{ "TLSv1.2": "-tls1_2", "TLSv1.3": "-tls1_3" }[version]] : []),
		...(clientAuthority ? ["-Verify", "3", "-verify_return_error", "-CAfile", pki.chain(clientAuthority)] : []),
		...(protocols ? ["-alpn", protocols.join(",")] : []),
		...more]);
	await untilListening(child, port);
	return { child, port, stop: () => stop(child), log: () => child.log };
}

/** `gnutls-serv`, echoing. */
export async function startGnutls({ pki, chain, version, clientAuthority, protocols, priority, more = [] }) {
	const port = await freePort();
	const versions = version ? `-VERS-ALL:+VERS-${version.replace("TLSv", "TLS")}` : "-VERS-TLS1.0:-VERS-TLS1.1";
	const child = start(["gnutls-serv", "--echo", "--crlf", "--quiet", "--port", String(port),
		"--x509certfile", pki.chain(chain), "--x509keyfile", pki.key(chain),
		"--priority", priority ?? `NORMAL:${versions}`,
		...(clientAuthority ? ["--require-client-cert", "--verify-client-cert", "--x509cafile", pki.chain(clientAuthority)] : ["--disable-client-cert"]),
		...(protocols ?? []).flatMap((protocol) => ["--alpn", protocol]),
		...more]);
	child.stdout.resume();
	await untilListening(child, port);
	return { port, stop: () => stop(child), log: () => child.log };
}

/**
 * Node's TLS server, in this process, echoing or with a behaviour of its own.
 * @param {ServerOptions & {behaviour?: (socket: tls.TLSSocket) => void, tls?: tls.TlsOptions}} options
 * @returns a server that also has `connections`: for each TCP connection what became of it, `{socket?, clientName?,
 *     received, error?}`; there is a `socket` once the handshake is done, `clientName` is the common name in the client's
 *     certificate, and `received` counts the application's bytes; and `keyLog`, the lines of the server's key log
 */
export async function startNode({ pki, chain, version, clientAuthority, protocols, address = "127.0.0.1", behaviour, tls: more }) {
	const connections = [];
	const keyLog = [];
	const server = tls.createServer({
		cert: readFileSync(pki.chain(chain)),
		key: readFileSync(pki.key(chain)),
		minVersion: version ?? "TLSv1.2",
		maxVersion: version ?? "TLSv1.3",
		...(clientAuthority && { requestCert: true, rejectUnauthorized: true, ca: readFileSync(pki.chain(clientAuthority)) }),
		...(protocols && { ALPNProtocols: protocols }),
		...more,
	});
	server.on("connection", (socket) => {
		const connection = { received: 0, port: socket.remotePort, raw: socket };
		connections.push(connection);
		connection.closed = once(socket, "close");
	});
	server.on("keylog", (line) => keyLog.push(line.toString().trimEnd()));
	const connectionOf = (socket) => connections.findLast(({ port }) => port === socket.remotePort);
	server.on("tlsClientError", (error, socket) => {
		const connection = connectionOf(socket) ?? connections.at(-1);
		connection.error = error;
	});
	server.on("secureConnection", (socket) => {
		const connection = connectionOf(socket);
		connection.socket = socket;
		connection.clientName = socket.getPeerCertificate()?.subject?.CN;
		socket.on("error", (error) => connection.error = error);
		socket.on("data", (bytes) => connection.received += bytes.length);
		(behaviour ?? echo)(socket, connection);
	});
	await once(server.listen(0, address), "listening");
	return {
		port: server.address().port,
		connections,
		keyLog,
		async stop() {
			server.close();
			for (const { raw } of connections)
				raw.destroy();
			await once(server, "close");
		},
	};
}

function echo(socket) {
	socket.pipe(socket);
}

/** The servers that echo. */
export const ECHO_SERVERS = { OpenSSL: startOpenssl, GnuTLS: startGnutls, Node: startNode };

/**
 * nginx, serving files over HTTPS.
 * @param {ServerOptions & {files: Record<string, string|Buffer>, more?: string, others?: string[]}} options `more`: directives of
 *     the server; `others`: those of other servers on the same port, by names of their own; `port`: a free one by default
 */
export async function startNginx({ pki, chain, version, files, more = "", others = [], port }) {
	const folder = mkdtempSync(join(tmpdir(), "nginx-"));
	port ??= await freePort();
	for (const [name, content] of Object.entries(files))
		writeFileSync(join(folder, name), content);
	writeFileSync(join(folder, "nginx.conf"), `
		daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr; ${process.getuid() === 0 ? "user root;" : ""}
		events {}
		http {
			access_log off;
			client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
			server {
				listen 127.0.0.1:${port} ssl;
				ssl_certificate ${pki.chain(chain)}; ssl_certificate_key ${pki.key(chain)};
				ssl_protocols ${version ?? "TLSv1.2 TLSv1.3"};
				root ${folder};
				${more}
			}
			${others.map((directives) => `server { listen 127.0.0.1:${port} ssl; root ${folder}; ${directives} }`).join("\n")}
		}
	`);
	const child = start(["nginx", "-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")]);
	return finish(child, port, folder);
}

/** mosquitto, an MQTT broker over TLS that lets everybody in, or everybody with a certificate. */
export async function startMosquitto({ pki, chain, version, clientAuthority, port }) {
	const folder = mkdtempSync(join(tmpdir(), "mosquitto-"));
	port ??= await freePort();
	writeFileSync(join(folder, "mosquitto.conf"), [
		`listener ${port} 127.0.0.1`,
		"allow_anonymous true",
		`certfile ${pki.chain(chain)}`,
		`keyfile ${pki.key(chain)}`,
		...(process.getuid() === 0 ? ["user root"] : []),
		...(version ? [`tls_version ${version.replace("TLSv", "tlsv")}`] : []),
		...(clientAuthority ? ["require_certificate true", `cafile ${pki.chain(clientAuthority)}`] : []),
		"",
	].join("\n"));
	const child = start(["mosquitto", "-c", join(folder, "mosquitto.conf")]);
	return finish(child, port, folder);
}

async function finish(child, port, folder) {
	child.stdout.resume();
	await untilListening(child, port);
	return {
		port,
		log: () => child.log,
		async stop() {
			await stop(child);
			rmSync(folder, { recursive: true });
		},
	};
}
