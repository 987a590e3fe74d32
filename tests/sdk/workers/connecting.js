// SPDX-License-Identifier: MIT
// The module of a worker: keeps connections, each at another stage, and says when they are there. It never closes one.

/* global self */

import TLS from "embedded:io/socket/tcp/tls";
import Resource from "Resource";

const ca = new Resource("ca.der");

/** @param {{port: number, silent: number}} peers ports of a server, and of one that says nothing in a handshake */
function connect({ port, silent }) {
	const address = "127.0.0.1";
	const options = { address, port, tls: { ca }, onError: (error) => self.postMessage({ failed: error.message }) };
	let open = 2;
	const isOpen = () => {
		if (--open === 0)
			self.postMessage({ open: true });
	};
	new TLS({ ...options, port: silent });                    // in the handshake
	new TLS({ ...options, onWritable: isOpen });              // with data that nobody reads
	new TLS({ ...options, tls: { ca, session: null }, onReadable() { // busy in both directions
		this.write(this.read());
	}, onWritable() {
		this.write(new Uint8Array(100));
		this.onWritable = undefined;
		isOpen();
	} });
	new TLS(options);                                         // just begun
}

self.onmessage = connect;
