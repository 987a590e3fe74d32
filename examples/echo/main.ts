// SPDX-License-Identifier: MIT
/*
 * Talks to a TLS server that sends back what it gets: both directions at once, at the pace that the socket allows.
 *
 *     host=name port=number          the server
 *     ca=name                        Resource with the DER certificate of the authority to believe
 *     count=bytes                    how much to send, 100,000 if absent
 *
 * Each message is written in two fragments, a head and a body; `more` and `byteLength` make one TLS record of them.
 */

import TLS from "embedded:io/socket/tcp/tls";
import Resource from "Resource";
import config from "mc/config";
import resolve from "resolve";

const host = config.host;
const total = Number(config.count ?? 100_000);
const bodyLength = 500;
const headLength = 4;
const messageLength = headLength + bodyLength;

/** The byte at a position of the stream: so that what comes back can be checked without keeping what went out. */
function pattern(position: number): number {
	return (position * 31 + (position >> 8)) & 0xFF;
}

function fragment(position: number, length: number): Uint8Array {
	const bytes = new Uint8Array(length);
	for (let i = 0; i < length; i++)
		bytes[i] = pattern(position + i);
	return bytes;
}

function echo(address: string): void {
	let sent = 0;
	let received = 0;

	new TLS({
		address,
		port: Number(config.port),
		tls: { host, ca: new Resource(config.ca) },
		onWritable(count) {
			while (sent < total && count >= messageLength) {
				this.write(fragment(sent, headLength), { more: true, byteLength: messageLength });
				count = this.write(fragment(sent + headLength, bodyLength));
				sent += messageLength;
			}
		},
		onReadable() {
			const bytes = new Uint8Array(this.read() as ArrayBuffer);
			for (const byte of bytes) {
				if (byte !== pattern(received))
					throw new Error(`byte ${received} is wrong`);
				received++;
			}
			if (received >= total) {
				trace(`${sent} bytes sent, ${received} came back as they were\n`);
				this.close();
			}
		},
		onError(error) {
			this.close();
			throw error;
		},
	});
}

resolve(host, (error, addresses) => {
	if (error)
		throw error;
	echo(addresses![0]!);
});
