// SPDX-License-Identifier: MIT
// Preloaded: provides `device.network.wss` for the SDK's WebSocket client and `WebSocket`.

import "config"; // the WebSocket client's: makes `device.network.ws`, and is to run before
import WebSocketClient from "embedded:network/websocket/client";
import ClientSocket from "embedded:io/socket/tcp/tls/client";

globalThis.device = Object.freeze({
	...globalThis.device,
	network: {
		...globalThis.device.network,
		wss: {
			io: WebSocketClient,
			dns: globalThis.device.network.ws.dns,
			port: 443,
			socket: { io: ClientSocket, tls: { applicationLayerProtocol: "http/1.1" } },
		},
	},
}, true);
