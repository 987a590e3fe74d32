// SPDX-License-Identifier: MIT
// Rules T3 and S9: the option `from`.

import TCP from "embedded:io/socket/tcp";
import TLS from "embedded:io/socket/tcp/tls";
import Debug from "debug";
import { equal, ok, same, sameBytes, test, throws } from "../support/tap.js";
import { GREETING, READY } from "./ports.js";
import {
	address, ask, bytesOf, ca, collect, connect, Connection, HOST, lost, optionsFor, patternBytes, port, sendPattern, settle, textOf, track, turns, until,
} from "./support.js";

const tls = { host: HOST, ca };

/** A TCP connection to a port of the server. */
function openTcp(name, more = {}) {
	return new Connection({ address, port: port(name), ...more }, (options) => new TCP(options));
}

/** A TCP instance that is connected. */
async function connectTcp(name, more) {
	const connection = openTcp(name, more);
	await connection.ready();
	return connection;
}

/** TLS over a TCP instance. */
function secure(from, more = {}) {
	return new Connection({ from, ...more, tls: { ...tls, ...more.tls } });
}

// T3

test("T3 from a TCP instance that is connected", async () => {
	const tcp = await connectTcp("tls");
	const connection = secure(tcp.socket);
	ok(await connection.ready() >= 1024);
	equal(await connection.echo("over TCP"), "over TCP");
	equal(connection.socket.tls.version, "TLSv1.3");
});

test("T3 from a TCP instance that is still connecting", async () => {
	const tcp = openTcp("tls");
	const connection = secure(tcp.socket);
	await connection.ready();
	equal(await connection.echo("hello"), "hello");
	same(tcp.calls, []);
});

test("T3 the TCP instance is closed at once", async () => {
	const tcp = await connectTcp("tls");
	secure(tcp.socket);
	throws(() => tcp.socket.read());
	throws(() => tcp.socket.write(bytesOf("x")));
	throws(() => tcp.socket.remoteAddress);
	throws(() => tcp.socket.format);
	tcp.socket.close();
	tcp.socket.close();
});

test("T3 to close the TCP instance again does not touch the connection", async () => {
	const tcp = await connectTcp("tls");
	const connection = secure(tcp.socket);
	tcp.socket.close();
	await connection.ready();
	tcp.socket.close();
	equal(await connection.echo("hello"), "hello");
});

test("T3 the TCP instance's callbacks never run again", async () => {
	const tcp = await connectTcp("tls");
	tcp.forget();
	const connection = secure(tcp.socket);
	await connection.ready();
	equal(await connection.echo("hello"), "hello");
	connection.say("close");
	await connection.next("error");
	await settle();
	same(tcp.calls, []);
});

test("T3 address and port are neither required nor looked at", async () => {
	const tcp = await connectTcp("tls");
	const unseen = (name) => {
		throw new Error(`${name} was read`);
	};
	const connection = new Connection({}, ({ onReadable, onWritable, onError }) => new TLS({
		from: tcp.socket, tls, onReadable, onWritable, onError,
		get address() {
			return unseen("address");
		},
		get port() {
			return unseen("port");
		},
	}));
	await connection.ready();
});

test("T3 remoteAddress and remotePort are those of the TCP instance", async () => {
	const tcp = await connectTcp("tls");
	const { socket } = secure(tcp.socket);
	await turns(3);
	ok([undefined, address].includes(socket.remoteAddress));
	const connection = secure((await connectTcp("tls")).socket);
	await connection.ready();
	equal(connection.socket.remoteAddress, address);
	equal(connection.socket.remotePort, port("tls"));
});

test("T3 data that the TCP instance has not delivered is not lost", async () => {
	const tcp = await connectTcp("textThenTls");
	await tcp.next("readable"); // and not read: TLS gets it, and refuses it
	const connection = secure(tcp.socket);
	equal((await connection.next("error")).code, "protocol");
});

test("T3 data that the TCP instance has delivered is not TLS's", async () => {
	const tcp = await connectTcp("textThenTls");
	equal(textOf(await tcp.take(GREETING.length)), GREETING);
	const connection = secure(tcp.socket);
	await connection.ready();
	equal(await connection.echo("hello"), "hello");
});

test("T3 data that the TCP instance has delivered in part is TLS's from there on", async () => {
	const tcp = await connectTcp("textThenTls");
	await tcp.take(GREETING.length - 1);
	const connection = secure(tcp.socket);
	equal((await connection.next("error")).code, "protocol");
});

