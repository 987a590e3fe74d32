// SPDX-License-Identifier: MIT
/*
 * `fetch` over TLS: sends a text with POST and prints the answer. The SDK's fetch takes its clients from
 * `device.network`: that is where TLS is chosen.
 *
 *     url=https://host[:port]/path   where to send it
 *     ca=name                        Resource with the DER certificate of the authority to believe
 *     body=text                      what to send
 */

import HTTPClient from "embedded:network/http/client";
import TLS from "embedded:io/socket/tcp/tls";
import { fetch } from "fetch";
import Resource from "Resource";
import config from "mc/config";
import Resolver from "resolver";

const https = {
	io: HTTPClient,
	dns: { io: Resolver },
	socket: { io: TLS, tls: { ca: new Resource(config.ca), applicationLayerProtocol: "http/1.1" } },
};

// Version 9.5 of the SDK looks for it at `https.client`, those before at `https`.
globalThis.device = { ...globalThis.device, network: { ...globalThis.device?.network, https: { ...https, client: https } } };

/** Sends the text and prints the answer. */
async function post() {
	const response = await fetch(config.url, { method: "POST", body: config.body });
	trace(`status ${response.status}\n`);
	trace(`${await response.text()}\n`);
	trace("done\n");
}

post();
