// SPDX-License-Identifier: MIT
// Rules X1, X4 and X5: what we add to the standard.

import TLS from "embedded:io/socket/tcp/tls";
import Timer from "timer";
import { equal, ok, same, show, test, throws } from "../support/tap.js";
import { bytesOf, connect, Connection, failure, file, HOST, optionsFor, settle } from "./support.js";

// X1

for (const name of ["silent", "text"])
	test(`X1 a peer that does not speak TLS on "${name}" ends in an error`, async () => {
		const error = await failure(name, { tls: { handshakeTimeout: 300 } });
		equal(error.code, (name === "silent") ? "timeout" : "protocol");
	});

test("X1 after the timeout only close is of use", async () => {
	const connection = new Connection(optionsFor("silent", { tls: { handshakeTimeout: 100 } }));
	equal((await connection.next("error")).code, "timeout");
	throws(() => connection.socket.write(bytesOf("x")));
	equal(connection.socket.read(), undefined);
	await settle();
	same(connection.calls, ["error"]);
	connection.close();
});

test("X1 there is none after the handshake", async () => {
	const limit = 3000; // milliseconds; long enough for a handshake on a small board
	const connection = await connect("tls", { tls: { handshakeTimeout: limit } });
	await new Promise((resolve) => Timer.set(resolve, limit + 200));
	equal(connection.calls.includes("error"), false);
	equal(await connection.echo("late"), "late");
});

test("X1 there is none after close", async () => {
	let calls = 0;
	const socket = new TLS(optionsFor("silent", { tls: { handshakeTimeout: 50 }, onError: () => calls++ }));
	socket.close();
	await new Promise((resolve) => Timer.set(resolve, 150));
	equal(calls, 0);
});

for (const value of [0, -1, 0.5, NaN, Infinity, 0x80000000])
	test(`X1 a handshakeTimeout of ${value} throws`, () => {
		throws(() => new TLS(optionsFor("tls", { tls: { handshakeTimeout: value } })), RangeError, "tls.handshakeTimeout");
	});

for (const value of [null, "1000", true, {}, 1000n])
	test(`X1 a handshakeTimeout of ${typeof value} ${show(value)} throws`, () => {
		throws(() => new TLS(optionsFor("tls", { tls: { handshakeTimeout: value } })), TypeError, "tls.handshakeTimeout");
	});

// X4

test("X4 tls is undefined until the handshake is done", async () => {
	const connection = new Connection(optionsFor("tls"));
	equal(connection.socket.tls, undefined);
	await connection.ready();
	ok(connection.socket.tls !== undefined);
});

test("X4 tls stays undefined when the handshake fails", async () => {
	const connection = new Connection(optionsFor("expired"));
	await connection.next("error");
	equal(connection.socket.tls, undefined);
});

for (const [name, version, suites] of [
	["tls12", "TLSv1.2", /^TLS_ECDHE_ECDSA_WITH_(AES_128_GCM_SHA256|AES_256_GCM_SHA384|CHACHA20_POLY1305_SHA256)$/],
	["tls13", "TLSv1.3", /^TLS_(AES_128_GCM_SHA256|AES_256_GCM_SHA384|CHACHA20_POLY1305_SHA256)$/],
])
	test(`X4 tls tells what was negotiated on ${name}`, async () => {
		const connection = await connect(name);
		const { tls } = connection.socket;
		equal(tls.version, version);
		ok(suites.test(tls.cipherSuite), tls.cipherSuite);
		equal(tls.applicationLayerProtocol, undefined);
		equal(tls.resumed, false);
	});

test("X4 tls tells the application layer protocol", async () => {
	const connection = await connect("alpn", { tls: { applicationLayerProtocol: ["h2", "http/1.1"] } });
	equal(connection.socket.tls.applicationLayerProtocol, "h2");
});

test("X4 tls has the peer's certificate where the build keeps it", async () => {
	const { peerCertificate } = (await connect("tls")).socket.tls;
	if (peerCertificate !== undefined)
		equal(show(peerCertificate), show(await file("server-p256.der")));
});

test("X4 tls is frozen and cannot be set", async () => {
	const { socket } = await connect("tls");
	const { tls } = socket;
	ok(Object.isFrozen(tls));
	throws(() => tls.version = "TLSv1.0", TypeError);
	throws(() => socket.tls = {}, TypeError);
	equal(socket.tls.version, "TLSv1.3");
	equal(Object.hasOwn(socket, "tls"), false);
});

test("X4 what a script does to the certificate does not last", async () => {
	const { socket } = await connect("tls");
	const before = show(socket.tls.peerCertificate);
	if (socket.tls.peerCertificate !== undefined)
		new Uint8Array(socket.tls.peerCertificate).fill(0);
	equal(show(socket.tls.peerCertificate), before);
});

test("X4 tls remains after the peer has closed", async () => {
	const connection = await connect("tls");
	connection.say("close");
	await connection.next("error");
	equal(connection.socket.tls.version, "TLSv1.3");
});

// X5

const CAUSES = {
	"refused": () => failure("nobody"),
	"timeout": () => failure("silent", { tls: { handshakeTimeout: 50 } }),
	"reset": () => failure("hostile"),
	"truncated": () => failure("deaf"),
	"protocol": () => failure("text"),
	"version": () => failure("tls12", { tls: { minimumVersion: "TLSv1.3" } }),
	"application-protocol": () => failure("alpnOther", { tls: { applicationLayerProtocol: "h2" } }),
	"client-certificate": () => failure("clientCertificate"),
	"certificate-expired": () => failure("expired"),
	"certificate-name": () => failure("tls", { tls: { host: "other.test" } }),
	"certificate-issuer": async () => failure("tls", { tls: { ca: await file("root-rsa.der") } }),
};

for (const [code, cause] of Object.entries(CAUSES))
	test(`X5 onError's code is "${code}"`, async () => {
		const error = await cause();
		ok(error instanceof Error);
		equal(error.code, code);
		ok(error.message.length > 20, error.message);
		ok(error.message.includes(HOST) || error.message.includes("other.test"), error.message);
	});

for (const [command, code] of [["close", "closed"], ["cut", "truncated"], ["reset", "reset"]])
	test(`X5 after the handshake, "${command}" is "${code}"`, async () => {
		const connection = await connect("tls");
		connection.say(command);
		equal((await connection.next("error")).code, code);
	});

for (const [command, code] of [["close", "closed"], ["cut", "truncated"]])
	test(`X5 what arrived before "${command}" can be read first`, async () => {
		const connection = await connect("tls");
		connection.say("send 30000 1000");
		connection.say(command);
		equal((await connection.take(30_000)).byteLength, 30_000);
		equal((await connection.next("error")).code, code);
	});

test("X5 after the end write throws, with the code", async () => {
	const connection = await connect("tls");
	connection.say("close");
	await connection.next("error");
	equal(throws(() => connection.socket.write(bytesOf("x"))).code, "closed");
});

test("X5 what the constructor throws has a code where the fault is not the option's", () => {
	equal(throws(() => new TLS(optionsFor("tls", { tls: { ca: new ArrayBuffer(10) } }))).code, "certificate-malformed");
});
