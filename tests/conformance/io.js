// SPDX-License-Identifier: MIT
// Rules I: the IO Class Pattern (ECMA-419, clause 9).

import TLS from "embedded:io/socket/tcp/tls";
import { equal, ok, same, show, test, throws } from "../support/tap.js";
import { bytesOf, connect, Connection, fill, optionsFor, patternBytes, settle, textOf, track, turns, until } from "./support.js";
import { checksumOfPattern } from "../support/pattern.js";

/** A connection with `count` bytes of the pattern, in records of `size`, on their way; the first are there. */
async function receiving(count, size = count, more = {}) {
	const connection = await connect("tls", more);
	const { format } = connection.socket;
	connection.socket.format = "buffer";
	connection.say(`send ${count} ${size}`);
	connection.socket.format = format;
	await connection.next("readable");
	return connection;
}

// I1

test("I1 nothing blocks while the peer is silent", async () => {
	const silent = [1, 2].map(() => new Connection(optionsFor("silent")));
	for (const { socket } of silent)
		equal(socket.read(), undefined);
	equal(await (await connect("tls")).echo("busy"), "busy");
	same(silent.map(({ calls }) => calls), [[], []], "waited for a handshake to time out");
});

test("I1 connections make progress side by side", async () => {
	const connections = await Promise.all([1, 2, 3].map(() => connect("tls")));
	for (const connection of connections)
		connection.say("send 30000");
	await Promise.all(connections.map((connection) => connection.takePattern(30_000)));
});

// I2

test("I2 read gives undefined before the connection is made", () => {
	const socket = track(new TLS(optionsFor("tls")));
	equal(socket.read(), undefined);
	equal(socket.read(10), undefined);
	equal(socket.read(new Uint8Array(10)), undefined);
	socket.format = "number";
	equal(socket.read(), undefined);
});

test("I2 read gives undefined when nothing is there", async () => {
	const { socket } = await connect("tls");
	equal(socket.read(), undefined);
	equal(socket.read(1), undefined);
	const bytes = Uint8Array.of(1, 2, 3);
	equal(socket.read(bytes), undefined);
	same(bytes, Uint8Array.of(1, 2, 3));
	socket.format = "number";
	equal(socket.read(), undefined);
});

test("I2 read without argument gives an ArrayBuffer of one or more bytes", async () => {
	const connection = await receiving(100);
	const bytes = connection.socket.read();
	ok(bytes instanceof ArrayBuffer);
	same(new Uint8Array(bytes), patternBytes(0, 100));
	equal(connection.socket.read(), undefined);
});

test("I2 read of N gives an ArrayBuffer of up to N bytes", async () => {
	const { socket } = await receiving(100);
	for (const [asked, offset, given] of [[1, 0, 1], [9, 1, 9], [80, 10, 80], [1000, 90, 10]]) {
		const bytes = socket.read(asked);
		ok(bytes instanceof ArrayBuffer);
		same(new Uint8Array(bytes), patternBytes(offset, given));
	}
	equal(socket.read(1), undefined);
});

test("I2 read of N that is large and not an integer of 31 bits", async () => {
	const { socket } = await receiving(10);
	same(new Uint8Array(socket.read(0x7FFFFFFF)), patternBytes(0, 10));
});

for (const size of [0, -1, -0, 0.5, 1.5, NaN, Infinity, -Infinity])
	test(`I2 read of ${show(size)} throws and takes nothing`, async () => {
		const { socket } = await receiving(10);
		throws(() => socket.read(size), RangeError, "read");
		equal(socket.read().byteLength, 10);
	});

for (const value of [null, true, "1", 1n, Symbol("1")])
	test(`I2 read of ${typeof value} ${String(value)} throws and takes nothing`, async () => {
		const { socket } = await receiving(10);
		throws(() => socket.read(value), TypeError, "read");
		equal(socket.read().byteLength, 10);
	});

