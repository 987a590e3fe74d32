// SPDX-License-Identifier: MIT
// The other end of XS's debugger connection, as far as it takes to get what a program traces: it never stops a program.
//
// Both ends send XML, one document after the other. The program's are <xsbug> elements: <login> at first, <log> for what is
// traced, <break> when it has stopped; it then waits until it is told to go on.

import { once } from "node:events";
import { createServer } from "node:net";

const END = "</xsbug>";
const GREETING = "\r\n<set-all-breakpoints></set-all-breakpoints>\r\n"; // none
const GO = "\r\n<go/>\r\n";

/** The text of what XML says with references. */
function unescape(text) {
	const NAMES = { amp: "&", lt: "<", gt: ">", quot: "\"", apos: "'" };
	return text.replace(/&(?:#(\d+)|(\w+));/g, (reference, code, name) => code ? String.fromCharCode(Number(code)) : NAMES[name] ?? reference);
}

/** What is traced in a document. */
export function logOf(document) {
	return [...document.matchAll(/<log(?: [^>]*)?>([^<]*)<\/log>/g)].map(([, text]) => unescape(text)).join("");
}

function serve(socket, onLog, onEnd) {
	let pending = "";
	socket.setEncoding("utf8").on("data", (text) => {
		pending += text;
		for (let end = pending.indexOf(END); end >= 0; end = pending.indexOf(END)) {
			const document = pending.slice(0, end);
			pending = pending.slice(end + END.length);
			onLog(logOf(document));
			if (document.includes("<login "))
				socket.write(GREETING);
			if (document.includes("<break "))
				socket.write(GO);
		}
	});
	socket.on("error", () => {}); // the end of a program, which comes as "close", too
	socket.on("close", onEnd);
}

/**
 * Listens for programs, on 127.0.0.1.
 * @param {(text: string) => void} onLog called with what they trace
 * @param {() => void} onEnd called when one is gone
 * @returns {Promise<{port: number, close: () => void}>}
 */
export async function startDebugger(onLog, onEnd) {
	const sockets = new Set();
	const server = createServer((socket) => {
		sockets.add(socket);
		serve(socket, onLog, () => {
			sockets.delete(socket);
			onEnd();
		});
	});
	await once(server.listen(0, "127.0.0.1"), "listening");
	return {
		port: server.address().port,
		close() {
			server.close();
			for (const socket of sockets)
				socket.destroy();
		},
	};
}
