// SPDX-License-Identifier: MIT
// Rules C: what is accepted besides the standard, because programs for the Moddable SDK use it.

import TLS from "embedded:io/socket/tcp/tls";
import { equal, ok, same, test, throws } from "../support/tap.js";
import { address, bytesOf, ca, connect, Connection, failure, HOST, optionsFor, port, track, until } from "./support.js";

// C1

test("C1 onWriteable is onWritable", async () => {
	let count;
	const socket = track(new TLS(optionsFor("tls", { onWriteable(bytes) {
		count ??= bytes;
	} })));
	await until(() => count !== undefined);
	ok(count >= 1024);
	ok(socket.tls !== undefined);
});

test("C1 of both, onWritable counts, and the other is not looked at", async () => {
	let right = 0;
	const options = optionsFor("tls", { onWritable: () => right++ });
	Object.defineProperty(options, "onWriteable", { get() {
		throw new Error("was read");
	} });
	track(new TLS(options));
	await until(() => right > 0);
});

test("C1 onWriteable of something else throws and says so", () => {
	throws(() => new TLS(optionsFor("tls", { onWriteable: 1 })), TypeError, "onWriteable");
});

// C2

for (const nodelay of [true, false])
	test(`C2 nodelay of ${nodelay} is noDelay`, async () => {
		const connection = await connect("tls", { nodelay });
		equal(await connection.echo("x"), "x");
	});

test("C2 nodelay of something else throws and says so", () => {
	throws(() => new TLS(optionsFor("tls", { nodelay: 1 })), TypeError, "nodelay");
});

test("C2 of both, noDelay counts, and the other is not looked at", async () => {
	const connection = await connect("tls", { noDelay: true, nodelay: 1 });
	equal(await connection.echo("x"), "x");
});

// C3

test("C3 host beside tls is the default of tls.host", async () => {
	const connection = new Connection({ address, port: port("tls"), host: HOST, tls: { ca } });
	await connection.ready();
	equal(await connection.ask("server"), HOST);
});

test("C3 tls.host counts before host", async () => {
	const connection = await connect("tls", { host: "other.test", tls: { host: HOST } });
	equal(await connection.ask("server"), HOST);
	equal((await failure("tls", { host: HOST, tls: { host: "other.test" } })).code, "certificate-name");
});

test("C3 host is verified like tls.host", async () => {
	equal((await failure("tls", { host: "other.test", tls: { host: undefined } })).code, "certificate-name");
});

test("C3 the SDK's clients make their socket like this", async () => {
	const socket = { io: TLS, tls: { ca }, noDelay: true };
	const connection = new Connection({}, (callbacks) =>
		new socket.io({ ...socket, address, host: HOST, port: port("tls"), ...callbacks }));
	await connection.ready();
	connection.socket.format = "number";
	for (const byte of new Uint8Array(bytesOf("echo 3\nabc")))
		connection.socket.write(byte, { more: byte !== 99 });
	await connection.next("readable");
	same([connection.socket.read(), connection.socket.read(), connection.socket.read()], [97, 98, 99]);
});

// C4

test("C4 secure is tls", async () => {
	const connection = new Connection({ address, port: port("tls"), secure: { host: HOST, ca, maximumVersion: "TLSv1.2" } });
	await connection.ready();
	equal(connection.socket.tls.version, "TLSv1.2");
	equal(await connection.ask("server"), HOST);
});

test("C4 secure.serverName is tls.host", async () => {
	const connection = new Connection({ address, port: port("tls"), secure: { serverName: HOST, ca } });
	await connection.ready();
	equal(await connection.ask("server"), HOST);
	const other = new Connection({ address, port: port("tls"), secure: { serverName: "other.test", ca } });
	equal((await other.next("error")).code, "certificate-name");
});

test("C4 secure.applicationLayerProtocolNegotiation is tls.applicationLayerProtocol", async () => {
	for (const protocols of ["mqtt", ["mqtt", "other"], bytesOf("mqtt"), [bytesOf("mqtt")]]) {
		const connection = new Connection({
			address, port: port("alpn"), secure: { serverName: HOST, ca, applicationLayerProtocolNegotiation: protocols },
		});
		await connection.ready();
		equal(connection.socket.tls.applicationLayerProtocol, "mqtt");
		connection.close();
	}
});

test("C4 of both, tls counts, and secure is not looked at", async () => {
	const options = optionsFor("tls");
	Object.defineProperty(options, "secure", { get() {
		throw new Error("was read");
	} });
	const connection = new Connection({}, (callbacks) => {
		Object.defineProperties(options, Object.getOwnPropertyDescriptors(callbacks));
		return new TLS(options);
	});
	await connection.ready();
});

test("C4 host counts before serverName", async () => {
	const connection = new Connection({ address, port: port("tls"), secure: { host: HOST, serverName: "other.test", ca } });
	await connection.ready();
	equal(await connection.ask("server"), HOST);
});

test("C4 secure without an authority throws as tls does: verify is not looked at", () => {
	throws(() => new TLS({ address, port: port("tls"), host: HOST, secure: { verify: false } }), Error, "tls.ca");
});

for (const [name, value] of [["secure", 1], ["secure", null]])
	test(`C4 ${name} of ${value} throws and says so`, () => {
		throws(() => new TLS({ address, port: port("tls"), host: HOST, [name]: value }), TypeError, name);
	});

// C5

test("C5 onError receives an Error that says what went wrong", async () => {
	const error = await failure("nobody");
	ok(error instanceof Error);
	equal(typeof error.message, "string");
	ok(error.message.includes("refused"), error.message);
});

// C6

test("C6 port may be its digits, as URL gives them", async () => {
	const connection = await connect("tls", { port: String(port("tls")) });
	equal(connection.socket.remotePort, port("tls"));
	equal(await connection.echo("hello"), "hello");
});