test("T3 after a conversation in plain text", async () => {
	const tcp = await connectTcp("startTls");
	tcp.socket.write(bytesOf("STARTTLS\r\n"));
	equal(textOf(await tcp.take(READY.length)), READY);
	const connection = secure(tcp.socket);
	await connection.ready();
	equal(await connection.echo("hello"), "hello");
});

for (const name of ["onWritable", "onReadable"])
	test(`T3 inside the TCP instance's ${name}`, async () => {
		let connection;
		let asked = false; // onWritable comes again when the bytes are on their way
		const tcp = openTcp("startTls", {
			onWritable() {
				if (name === "onWritable")
					connection ??= secure(this);
				else if (!asked)
					this.write(bytesOf("STARTTLS\r\n"));
				asked = true;
			},
			onReadable() {
				this.read(READY.length);
				connection ??= secure(this);
			},
		});
		await until(() => connection);
		const before = tcp.calls.length;
		if (name === "onReadable") {
			await connection.ready();
			equal(await connection.echo("hello"), "hello");
		}
		else
			equal((await connection.next("error")).code, "protocol"); // the server's answer in plain text
		equal(tcp.calls.length, before);
	});

test("T3 data both ways, more than any buffer holds", async () => {
	const connection = secure((await connectTcp("tls")).socket);
	await connection.ready();
	connection.say("send 100000 16384");
	await connection.takePattern(100_000);
	connection.say("sum 100000");
	await sendPattern(connection, 100_000);
	equal(await connection.line(), await ask("pattern 100000"));
});

for (const [command, code] of [["close", "closed"], ["cut", "truncated"]])
	test(`T3 the peer's "${command}" is "${code}"`, async () => {
		const connection = secure((await connectTcp("tls")).socket);
		await connection.ready();
		connection.say("send 5000");
		connection.say(command);
		await connection.take(5000);
		equal((await connection.next("error")).code, code);
	});

test("T3 a TCP instance whose connection is refused", async () => {
	const connection = secure(openTcp("nobody").socket);
	const { code } = await connection.next("error");
	ok(["refused", "unreachable"].includes(code), code);
});

test("T3 a TCP instance whose connection was refused, as it knows", async () => {
	const tcp = openTcp("nobody");
	await tcp.next("error");
	const connection = secure(tcp.socket, { tls: { handshakeTimeout: 3000 } });
	same(connection.calls, [], "a callback in the constructor");
	equal((await connection.next("error")).code, lost);
	throws(() => tcp.socket.read());
});

test("T3 the handshake's timeout", async () => {
	const connection = secure((await connectTcp("silent")).socket, { tls: { handshakeTimeout: 100 } });
	equal((await connection.next("error")).code, "timeout");
});

test("T3 close ends the TCP connection", async () => {
	await until(async () => await ask("open") === "1");
	const connection = secure((await connectTcp("tls")).socket);
	await connection.ready();
	equal(await connection.ask("open"), "1");
	connection.close();
	secure((await connectTcp("silent")).socket).close();
	await until(async () => await ask("open") === "1");
});

test("T3 close sends what was written before, and close_notify", async () => {
	const connection = secure((await connectTcp("tls")).socket);
	await connection.ready();
	connection.say("note over TCP");
	connection.close();
	await until(async () => await ask("noted") === "over TCP");
});

const UNCHANGED = Object.isFrozen(TCP.prototype) && "the TCP class cannot be changed here";

/** What is called of TCP instances while `body` runs: "close", "read" for all that has arrived, "read some". */
async function watchTcp(body) {
	const { close, read } = TCP.prototype;
	const calls = [];
	TCP.prototype.close = function () {
		calls.push("close");
		close.call(this);
	};
	TCP.prototype.read = function (...count) {
		calls.push(count.length > 0 ? "read some" : "read");
		return read.apply(this, count);
	};
	try {
		await body();
	}
	finally {
		Object.assign(TCP.prototype, { close, read });
	}
	return calls;
}

// Also what has arrived and was not told yet: with bytes unread, lwIP resets the connection, and drops what was written last.
test("T3 close leaves nothing unread in the TCP connection", async () => {
	const connection = secure((await connectTcp("tls")).socket);
	await connection.ready();
	const calls = await watchTcp(async () => {
		connection.close();
		await settle();
	});
	same(calls.slice(-2), ["read", "close"]);
}, UNCHANGED);

