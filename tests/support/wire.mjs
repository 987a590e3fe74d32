// SPDX-License-Identifier: MIT
// The wire between client and server, in the tests' hands: scripted TCP servers that are no TLS servers, and a proxy
// that knows records (RFC 8446, 5.1) and can count, cut, change, drop or add them.

import { once } from "node:events";
import net from "node:net";

export const RECORD = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 };
const HEADER = 5;

/**
 * A TCP server whose behaviour is `script`, called with the socket of each client.
 * @param {(socket: net.Socket) => void} script
 */
export async function startRaw(script) {
	const sockets = new Set();
	const received = [];
	const server = net.createServer({ allowHalfOpen: true }, (socket) => {
		sockets.add(socket.setNoDelay());
		socket.on("error", () => {}); // a client that gives up resets the connection
		socket.on("data", (bytes) => received.push(bytes));
		script(socket);
	});
	await once(server.listen(0, "127.0.0.1"), "listening");
	return {
		port: server.address().port,
		/** All that clients have sent. */
		received: () => Buffer.concat(received),
		async stop() {
			server.close();
			for (const socket of sockets)
				socket.destroy();
			await once(server, "close");
		},
	};
}

/** One record with its header. */
export function record(type, payload, version = 0x0303) {
	return Buffer.concat([Buffer.of(type, version >> 8, version & 0xFF, payload.length >> 8, payload.length & 0xFF), payload]);
}

/** A fatal alert in plaintext. */
export function alert(description) {
	return record(RECORD.alert, Buffer.of(2, description));
}

/**
 * A proxy in front of a server.
 * @param {number} port the server's
 * @param {object} [script]
 * @param {(record: {type: number, bytes: Buffer, index: number}, connection: Connection) => Buffer|null|undefined}
 *     [script.toClient] called with each record that the server sends; returns what to send in its place, `null` for
 *     nothing, `undefined` for the record itself. `index` counts the records of one direction from 0
 * @param {*} [script.toServer] the same for what the client sends
 * @param {number} [script.pieces] forwards to the client in pieces of so many bytes, each in a segment of its own
 * @returns a server whose `connections` have the `records` of each direction: `{type, length}`
 */
export async function startProxy(port, { toClient, toServer, pieces } = {}) {
	const connections = [];
	const server = net.createServer({ allowHalfOpen: true }, (client) => connections.push(new Connection(client, port, { toClient, toServer, pieces })));
	await once(server.listen(0, "127.0.0.1"), "listening");
	return {
		port: server.address().port,
		connections,
		async stop() {
			server.close();
			for (const connection of connections)
				connection.close();
			await once(server, "close");
		},
	};
}

/** One client's way through the proxy. */
export class Connection {
	constructor(client, port, { toClient, toServer, pieces }) {
		this.client = client.setNoDelay();
		this.server = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true }).setNoDelay();
		this.records = { toClient: [], toServer: [] };
		this.#forward(this.server, this.client, this.records.toClient, toClient, pieces);
		this.#forward(this.client, this.server, this.records.toServer, toServer);
		for (const socket of [this.client, this.server])
			socket.on("error", () => this.close());
	}

	close() {
		this.client.destroy();
		this.server.destroy();
	}

	/** Ends the client's connection with a TCP reset. */
	reset() {
		this.client.resetAndDestroy();
		this.server.destroy();
	}

	/** Ends the client's connection after what was sent so far, without a close_notify. */
	cut() {
		this.client.end();
		this.server.destroy();
	}

	async #forward(from, to, log, script, pieces) {
		try {
			for await (const bytes of recordsOf(from)) {
				const whole = { type: bytes[0], bytes, index: log.length };
				log.push({ type: bytes[0], length: bytes.length - HEADER });
				const replacement = script?.(whole, this);
				if (replacement !== null && to.writable)
					await send(to, replacement ?? bytes, pieces);
			}
			if (to.writable)
				to.end();
		}
		catch {
			this.close(); // one side was torn down: so is the other
		}
	}
}

/** The records that arrive on a socket, each whole with its header. What is left at the end is given as it is. The other direction
 *  stays open. */
async function* recordsOf(socket) {
	let pending = Buffer.alloc(0);
	for await (const bytes of socket.iterator({ destroyOnReturn: false })) {
		pending = Buffer.concat([pending, bytes]);
		while (pending.length >= HEADER) {
			const end = HEADER + pending.readUInt16BE(3);
			if (pending.length < end)
				break;
			yield pending.subarray(0, end);
			pending = pending.subarray(end);
		}
	}
	if (pending.length > 0)
		yield pending;
}

async function send(socket, bytes, pieces = bytes.length) {
	for (let at = 0; at < bytes.length; at += pieces) {
		if (!socket.write(bytes.subarray(at, at + pieces)))
			await once(socket, "drain");
		if (pieces < bytes.length)
			await new Promise(setImmediate);
	}
}