for (const value of [{}, [], [1, 2], () => {}, { byteLength: 4 }, new Date(0), new Map(), "view of 16 bits", "clamped"])
	test(`I2 read into ${show(value)} throws and takes nothing`, async () => {
		const { socket } = await receiving(10);
		const buffer = (value === "clamped") ? new Uint8ClampedArray(4) : (value === "view of 16 bits") ? new Uint16Array(4) : value;
		throws(() => socket.read(buffer), TypeError, "read");
		equal(socket.read().byteLength, 10);
	});

test("I2 read into a buffer of no bytes takes nothing", async () => {
	const { socket } = await receiving(10);
	equal(socket.read(new ArrayBuffer(0)), 0);
	equal(socket.read().byteLength, 10);
});

test("I2 read into a buffer fills it from its beginning and gives the count", async () => {
	const { socket } = await receiving(10);
	const bytes = new Uint8Array(6);
	equal(socket.read(bytes), 6);
	same(bytes, patternBytes(0, 6));
	bytes.fill(0);
	equal(socket.read(bytes), 4);
	same(bytes, Uint8Array.of(...patternBytes(6, 4), 0, 0));
	equal(socket.read(bytes), undefined);
});

test("I2 a view's offset and length are honoured", async () => {
	const { socket } = await receiving(12);
	const all = new Uint8Array(32);
	equal(socket.read(new Uint8Array(all.buffer, 8, 4)), 4);
	equal(socket.read(new DataView(all.buffer, 16, 4)), 4);
	equal(socket.read(new Int8Array(all.buffer, 31)), 1);
	const expected = new Uint8Array(32);
	expected.set(patternBytes(0, 4), 8);
	expected.set(patternBytes(4, 4), 16);
	expected.set(patternBytes(8, 1), 31);
	same(all, expected);
});

test("I2 in number format read gives a byte", async () => {
	const { socket } = await receiving(5, 5, { format: "number" });
	for (const byte of patternBytes(0, 5))
		equal(socket.read(), byte);
	equal(socket.read(), undefined);
});

test("I2 in number format an argument throws", async () => {
	const { socket } = await receiving(5, 5, { format: "number" });
	for (const value of [1, 0, null, "x", new Uint8Array(1), {}])
		throws(() => socket.read(value), TypeError, "read");
	equal(socket.read(), patternBytes(0, 1)[0]);
});

test("I2 bytes with their highest bit set come as they are", async () => {
	const connection = await connect("tls");
	const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
	connection.say("echo 256");
	connection.socket.write(bytes);
	await connection.next("readable");
	const { socket } = connection;
	same(new Uint8Array(socket.read(128)), bytes.subarray(0, 128));
	socket.format = "number";
	for (let i = 128; i < 256; i++)
		equal(socket.read(), i);
});

// I3

/** Six bytes in every kind of memory that counts as Byte Buffer, each with the way back to them. */
const KINDS = {
	"an ArrayBuffer": () => {
		const buffer = new ArrayBuffer(6);
		return { buffer, bytes: new Uint8Array(buffer) };
	},
	"a resizable ArrayBuffer": () => {
		const buffer = new ArrayBuffer(2, { maxByteLength: 100 });
		buffer.resize(6);
		return { buffer, bytes: new Uint8Array(buffer, 0, 6) };
	},
	"a SharedArrayBuffer": () => {
		const buffer = new SharedArrayBuffer(6);
		return { buffer, bytes: new Uint8Array(buffer) };
	},
	"a Uint8Array": () => {
		const buffer = new Uint8Array(6);
		return { buffer, bytes: buffer };
	},
	"a Uint8Array with offset": () => {
		const buffer = new Uint8Array(new ArrayBuffer(20), 7, 6);
		return { buffer, bytes: buffer };
	},
	"a Uint8Array over shared memory": () => {
		const buffer = new Uint8Array(new SharedArrayBuffer(20), 7, 6);
		return { buffer, bytes: buffer };
	},
	"a Uint8Array that follows a resizable buffer": () => {
		const memory = new ArrayBuffer(30, { maxByteLength: 100 });
		const buffer = new Uint8Array(memory, 4);
		memory.resize(10);
		return { buffer, bytes: buffer };
	},
	"an Int8Array": () => {
		const buffer = new Int8Array(6);
		return { buffer, bytes: new Uint8Array(buffer.buffer) };
	},
	"an Int8Array with offset": () => {
		const buffer = new Int8Array(new ArrayBuffer(20), 3, 6);
		return { buffer, bytes: new Uint8Array(buffer.buffer, 3, 6) };
	},
	"a DataView": () => {
		const buffer = new DataView(new ArrayBuffer(6));
		return { buffer, bytes: new Uint8Array(buffer.buffer) };
	},
	"a DataView with offset": () => {
		const buffer = new DataView(new ArrayBuffer(20), 5, 6);
		return { buffer, bytes: new Uint8Array(buffer.buffer, 5, 6) };
	},
	"an instance of a subclass": () => {
		class Bytes extends Uint8Array {
		}
		const buffer = new Bytes(6);
		return { buffer, bytes: new Uint8Array(buffer.buffer) };
	},
};

