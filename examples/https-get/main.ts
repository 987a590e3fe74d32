// SPDX-License-Identifier: MIT
/*
 * Gets one HTTPS page and prints who answered, how, how fast, and the page.
 *
 *     url=https://host[:port]/path   what to get
 *     ca=name                        Resource with the DER certificate of the authority to believe
 */

import TLS from "embedded:io/socket/tcp/tls";
import Resource from "Resource";
import TextDecoder from "text/decoder";
import config from "mc/config";
import { locate } from "locate";
import resolve from "resolve";

const { host, port, path } = locate(config.url, "https", 443);
const request = ArrayBuffer.fromString(
	`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: https-get\r\nConnection: close\r\n\r\n`);

/** Asks the first of the addresses that answers. */
function get([address, ...others]: string[]): void {
	const started = Date.now();
	const text = new TextDecoder(); // a read may end within a character
	let sent = false;
	let received = 0;

	new TLS({
		address: address!,
		port,
		tls: { host, ca: new Resource(config.ca) },
		onWritable() {
			if (sent)
				return;
			sent = true;
			const { version, cipherSuite } = this.tls!;
			trace(`verified   ${host} at ${this.remoteAddress}\n`);
			trace(`version    ${version}\n`);
			trace(`suite      ${cipherSuite}\n`);
			trace(`handshake  ${Date.now() - started} ms\n\n`);
			this.write(request);
		},
		onReadable() {
			const bytes = this.read() as ArrayBuffer;
			received += bytes.byteLength;
			trace(text.decode(bytes, { stream: true }));
		},
		onError(error) {
			this.close();
			if (others.length > 0 && (error.code === "refused" || error.code === "unreachable"))
				return get(others);
			if (error.code !== "closed")
				throw error;
			trace(`\n\n${received} bytes in ${Date.now() - started} ms\n`);
		},
	});
}

resolve(host, (error, addresses) => {
	if (error)
		throw error;
	get(addresses!);
});
