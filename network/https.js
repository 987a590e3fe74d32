// SPDX-License-Identifier: MIT
// Preloaded: provides `device.network.https` for the SDK's HTTP client and `fetch`.

import "httpclient/config"; // makes `device.network.http`, and is to run before
import HTTPClient from "embedded:network/http/client";
import ClientSocket from "embedded:io/socket/tcp/tls/client";

globalThis.device = Object.freeze({
	...globalThis.device,
	network: {
		...globalThis.device.network,
		https: {
			io: HTTPClient,
			dns: globalThis.device.network.http.dns,
			port: 443,
			socket: { io: ClientSocket, tls: { applicationLayerProtocol: "http/1.1" } },
		},
	},
}, true);
