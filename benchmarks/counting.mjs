// SPDX-License-Identifier: MIT
// A proxy that counts what TLS connections put on the wire: bytes and records (RFC 8446, 5.1).

import { once } from "node:events";
import net from "node:net";

const HEADER = 5;

/** @typedef {{sentBytes: number, sentRecords: number, receivedBytes: number, receivedRecords: number}} Counts as the client sees it */

/** @returns a function that takes the bytes of a direction as they come, and calls back for each record that begins */
export function recordCounter(begins) {
	let header = Buffer.alloc(0);
	let left = 0; // of the record's body
	return (bytes) => {
		for (let at = 0; at < bytes.length;) {
			if (left > 0) {
				const taken = Math.min(left, bytes.length - at);
				left -= taken;
				at += taken;
				continue;
			}
			const part = bytes.subarray(at, at + HEADER - header.length);
			header = Buffer.concat([header, part]);
			at += part.length;
			if (header.length === HEADER) {
				left = header.readUInt16BE(3);
				header = Buffer.alloc(0);
				begins();
			}
		}
	};
}

/** Listens on a port of its own, and passes on to `to` on this machine. Resolves to `port`, `counts` and `stop()`. */
export async function startCounting(to) {
	const counts = { sentBytes: 0, sentRecords: 0, receivedBytes: 0, receivedRecords: 0 };
	const sockets = new Set();
	const pass = (from, into, direction) => {
		const count = recordCounter(() => counts[`${direction}Records`]++);
		sockets.add(from);
		from.setNoDelay(true);
		from.on("data", (bytes) => {
			counts[`${direction}Bytes`] += bytes.length;
			count(bytes);
		});
		from.on("error", () => into.destroy()); // one side has gone; the client's exit tells whether that was right
		from.pipe(into);
	};
	const server = net.createServer((client) => {
		const peer = net.connect(to, "127.0.0.1");
		pass(client, peer, "sent");
		pass(peer, client, "received");
	});
	await once(server.listen(0, "127.0.0.1"), "listening");
	return {
		port: server.address().port,
		counts,
		async stop() {
			server.close();
			for (const socket of sockets)
				socket.destroy();
			await once(server, "close");
		},
	};
}
