// SPDX-License-Identifier: MIT
// The module of a worker: keeps connections, each at another stage, and says when they are there. It never closes one.

/* global self */

import TLS from "embedded:io/socket/tcp/tls";
import Resource from "Resource";

const ca = new Resource("ca.der");

/**
 * @param {object} wish
 * @param {number} wish.port of a server
 * @param {number} wish.silent of one that says nothing in a handshake
 * @param {boolean} wish.mute says nothing either
 */
function connect({ port, silent, mute }) {
	const say = mute ? () => {} : (message) => self.postMessage(message);
	const options = { address: "127.0.0.1", port, tls: { ca }, onError: (error) => say({ failed: error.message }) };
	const stages = new Set();
	const reach = (stage) => { // tells once: to end a worker twice is fatal
		if (stages.size < 2 && stages.add(stage).size === 2)
			say({ open: true });
	};
	const sendOnce = () => {
		let sent = false;
		return function () {
			if (!sent)
				this.write(new Uint8Array(100));
			sent = true;
		};
	};
	new TLS({ ...options, port: silent }); // in the handshake
	new TLS({ ...options, onWritable: sendOnce(), onReadable: () => reach("unread") }); // with data that nobody reads
	new TLS({ ...options, tls: { ca, session: null }, onWritable: sendOnce(), onReadable() { // busy in both directions
		this.write(this.read());
		reach("busy");
	} });
	new TLS(options); // just begun
}

self.onmessage = connect;
