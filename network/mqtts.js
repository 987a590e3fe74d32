// SPDX-License-Identifier: MIT
// Preloaded: provides `device.network.mqtts` for the SDK's MQTT client and `mqtt/js`.

import "mqttclient/config"; // makes `device.network.mqtt`, and is to run before
import MQTTClient from "embedded:network/mqtt/client";
import ClientSocket from "embedded:io/socket/tcp/tls/client";

globalThis.device = Object.freeze({
	...globalThis.device,
	network: {
		...globalThis.device.network,
		mqtts: {
			io: MQTTClient,
			dns: globalThis.device.network.mqtt.dns,
			port: 8883,
			socket: { io: ClientSocket },
		},
	},
}, true);