for (const [what, make] of Object.entries(KINDS)) {
	test(`I3 read into ${what}`, async () => {
		const { socket } = await receiving(10);
		const { buffer, bytes } = make();
		equal(socket.read(buffer), 6);
		same(new Uint8Array(bytes), patternBytes(0, 6));
		equal(socket.read().byteLength, 4);
	});

	test(`I3 write from ${what}`, async () => {
		const connection = await connect("tls");
		const { buffer, bytes } = make();
		bytes.set([1, 200, 3, 40, 0, 6]);
		connection.say("echo 6");
		connection.socket.write(buffer);
		same(new Uint8Array(await connection.take(6)), Uint8Array.of(1, 200, 3, 40, 0, 6));
	});
}

const NO_BUFFERS = {
	"a Uint8ClampedArray": () => new Uint8ClampedArray(4),
	"a Uint16Array": () => new Uint16Array(4),
	"an Int32Array": () => new Int32Array(4),
	"a Float64Array": () => new Float64Array(4),
	"a BigInt64Array": () => new BigInt64Array(4),
	"an array": () => [1, 2, 3],
	"a string": () => "text",
	"a number": () => 65,
	"true": () => true,
	"null": () => null,
	"undefined": () => undefined,
	"a function": () => () => {},
	"an object with byteLength": () => ({ byteLength: 4, buffer: new ArrayBuffer(4), byteOffset: 0 }),
	"a proxy of a Uint8Array": () => new Proxy(new Uint8Array(4), {}),
	"an object that inherits from a Uint8Array": () => Object.create(new Uint8Array(4)),
	"a detached ArrayBuffer": () => detached(),
	"a view of a detached ArrayBuffer": () => {
		const buffer = new ArrayBuffer(8);
		const view = new Uint8Array(buffer, 2, 4);
		buffer.transfer();
		return view;
	},
	"a DataView of a detached ArrayBuffer": () => {
		const buffer = new ArrayBuffer(8);
		const view = new DataView(buffer, 2, 4);
		buffer.transfer();
		return view;
	},
	"a view that its buffer no longer has room for": () => {
		const buffer = new ArrayBuffer(20, { maxByteLength: 20 });
		const view = new Uint8Array(buffer, 4, 16);
		buffer.resize(8);
		return view;
	},
	"a DataView that its buffer no longer has room for": () => {
		const buffer = new ArrayBuffer(20, { maxByteLength: 20 });
		const view = new DataView(buffer, 4, 16);
		buffer.resize(8);
		return view;
	},
};

function detached() {
	const buffer = new ArrayBuffer(8);
	buffer.transfer();
	return buffer;
}