// The peer may take nothing before it has sent what it wants to send.
test("T3 close takes what still comes, while what was written waits", async () => {
	const { write } = TCP.prototype;
	const connection = secure((await connectTcp("tls")).socket);
	await connection.ready();
	const waiting = new Set();
	TCP.prototype.write = function (bytes) {
		waiting.add(this);
		write.call(this, bytes);
		return 0; // from now on, it waits for the next onWritable
	};
	try {
		connection.say("send 20000");
		await connection.next("readable");
		await settle();
		const calls = await watchTcp(async () => {
			connection.close();
			await settle();
		});
		ok(calls.includes("read some"), calls.join());
	}
	finally {
		TCP.prototype.write = write;
		for (const tcp of waiting) // that onWritable never comes
			tcp.close();
	}
}, UNCHANGED);

for (let count = 0; count < 6; count++)
	test(`T3 close during the handshake, after ${count} turns: no callback any more`, async () => {
		const connection = secure((await connectTcp("greeting")).socket);
		await turns(count);
		const before = connection.calls.length;
		connection.close();
		await settle();
		equal(connection.calls.length, before);
	});

test("T3 it lives although nothing refers to it, and can be collected after close", async () => {
	const tcp = await connectTcp("tls");
	let connected = 0;
	const reference = (() => {
		const socket = new TLS({ from: tcp.socket, tls, onWritable() {
			connected++;
		} });
		return new WeakRef(socket);
	})();
	for (let i = 0; i < 10; i++) {
		Debug.gc();
		await turns();
	}
	await until(() => connected > 0);
	Debug.gc();
	await turns();
	(() => reference.deref().close())();
	await collect();
	equal(reference.deref(), undefined);
});

/** What is no live instance of TCP or TLS. */
const STRANGERS = {
	"null": () => null, "a number": () => 1, "a string": () => "socket", "true": () => true, "a symbol": () => Symbol("socket"),
	"an object": () => ({}), "an array": () => [], "a function": () => () => {}, "the class": () => TCP, "a date": () => new Date(),
	"a byte buffer": () => new ArrayBuffer(8), "a bare prototype": () => TCP.prototype, "a bare prototype of TLS": () => TLS.prototype,
	"an object with the prototype": () => Object.create(TCP.prototype), "an object with the prototype of TLS": () => Object.create(TLS.prototype),
	"an object that inherits from an instance": () => Object.create(openTcp("tls").socket),
	"an object that inherits from an instance of TLS": () => Object.create(track(new TLS(optionsFor("tls")))),
	"a proxy of an instance": () => new Proxy(openTcp("tls").socket, {}),
	"a closed instance": () => {
		const { socket } = openTcp("tls");
		socket.close();
		return socket;
	},
	"a closed instance of TLS": () => {
		const socket = new TLS(optionsFor("tls"));
		socket.close();
		return socket;
	},
	"an instance that was taken already": () => {
		const { socket } = openTcp("tls");
		secure(socket);
		return socket;
	},
	"an instance of TLS that was taken already": () => {
		const socket = new TLS(optionsFor("tls"));
		track(new TLS({ from: socket }));
		return socket;
	},
};

for (const [what, make] of Object.entries(STRANGERS))
	test(`T3 from ${what} throws`, () => {
		const from = make();
		throws(() => new TLS({ from, tls }), TypeError, "from");
		throws(() => new TLS({ from, ...optionsFor("tls") }), TypeError, "from");
	});

test("T3 tls.host is required", async () => {
	const tcp = await connectTcp("tls");
	throws(() => new TLS({ from: tcp.socket, tls: { ca } }), TypeError, "host");
});

const BAD = [
	{ format: "text" }, { onReadable: 1 }, { onWritable: 1 }, { onError: 1 }, { noDelay: 1 }, { keepAlive: 0 }, { host: "" },
	{ tls: 1 }, { tls: {} }, { tls: { host: "", ca } }, { tls: { host: HOST } }, { tls: { ...tls, minimumVersion: "x" } },
	{ tls: { ...tls, maximumVersion: "TLSv1.1" } }, { tls: { ...tls, applicationLayerProtocol: "" } },
	{ tls: { ...tls, maximumFragmentLength: 1 } }, { tls: { ...tls, ca: new ArrayBuffer(3) } }, { tls: { ...tls, clientKey: new ArrayBuffer(3) } },
	{ tls: { ...tls, clientCertificate: new ArrayBuffer(3), clientKey: new ArrayBuffer(3) } }, { tls: { ...tls, handshakeTimeout: 0 } },
];

