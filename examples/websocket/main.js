// SPDX-License-Identifier: MIT
/*
 * Secure WebSocket with the SDK's client: sends texts of several lengths to a server that sends back what it gets, each
 * when the one before has come back, and closes.
 *
 *     url=wss://host[:port]/path     the server
 *     ca=name                        Resource with the DER certificate of the authority to believe
 */

import WebSocketClient from "embedded:network/websocket/client";
import TLS from "embedded:io/socket/tcp/tls";
import Resource from "Resource";
import TextDecoder from "text/decoder";
import config from "mc/config";
import { locate } from "locate";
import Resolver from "resolver";

const { host, port, path } = locate(config.url, "wss", 443);
const lengths = [5, 125, 126, 1000]; // 126 is where the length takes more bytes (RFC 6455, 5.2)
const decoder = new TextDecoder(); // a part may end within a character
let sent = "";
let received = "";

/** Sends the next text, or the wish to close. */
function send(client) {
	const length = lengths.shift();
	sent = "0123456789".repeat(100).slice(0, length ?? 0);
	received = "";
	client.write(ArrayBuffer.fromString(sent), length ? { binary: false } : { opcode: WebSocketClient.close });
}

new WebSocketClient({
	host,
	port,
	path,
	dns: { io: Resolver },
	socket: { io: TLS, tls: { ca: new Resource(config.ca), applicationLayerProtocol: "http/1.1" } },
	onWritable() {
		if (!sent)
			send(this);
	},
	onReadable(count, { more }) {
		received += decoder.decode(this.read(count), { stream: more });
		if (more)
			return;
		if (received !== sent)
			throw new Error("what came back is something else");
		trace(`${received.length} characters came back\n`);
		send(this);
	},
	onClose() {
		trace("closed\n");
	},
	onError() {
		trace("connection failed\n");
	},
});
