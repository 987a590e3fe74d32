// SPDX-License-Identifier: MIT
// Rules X: what we add to the standard. (X6, the key log, is not for programs.)

import TLS from "embedded:io/socket/tcp/tls";
import Timer from "timer";
import { fromHex } from "../support/hex.js";
import { equal, ok, same, sameBytes, show, test, throws } from "../support/tap.js";
import { ask, bytesOf, connect, Connection, failure, file, hasMessages, HOST, optionsFor, settle } from "./support.js";

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

test("X1 a handshake does not go on after its timeout, though its peer would", async () => {
	const connection = new Connection(optionsFor("tls", { tls: { handshakeTimeout: 1 } }));
	for (const start = Date.now(); Date.now() - start < 20;)
		; // TCP is connected meanwhile, and the time is over
	equal((await connection.next("error")).code, "timeout");
	await settle();
	same(connection.calls, ["error"]);
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

// X2

const pinOf = async (name) => fromHex(await ask(`pin ${name}`));
const WRONG_PIN = new ArrayBuffer(32);

for (const name of ["server-p256", "intermediate-p256", "root-p256"])
	test(`X2 a pin of the chain's ${name}`, async () => {
		const pin = await pinOf(name);
		for (const pins of [pin, [pin], [WRONG_PIN, new Uint8Array(pin)]]) {
			const connection = await connect("tls", { tls: { pins } });
			equal(await connection.echo("pinned"), "pinned");
			connection.close();
		}
	});

test("X2 without a pin of the chain, the peer is refused", async () => {
	for (const pins of [WRONG_PIN, [WRONG_PIN], await pinOf("root-rsa")])
		equal((await failure("tls", { tls: { pins } })).code, "certificate-pin");
});

test("X2 a pin does not make up for a bad chain", async () => {
	const pins = await pinOf("expired");
	equal((await failure("expired", { tls: { pins } })).code, "certificate-expired");
	equal((await failure("tls", { tls: { pins: await pinOf("server-p256"), ca: await file("root-rsa.der") } })).code, "certificate-issuer");
});

for (const length of [0, 1, 31, 33, 64])
	test(`X2 a pin of ${length} bytes throws`, () => {
		throws(() => new TLS(optionsFor("tls", { tls: { pins: new ArrayBuffer(length) } })), RangeError, "tls.pins");
		throws(() => new TLS(optionsFor("tls", { tls: { pins: [WRONG_PIN, new ArrayBuffer(length)] } })), RangeError, "tls.pins");
	});

for (const value of [null, "pin", 1, true, {}, [null], ["pin"], new Uint16Array(16)])
	test(`X2 pins of ${typeof value} ${show(value).slice(0, 40)} throw`, () => {
		throws(() => new TLS(optionsFor("tls", { tls: { pins: value } })), TypeError, "tls.pins");
	});

test("X2 pins of an empty list throw", () => {
	throws(() => new TLS(optionsFor("tls", { tls: { pins: [] } })), RangeError, "tls.pins");
});

// X3

/** A session that the server gave. It has none for who resumes one in TLS 1.3, and so an empty one keeps those in RAM away. */
async function sessionOf(tls) {
	const connection = await connect("resuming", { tls: { session: new ArrayBuffer(0), ...tls } });
	await connection.echo("x"); // in TLS 1.3 the ticket comes before the answer
	const { session } = connection.socket.tls;
	connection.close();
	ok(session instanceof ArrayBuffer && session.byteLength > 0, show(session));
	return session;
}

for (const version of ["TLSv1.2", "TLSv1.3"]) {
	const range = { minimumVersion: version, maximumVersion: version };

	test(`X3 a session resumes, ${version}`, async () => {
		const session = await sessionOf(range);
		for (const form of [session, new Uint8Array(session), new DataView(session)]) {
			const connection = await connect("resuming", { tls: { ...range, session: form } });
			equal(connection.socket.tls.resumed, true);
			equal(connection.socket.tls.version, version);
			equal(await connection.echo("again"), "again");
			connection.close();
		}
	});

	test(`X3 a damaged session is ignored, ${version}`, async () => {
		const session = await sessionOf(range);
		for (const damaged of [new ArrayBuffer(0), new ArrayBuffer(1), new ArrayBuffer(500), session.slice(0, -1), session.slice(1), bytesOf("session")]) {
			const connection = await connect("resuming", { tls: { ...range, session: damaged } });
			equal(connection.socket.tls.resumed, false);
			equal(await connection.echo("new"), "new");
			connection.close();
		}
	});

	test(`X3 a session that the server does not know is ignored, ${version}`, async () => {
		const session = await sessionOf(range);
		const connection = await connect((version === "TLSv1.2") ? "tls12" : "tls13", { tls: { session } });
		equal(connection.socket.tls.resumed, false);
		equal(await connection.echo("new"), "new");
	});

	test(`X3 a session for another name is ignored, ${version}`, async () => {
		const session = await sessionOf(range);
		const connection = await connect("resuming", { tls: { ...range, session, host: "localhost" } });
		equal(connection.socket.tls.resumed, false);
	});

	test(`X3 without a session, connections to the same peer resume by themselves, ${version}`, async () => {
		const tls = { ...range, host: "localhost" };
		await sessionOf(tls);
		const connection = await connect("resuming", { tls });
		equal(connection.socket.tls.resumed, true);
		equal(await connection.echo("again"), "again");
	});
}

/** Connects and echoes so often; gives, for each connection, whether it was resumed. */
async function resumptions(name, count, tls) {
	const resumed = [];
	for (let i = 0; i < count; i++) {
		const connection = await connect(name, { tls });
		equal(await connection.echo("hello"), "hello"); // in TLS 1.3 the tickets come before the answer
		resumed.push(connection.socket.tls.resumed);
		connection.close();
	}
	return resumed;
}

/** How many TCP connections the server has seen while something was done, those of asking not counted. */
async function connectionsOf(action) {
	const before = Number(await ask("connections"));
	await action();
	return Number(await ask("connections")) - before - 1;
}

test("X3 as many sessions are kept as the server gave", async () => {
	const tls = { minimumVersion: "TLSv1.3", applicationLayerProtocol: "several" }; // a peer of its own
	same(await resumptions("resuming", 4, tls), [false, true, true, false]); // two, and none with a connection that resumes
});

for (const version of ["TLSv1.2", "TLSv1.3"]) {
	const range = { minimumVersion: version, maximumVersion: version };

	test(`X3 a server that refuses sessions is connected to all the same, and not asked again for a while, ${version}`, async () => {
		equal(await connectionsOf(() => resumptions("unwilling", 1, range)), 1);
		equal(await connectionsOf(async () => same(await resumptions("unwilling", 1, range), [false])), 2);
		equal(await connectionsOf(async () => same(await resumptions("unwilling", 2, range), [false, false])), 2);
		const connection = await connect("unwilling", { tls: range });
		await connection.echo("hello");
		const { session } = connection.socket.tls; // nor with a session of one's own
		connection.close();
		equal(await connectionsOf(async () => same(await resumptions("unwilling", 1, { ...range, session }), [false])), 1);
	});

	test(`X3 session: null turns sessions off, ${version}`, async () => {
		const tls = { ...range, applicationLayerProtocol: "off" }; // a peer of its own
		same(await resumptions("resuming", 2, tls), [false, true]);
		const connection = await connect("resuming", { tls: { ...tls, session: null } });
		equal(await connection.echo("hello"), "hello");
		equal(connection.socket.tls.resumed, false);
		equal(connection.socket.tls.session, undefined);
		connection.close();
		same(await resumptions("resuming", 1, tls), [true], "the session that is kept is still there");
	});

	test(`X3 with session: null none is kept, ${version}`, async () => {
		const tls = { ...range, applicationLayerProtocol: "none" };
		await resumptions("resuming", 1, { ...tls, session: null });
		same(await resumptions("resuming", 1, tls), [false]);
	});
}

test("X3 servers of several versions behind an address", async () => {
	const resumed = await resumptions("farm", 6);
	equal(resumed[0], false);
});

for (const value of ["session", 1, true, [new ArrayBuffer(1)], new Uint16Array(4)])
	test(`X3 a session of ${typeof value} ${show(value)} throws`, () => {
		throws(() => new TLS(optionsFor("tls", { tls: { session: value } })), TypeError, "tls.session");
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
		sameBytes(peerCertificate, await file("server-p256.der"));
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
		const [, host, what] = /^(.*?): (.+)$/.exec(error.message);
		equal(host, (code === "certificate-name") ? "other.test" : HOST);
		ok(hasMessages ? what.length > 20 : what.startsWith(code), error.message);
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
		await connection.takePattern(30_000);
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

// X7

const DAY = 24 * 60 * 60_000; // milliseconds
const AGES = 40 * DAY; // the server's certificate is good for less

for (const [what, toTime] of [["milliseconds", (time) => time], ["a Date", (time) => new Date(time)]]) {
	test(`X7 certificates are checked at a time given as ${what}`, async () => {
		const now = Date.now();
		const connection = await connect("tls", { tls: { time: toTime(now) } });
		equal(await connection.echo("now"), "now");
		equal((await failure("tls", { tls: { time: toTime(now + AGES) } })).code, "certificate-expired");
		equal((await failure("tls", { tls: { time: toTime(now - 2 * DAY) } })).code, "certificate-not-yet-valid");
	});

	for (const time of [0, -1, -8.64e15])
		test(`X7 a time of ${time} as ${what} is one before this software`, async () => {
			equal((await failure("tls", { tls: { time: toTime(time) } })).code, "clock");
		});

	test(`X7 the last time there is, as ${what}, is after the end of every certificate`, async () => {
		equal((await failure("tls", { tls: { time: toTime(8.64e15) } })).code, "certificate-expired");
	});
}

for (const value of [NaN, Infinity, -Infinity, 8.64e15 + 1, -9e15, new Date(NaN)])
	test(`X7 a time of ${typeof value} ${String(value)} throws`, () => {
		throws(() => new TLS(optionsFor("tls", { tls: { time: value } })), RangeError, "tls.time");
	});

for (const value of [null, "2026-01-01", "1767225600000", true, 1000n, {}, [1767225600000]])
	test(`X7 a time of ${typeof value} ${show(value)} throws`, () => {
		throws(() => new TLS(optionsFor("tls", { tls: { time: value } })), TypeError, "tls.time");
	});