test("T3 a constructor that throws leaves the TCP instance as it was", async () => {
	const tcp = await connectTcp("startTls", { format: "buffer" });
	for (const more of BAD) {
		throws(() => new TLS({ from: tcp.socket, tls, ...more }));
		equal(tcp.socket.format, "buffer");
	}
	Debug.gc();
	await turns(3);
	tcp.socket.write(bytesOf("STARTTLS\r\n"));
	equal(textOf(await tcp.take(READY.length)), READY, "its data");
	const connection = secure(tcp.socket);
	await connection.ready();
	equal(await connection.echo("hello"), "hello");
});

test("T3 a getter that throws leaves the TCP instance as it was", async () => {
	const tcp = await connectTcp("tls");
	for (const name of ["format", "onReadable", "onWritable", "onError", "target", "noDelay", "keepAlive", "host", "tls"]) {
		const error = new Error(name);
		equal(throws(() => new TLS({ from: tcp.socket, tls, get [name]() {
			throw error;
		} })), error);
	}
	equal(tcp.socket.format, "buffer");
	const connection = secure(tcp.socket);
	await connection.ready();
});

test("T3 a getter that closes the TCP instance makes the constructor throw", async () => {
	const tcp = await connectTcp("tls");
	throws(() => new TLS({ from: tcp.socket, tls, get keepAlive() {
		tcp.socket.close();
		return 1000;
	} }));
});

// S9

test("S9 from a TLS instance the connection moves, with its state", async () => {
	const first = await connect("tls");
	const { version, cipherSuite } = first.socket.tls;
	const connections = Number(await first.ask("connections"));
	const second = new Connection({ from: first.socket });
	equal(second.socket.tls.version, version);
	equal(second.socket.tls.cipherSuite, cipherSuite);
	ok(await second.ready() >= 1024, "writable");
	equal(Number(await second.ask("connections")), connections, "connections");
	equal(await second.echo("moved"), "moved");
});

test("S9 the other instance is closed, and its callbacks never run again", async () => {
	const first = await connect("tls");
	first.forget();
	const second = new Connection({ from: first.socket });
	for (const use of [() => first.socket.read(), () => first.socket.write(bytesOf("x")), () => first.socket.format, () => first.socket.tls,
		() => first.socket.remoteAddress, () => first.socket.remotePort])
		throws(use);
	first.socket.close();
	equal(await second.echo("hello"), "hello");
	first.socket.close();
	second.say("close");
	await second.next("error");
	await settle();
	same(first.calls, []);
});

test("S9 tls and the address are neither required nor looked at", async () => {
	const first = await connect("tls");
	const seen = [];
	const options = new Proxy({ from: first.socket, format: "number", target: 7 }, {
		has(target, name) {
			seen.push(name);
			return name in target;
		},
		get(target, name) {
			if (!(name in target))
				throw new Error(`${name} was read`);
			return target[name];
		},
	});
	const socket = track(new TLS(options));
	equal(socket.format, "number");
	equal(socket.target, 7);
	same(seen.filter((name) => ["address", "port", "host", "tls", "secure", "noDelay", "nodelay", "keepAlive"].includes(name)), []);
});

test("S9 unread data moves, and is told anew", async () => {
	const first = await connect("tls");
	first.say("send 100 40");
	await first.next("readable");
	first.socket.read(15);
	const second = new Connection({ from: first.socket });
	ok(await second.next("readable") >= 25);
	sameBytes(await second.take(85), patternBytes(15, 85));
});

test("S9 unread data is told anew although nothing follows it", async () => {
	const first = await connect("tls");
	first.say("send 10");
	equal(await first.next("readable"), 10);
	const second = new Connection({ from: first.socket });
	equal(await second.next("readable"), 10);
});

test("S9 unread data can be read at once", async () => {
	const first = await connect("tls");
	first.say("send 10");
	await first.next("readable");
	const socket = track(new TLS({ from: first.socket, format: "number" }));
	equal(socket.read(), patternBytes(0, 1)[0]);
	socket.format = "buffer";
	same(new Uint8Array(socket.read()), patternBytes(1, 9));
});

test("S9 gathered fragments move", async () => {
	const first = await connect("tls");
	first.say("echo 6");
	first.socket.write(bytesOf("abc"), { more: true, byteLength: 6 });
	const second = new Connection({ from: first.socket });
	second.socket.write(bytesOf("def"));
	equal(textOf(await second.take(6)), "abcdef");
});

