// SPDX-License-Identifier: MIT
// Rule T3 over connections that a Listener accepted: the server connects to us, and is the TLS server all the same. Only
// where the server can reach the program, and the platform has the module "embedded:io/socket/listener".

import Listener from "embedded:io/socket/listener";
import TCP from "embedded:io/socket/tcp";
import TLS from "embedded:io/socket/tcp/tls";
import { equal, ok, test, throws } from "../support/tap.js";
import { address, bytesOf, ca, connect, Connection, HOST, settle, track, until } from "./support.js";

const tls = { host: HOST, ca };

/** Has the server connect to us; gives the accepted TCP instance. */
async function accept() {
	const control = await connect("tls");
	const accepted = [];
	const listener = track(new Listener({ onReadable() {
		for (let socket = this.read(); socket !== undefined; socket = this.read())
			accepted.push(track(socket));
	} }));
	control.say(`dial ${listener.port}`);
	await until(() => accepted.length > 0);
	equal(accepted.length, 1);
	return accepted[0];
}

test("T3 from an accepted TCP instance", async () => {
	const from = await accept();
	ok(from instanceof TCP);
	const connection = new Connection({ from, tls });
	await connection.ready();
	equal(await connection.echo("accepted"), "accepted");
	equal(connection.socket.remoteAddress, address);
	ok(connection.socket.remotePort > 0);
	throws(() => from.read());
});

test("T3 from an accepted TCP instance, inside the listener's onReadable", async () => {
	const control = await connect("tls");
	let connection;
	const listener = track(new Listener({ onReadable() {
		connection ??= new Connection({ from: this.read(), tls });
	} }));
	control.say(`dial ${listener.port}`);
	await until(() => connection);
	await connection.ready();
	connection.say("send 20000");
	await connection.takePattern(20_000);
	connection.say("close");
	equal((await connection.next("error")).code, "closed");
});

test("T3 an accepted TCP instance is untouched by a constructor that throws", async () => {
	const from = await accept();
	throws(() => new TLS({ from, tls: { ...tls, ca: bytesOf("no certificate") } }));
	equal(from.format, "buffer");
	const connection = new Connection({ from, tls });
	await connection.ready();
});

test("T3 TLS goes on after the listener is closed", async () => {
	const control = await connect("tls");
	let connection;
	const listener = track(new Listener({ onReadable() {
		connection ??= new Connection({ from: this.read(), tls });
		this.close();
	} }));
	control.say(`dial ${listener.port}`);
	await until(() => connection);
	await connection.ready();
	await settle();
	equal(await connection.echo("hello"), "hello");
});