for (const [what, make] of Object.entries(NO_BUFFERS)) {
	test(`I3 write from ${what} throws and sends nothing`, async () => {
		const connection = await connect("tls");
		throws(() => connection.socket.write(make()), TypeError, "write");
		equal(await connection.echo("fine"), "fine");
	});

	if (!["undefined", "a number"].includes(what))
		test(`I3 read into ${what} throws and takes nothing`, async () => {
			const { socket } = await receiving(10);
			throws(() => socket.read(make()), TypeError, "read");
			equal(socket.read().byteLength, 10);
		});
}

/** Why this platform does not let the globals be changed; undefined: it does. */
const unchangeable = Object.getOwnPropertyDescriptor(globalThis, "Uint8ClampedArray")?.configurable ? undefined
	: "the globals cannot be changed here";

test("I3 what a script does to the globals cannot harm", async () => {
	const descriptor = Object.getOwnPropertyDescriptor(globalThis, "Uint8ClampedArray");
	for (const use of [(socket) => socket.read(new Uint8Array(4)), (socket) => socket.write(new Uint8Array(4))]) {
		const { socket } = await receiving(10);
		Object.defineProperty(globalThis, "Uint8ClampedArray", { configurable: true, get() {
			socket.close();
			return descriptor.value;
		} });
		try {
			use(socket); // whether it looks at that global is not said
		}
		catch {
			throws(() => socket.format);
		}
		finally {
			Object.defineProperty(globalThis, "Uint8ClampedArray", descriptor);
		}
	}
}, unchangeable);

test("I3 a program may lack the class that does not count", async () => {
	const descriptor = Object.getOwnPropertyDescriptor(globalThis, "Uint8ClampedArray");
	delete globalThis.Uint8ClampedArray;
	try {
		const connection = await connect("tls");
		equal(await connection.echo("hello"), "hello");
	}
	finally {
		Object.defineProperty(globalThis, "Uint8ClampedArray", descriptor);
	}
}, unchangeable);

// I4

test("I4 write without argument throws", async () => {
	const { socket } = await connect("tls");
	throws(() => socket.write(), TypeError, "write");
	socket.format = "number";
	throws(() => socket.write(), TypeError, "write");
});

test("I4 write before the connection is made throws", async () => {
	const connection = new Connection(optionsFor("tls"));
	throws(() => connection.socket.write(bytesOf("x")), Error, "write");
	throws(() => connection.socket.write(new ArrayBuffer(0)), Error, "write");
	await turns(2);
	throws(() => connection.socket.write(bytesOf("x")), Error, "write");
	connection.socket.format = "number";
	throws(() => connection.socket.write(1), Error, "write");
	connection.socket.format = "buffer";
	await connection.ready();
	equal(await connection.echo("now"), "now");
});

test("I4 write of no bytes is fine", async () => {
	const connection = await connect("tls");
	ok(connection.socket.write(new ArrayBuffer(0)) > 0);
	equal(await connection.echo("x"), "x");
});

/** What is sent that must not be: no byte of it is in the pattern. */
const FORBIDDEN = 0xFF;

/**
 * Writes all that the socket takes, several times over, and tries one byte more before each: it must not go out, nor
 * must any part of what came with it.
 */
async function writeAtTheBoundary(connection, total) {
	const { socket } = connection;
	let refused = 0;
	connection.say(`sum ${total}`);
	for (let sent = 0; sent < total;) {
		const writable = socket.write(new ArrayBuffer(0));
		if (writable === 0) {
			await connection.next("writable");
			continue;
		}
		const tooMany = new Uint8Array(writable + 1).fill(FORBIDDEN);
		if (sent + tooMany.length <= total) {
			throws(() => socket.write(tooMany), Error, "write");
			refused++;
		}
		const size = Math.min(writable, total - sent);
		socket.write(patternBytes(sent, size));
		sent += size;
	}
	return refused;
}

for (const version of ["tls12", "tls13"])
	test(`I4 on ${version} a write of all that is writable goes out, and of one byte more not one byte`, async () => {
		const connection = await connect(version);
		const total = 100_000;
		const refused = await writeAtTheBoundary(connection, total);
		ok(refused > 0);
		equal(await connection.line(), checksumOfPattern(total));
	});