for (let count = 0; count < 8; count++)
	test(`S9 in the handshake, after ${count} turns`, async () => {
		const first = new Connection(optionsFor("greeting"));
		await turns(count);
		const before = first.calls.length;
		const second = new Connection({ from: first.socket });
		await second.ready();
		equal(textOf(await second.take(GREETING.length)), GREETING);
		equal(await second.echo("hello"), "hello");
		equal(first.calls.length, before);
	});

test("S9 the handshake's timeout moves", async () => {
	const first = new Connection(optionsFor("silent", { tls: { handshakeTimeout: 200 } }));
	await turns();
	const second = new Connection({ from: first.socket });
	equal((await second.next("error")).code, "timeout");
	same(first.calls, []);
});

for (const name of ["onWritable", "onReadable", "onError"])
	test(`S9 inside the other instance's ${name}`, async () => {
		let second;
		const move = function () {
			second ??= new Connection({ from: this });
		};
		const first = new Connection(optionsFor("greeting", { [name]: move, ...(name === "onError" && { port: port("expired") }) }));
		await until(() => second);
		const before = first.calls.length;
		if (name === "onError")
			equal((await second.next("error")).code, "certificate-expired");
		else {
			await second.ready();
			equal(textOf(await second.take(GREETING.length)), GREETING);
			equal(await second.echo("hello"), "hello");
		}
		await settle();
		equal(first.calls.length, before);
	});

test("S9 an error that the other instance has seen is told anew", async () => {
	const first = await connect("tls");
	first.say("close");
	await first.next("error");
	const second = new Connection({ from: first.socket });
	equal((await second.next("error")).code, "closed");
	same(second.calls, ["error"]);
});

test("S9 several times over", async () => {
	let connection = await connect("tls");
	for (let i = 0; i < 10; i++) {
		connection.say(`send ${i + 1}`);
		connection = new Connection({ from: connection.socket });
		sameBytes(await connection.take(i + 1), patternBytes(0, i + 1));
	}
});

test("S9 over TCP", async () => {
	const first = secure((await connectTcp("tls")).socket);
	const second = new Connection({ from: first.socket });
	await second.ready();
	equal(await second.echo("hello"), "hello");
	const third = new Connection({ from: second.socket });
	equal(await third.echo("again"), "again");
});

test("S9 the SDK's WebSocket client takes its socket over like this", async () => {
	const attach = await connect("tls");
	const socket = attach.socket;
	const taken = new Connection({ from: socket }, (options) => new socket.constructor(options));
	equal(await taken.echo("frames"), "frames");
});

test("S9 from an instance of a subclass, into a subclass", async () => {
	class Special extends TLS {
		special = true;
	}
	const first = new Connection(optionsFor("tls"), (options) => new Special(options));
	await first.ready();
	const second = new Connection({ from: first.socket }, (options) => new Special(options));
	ok(second.socket.special);
	equal(await second.echo("hello"), "hello");
});

test("S9 a constructor that throws leaves the other instance as it was", async () => {
	const first = await connect("tls");
	first.say("send 10");
	await first.next("readable");
	for (const more of [{ format: "text" }, { onReadable: 1 }, { onWritable: "x" }, { onError: {} }])
		throws(() => new TLS({ from: first.socket, ...more }));
	throws(() => new TLS({ from: first.socket, get target() {
		throw new RangeError("target");
	} }), RangeError);
	equal(first.socket.read().byteLength, 10);
	equal(await first.echo("hello"), "hello");
});

test("S9 a getter that closes the other instance makes the constructor throw", async () => {
	const first = await connect("tls");
	throws(() => new TLS({ from: first.socket, get target() {
		first.close();
		return 1;
	} }), TypeError, "from");
});

test("S9 the other instance can be collected, the connection lives", async () => {
	const { reference, second } = await (async () => {
		const first = new TLS(optionsFor("tls"));
		return {
			reference: new WeakRef(first),
			second: new Connection({}, (callbacks) => new TLS({ from: first, ...callbacks })),
		};
	})();
	await second.ready();
	await collect();
	equal(reference.deref(), undefined);
	equal(await second.echo("hello"), "hello");
});

test("B10 methods throw on an instance of TCP", () => {
	const { socket } = openTcp("tls");
	for (const use of [
		() => TLS.prototype.read.call(socket), () => TLS.prototype.write.call(socket, bytesOf("x")), () => TLS.prototype.close.call(socket),
		() => Object.getOwnPropertyDescriptor(TLS.prototype, "format").get.call(socket),
	])
		throws(use, SyntaxError);
	equal(socket.format, "buffer");
});
