// SPDX-License-Identifier: MIT
/*
 * TLS over connections that come in: waits on a TCP port for servers that call, verifies each, greets it, and prints what it
 * says until it ends the connection. The caller is the TLS server, this program is the client.
 *
 *     port=number                    to wait on; 0: one that is free
 *     host=name                      the name that the callers' certificates are for
 *     ca=name                        Resource with the DER certificate of the authority to believe
 */

import Listener from "embedded:io/socket/listener";
import TLS from "embedded:io/socket/tcp/tls";
import Resource from "Resource";
import TextDecoder from "text/decoder";
import config from "mc/config";

const tls = { host: config.host, ca: new Resource(config.ca) };

/** Takes over an accepted TCP instance. */
function secure(from) {
	const text = new TextDecoder(); // a read may end within a character
	let greeted = false;

	new TLS({
		from,
		tls,
		onWritable() {
			if (greeted)
				return;
			greeted = true;
			trace(`verified ${config.host} at ${this.remoteAddress}\n`);
			this.write(ArrayBuffer.fromString("hello\n"));
		},
		onReadable() {
			trace(text.decode(this.read(), { stream: true }));
		},
		onError(error) {
			this.close();
			trace((error.code === "closed") ? "done\n" : `failed: ${error.message}\n`);
		},
	});
}

const listener = new Listener({
	port: Number(config.port),
	onReadable(count) {
		while (count-- > 0)
			secure(this.read());
	},
});

trace(`listening on port ${listener.port}\n`);
