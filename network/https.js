// SPDX-License-Identifier: MIT
// Preloaded: provides `device.network.https` for the SDK's HTTP client and `fetch`.

import "httpclient/config"; // makes `device.network.http`, and is to run before
import HTTPClient from "embedded:network/http/client";
import ClientSocket from "embedded:io/socket/tcp/tls/client";

// Version 9.5 of the SDK has clients as `client` of their protocol; those before have them as the protocol itself.
const { http } = globalThis.device.network;
const client = {
	io: HTTPClient,
	dns: (http.client ?? http).dns,
	port: 443,
	socket: { io: ClientSocket, tls: { applicationLayerProtocol: "http/1.1" } },
};

globalThis.device = Object.freeze({
	...globalThis.device,
	network: { ...globalThis.device.network, https: { ...client, client } },
}, true);
