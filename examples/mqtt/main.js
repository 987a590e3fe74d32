// SPDX-License-Identifier: MIT
/*
 * MQTT over TLS with the SDK's client: subscribes to a topic, publishes to it once, and prints what comes back.
 *
 *     url=mqtts://host[:port]        the broker
 *     ca=name                        Resource with the DER certificate of the authority to believe
 *     topic=name  message=text       what to publish, with quality of service 1
 *
 * A broker that wants a client certificate, such as AWS IoT, needs these as well:
 *
 *     certificate=name key=name      Resources with the client's certificate and private key, DER
 *     protocol=name                  for ALPN: AWS IoT on port 443 wants x-amzn-mqtt-ca
 */

import MQTTClient from "embedded:network/mqtt/client";
import TLS from "embedded:io/socket/tcp/tls";
import Resource from "Resource";
import TextDecoder from "text/decoder";
import Timer from "timer";
import config from "mc/config";
import { locate } from "locate";
import Resolver from "resolver";

const { host, port } = locate(config.url, "mqtts", 8883);

const tls = { ca: new Resource(config.ca) };
if (config.certificate) {
	tls.clientCertificate = new Resource(config.certificate);
	tls.clientKey = new Resource(config.key);
}
if (config.protocol)
	tls.applicationLayerProtocol = config.protocol;

const steps = {
	[MQTTClient.CONNACK](client) {
		trace("connected\n");
		client.write(null, { operation: MQTTClient.SUBSCRIBE, items: [{ topic: config.topic, QoS: 1 }] });
	},
	[MQTTClient.SUBACK](client) {
		trace("subscribed\n");
		client.write(ArrayBuffer.fromString(config.message), { topic: config.topic, QoS: 1 });
	},
	[MQTTClient.PUBACK]() {
		trace("published\n");
	},
};

function finish(client) {
	client.write(null, { operation: MQTTClient.DISCONNECT });
	client.close();
	trace("done\n");
}

const decoder = new TextDecoder(); // a part may end within a character
let text = "";

new MQTTClient({
	host,
	port,
	id: "mqtt-example",
	keepAlive: 60_000, // milliseconds
	dns: { io: Resolver },
	socket: { io: TLS, tls },
	onControl({ operation }) {
		steps[operation]?.(this);
	},
	onReadable(count, { more }) {
		text += decoder.decode(this.read(count), { stream: more });
		if (more)
			return;
		trace(`received ${text}\n`);
		Timer.set(() => finish(this)); // after this callback, the client goes on with its socket
	},
	onError() {
		trace("connection failed\n");
	},
});