for (const value of [0, 1, 127, 128, 255])
	test(`I4 in number format ${value} is written`, async () => {
		const connection = await connect("tls");
		connection.say("echo 1");
		connection.socket.format = "number";
		equal(typeof connection.socket.write(value), "number");
		connection.socket.format = "buffer";
		equal(new Uint8Array(await connection.take(1))[0], value);
	});

for (const value of [-1, 256, 1.5, NaN, Infinity, 1e10])
	test(`I4 in number format ${value} throws`, async () => {
		const connection = await connect("tls", { format: "number" });
		throws(() => connection.socket.write(value), RangeError, "write");
		connection.socket.format = "buffer";
		equal(await connection.echo("x"), "x");
	});

for (const value of ["1", true, null, undefined, 1n, {}, [1], Uint8Array.of(1), new ArrayBuffer(1)])
	test(`I4 in number format ${typeof value} ${show(value)} throws`, async () => {
		const connection = await connect("tls", { format: "number" });
		throws(() => connection.socket.write(value), TypeError, "write");
		connection.socket.format = "buffer";
		equal(await connection.echo("x"), "x");
	});

// I5

test("I5 format is \"buffer\" by default", () => {
	equal(track(new TLS(optionsFor("tls"))).format, "buffer");
});

for (const format of ["buffer", "number"])
	test(`I5 the option format may be "${format}"`, () => {
		equal(track(new TLS(optionsFor("tls", { format }))).format, format);
	});

test("I5 format is an accessor of the prototype, and no property of the instance", () => {
	const socket = track(new TLS(optionsFor("tls")));
	const { get, set } = Object.getOwnPropertyDescriptor(TLS.prototype, "format");
	equal(typeof get, "function");
	equal(typeof set, "function");
	equal(Object.hasOwn(socket, "format"), false);
});

for (const format of ["", "Buffer", "number ", "numbe", "numberr", "number\0", "socket;tcp", 0, 1, null, undefined, {}, ["number"], Symbol("number"), {
	toString: () => "number",
}])
	test(`I5 format of ${show(format)} throws and leaves it unchanged`, () => {
		for (const before of ["buffer", "number"]) {
			const socket = track(new TLS(optionsFor("tls", { format: before })));
			throws(() => socket.format = format, RangeError, "format");
			equal(socket.format, before);
		}
	});

test("I5 format changes between single bytes of one record", async () => {
	const { socket } = await receiving(40);
	const received = [];
	const view = new Uint8Array(1);
	for (let i = 0; i < 10; i++) {
		socket.format = "number";
		received.push(socket.read());
		socket.format = "buffer";
		received.push(...new Uint8Array(socket.read(1)));
		equal(socket.read(view), 1);
		received.push(view[0]);
		socket.format = "number";
		socket.format = "number";
		received.push(socket.read());
		equal(socket.format, "number");
	}
	same(Uint8Array.from(received), patternBytes(0, 40));
	equal(socket.read(), undefined);
});

test("I5 format changes between writes", async () => {
	const connection = await connect("tls");
	const { socket } = connection;
	connection.say("echo 4");
	socket.format = "number";
	socket.write(97);
	socket.format = "buffer";
	socket.write(bytesOf("b"));
	socket.format = "number";
	socket.write(99);
	socket.write(100);
	socket.format = "buffer";
	equal(textOf(await connection.take(4)), "abcd");
});

test("I5 format may change before the connection is made", async () => {
	const connection = new Connection(optionsFor("greeting"));
	connection.socket.format = "number";
	await connection.next("readable");
	equal(connection.socket.read(), 50);
});

// I6

