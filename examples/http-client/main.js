// SPDX-License-Identifier: MIT
/*
 * HTTPS with the SDK's HTTP client: gets a page twice over one connection, and prints it once.
 *
 *     url=https://host[:port]/path   what to get
 *     ca=name                        Resource with the DER certificate of the authority to believe
 */

import HTTPClient from "embedded:network/http/client";
import TLS from "embedded:io/socket/tcp/tls";
import Resource from "Resource";
import TextDecoder from "text/decoder";
import config from "mc/config";
import { locate } from "locate";
import Resolver from "resolver";

const { host, port, path } = locate(config.url, "https", 443);

const client = new HTTPClient({
	host,
	port,
	dns: { io: Resolver },
	socket: { io: TLS, tls: { ca: new Resource(config.ca), applicationLayerProtocol: "http/1.1" } },
	onError(error) {
		trace(`connection failed: ${error ?? "lost"}\n`);
	},
});

/** Gets the page; `receive` is called with each part of it. */
function get(receive, done) {
	client.request({
		path,
		onHeaders(status) {
			trace(`status ${status}\n`);
		},
		onReadable(count) {
			receive(this.read(count));
		},
		onDone(error) {
			if (error)
				trace("request failed\n");
			else
				done();
		},
	});
}

const text = new TextDecoder(); // a part may end within a character

get((bytes) => trace(text.decode(bytes, { stream: true })), () => {
	let received = 0;
	get((bytes) => received += bytes.byteLength, () => {
		trace(`\nagain: ${received} bytes\n`);
		client.close();
	});
});