test("I6 onReadable is called once for what arrived, however it is read", async () => {
	const connection = await connect("tls");
	connection.say("send 10");
	equal(await connection.next("readable"), 10);
	connection.socket.read(3);
	await settle();
	connection.socket.read(3);
	await settle();
	same(connection.calls.filter((name) => name === "readable"), ["readable"]);
	equal(connection.socket.read().byteLength, 4);
});

test("I6 onReadable is called again when more arrives, also while some is unread", async () => {
	const connection = await connect("tls");
	connection.say("send 10");
	equal(await connection.next("readable"), 10);
	connection.socket.read(8);
	connection.say("send 5");
	equal(await connection.next("readable"), 7);
	same(new Uint8Array(connection.socket.read()), Uint8Array.of(...patternBytes(8, 2), ...patternBytes(0, 5)));
});

test("I6 onReadable is called in a turn of its own for what arrived before it was read", async () => {
	const { socket, calls } = await receiving(3000, 1000);
	let received = 0;
	while (received < 3000) {
		received += socket.read()?.byteLength ?? 0;
		await turns();
	}
	ok(calls.filter((name) => name === "readable").length >= 1);
	equal(socket.read(), undefined);
});

test("I6 onReadable is not called when nothing has arrived", async () => {
	const connection = await connect("tls");
	connection.say("records");
	await connection.line();
	connection.forget();
	equal(connection.socket.read(), undefined);
	await settle();
	equal(connection.calls.includes("readable"), false);
});

test("I6 onWritable is called when more can be written", async () => {
	const connection = await connect("tls");
	const other = await connect("tls");
	connection.say("hold");
	await other.ask("connections");
	connection.say("sink");
	const { sent } = await fill(connection);
	throws(() => connection.socket.write(bytesOf("x")), Error, "write");
	connection.forget();
	await settle();
	equal(connection.calls.includes("writable"), false, "a call while nothing can be written");
	const called = connection.next("writable");
	await other.ask("release");
	ok(await called > 0);
	connection.socket.write(new ArrayBuffer(1));
	equal(await connection.line(), `${sent} ${await other.ask(`pattern ${sent}`)}`);
});

test("I6 onWritable is called again when what was written has left, though the peer does not answer", async () => {
	const connection = await connect("tls");
	await settle();
	connection.forget();
	const left = connection.socket.write(bytesOf("no whole line"));
	ok(await connection.next("writable") >= left);
});

test("I6 onWritable is called again only when more can be written than it told, whatever arrives", async () => {
	const counts = [];
	const connection = await connect("greeting", { onWritable: (count) => counts.push(count) });
	await connection.line();
	await settle();
	ok(counts.every((count, i) => i === 0 || count > counts[i - 1]), counts.join());
});

test("I6 onWritable is called for what its own callback wrote", async () => {
	let calls = 0;
	new Connection({ ...optionsFor("tls"), onWritable() {
		if (++calls <= 100)
			this.write(bytesOf("x"));
	} });
	await until(() => calls > 100);
});

for (const [name, what] of [["expired", "a refused certificate"], ["nobody", "a refused connection"], ["deaf", "an end in the handshake"]])
	test(`I6 onError is called once for ${what}, and nothing after it`, async () => {
		const connection = new Connection(optionsFor(name));
		await connection.next("error");
		await settle();
		same(connection.calls, ["error"]);
		throws(() => connection.socket.write(bytesOf("x")));
		equal(connection.socket.read(), undefined);
		await settle();
		same(connection.calls, ["error"]);
	});

test("I6 onError comes after what arrived before the end was read", async () => {
	const connection = await connect("tls");
	connection.say("send 20");
	connection.say("close");
	await connection.next("readable");
	await settle();
	equal(connection.calls.includes("error"), false, "an error is called");
	equal(connection.socket.read(15).byteLength, 15);
	await settle();
	equal(connection.calls.includes("error"), false, "an error is called");
	equal(connection.socket.read(15).byteLength, 5);
	equal((await connection.next("error")).code, "closed");
	await settle();
	equal(connection.calls.filter((name) => name === "error").length, 1);
});
