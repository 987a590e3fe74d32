// SPDX-License-Identifier: MIT
// Rules T: the TCP socket (ECMA-419, clause 10), but for T3: see from.js and listener.js.

import Timer from "timer";
import TLS from "embedded:io/socket/tcp/tls";
import { equal, ok, same, sameBytes, show, test, throws } from "../support/tap.js";
import { checksumOfPattern } from "../support/pattern.js";
import {
	address, address6, ask, bytesOf, connect, Connection, failure, optionsFor, padding, patternBytes, port, sendPattern, settle, textOf, track, turns, until,
} from "./support.js";

// T1

test("T1 address of \"\" throws", () => throws(() => new TLS({ ...optionsFor("tls"), address: "" }), Error, "address"));

for (const value of [
	" ", "localhost", "device.test", "1", "1.2", "1.2.3", "1.2.3.", "1.2.3.4.", "1.2.3.4.5", "256.1.1.1", "1.2.3.256", "1.2.3.-4",
	"1.2.3.4 ", " 1.2.3.4", "1.2.3.4\0", "1.2.3.4\0.5", "1.2.3.x", "0x7f.0.0.1", "1..2.3", "127.1", "2130706433", "1,2,3,4",
	":", ":::", "1:2", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7", "1::2::3", "g::1", "12345::1", "::1%lo",
	"[::1]", "::1 ", "::ffff:1.2.3.456", "1:2:3:4:5:6:7:1.2.3.4", "1".repeat(100), "::".repeat(50),
])
	test(`T1 address of ${show(value).slice(0, 60)} throws`, () => {
		const error = throws(() => new TLS({ ...optionsFor("tls"), address: value }), RangeError, "address");
		equal(error.constructor, RangeError);
	});

for (const value of [null, 0, 127, true, {}, ["127.0.0.1"], Symbol("127.0.0.1")])
	test(`T1 address of ${typeof value} ${show(value)} throws`, () => {
		const error = throws(() => new TLS({ ...optionsFor("tls"), address: value }), TypeError, "address");
		equal(error.constructor, TypeError);
	});

for (const value of ["0.0.0.1", "192.0.2.255"])
	test(`T1 address of "${value}" is taken`, () => {
		track(new TLS({ ...optionsFor("nobody"), address: value }));
	});

for (const value of ["1:2:3:4:5:6:7:8", "0001:0002:0003:0004:0005:0006:0007:0008", "::", "1::", "::8", "1::8",
	"1:2:3::6:7:8", "2001:DB8::a:B", "::ffff:192.0.2.1", "1:2:3:4:5:6:192.0.2.1"])
	test(`T1 address of "${value}" is taken`, () => {
		track(new TLS({ ...optionsFor("nobody"), address: value }));
	}, address6 ? undefined : "no IPv6 here");

test("T1 address may be IPv4", async () => {
	const connection = await connect("tls");
	equal(await connection.echo("over IPv4"), "over IPv4");
});

function eightGroups(short) {
	const [head = "", tail] = short.split("::");
	const groups = (text) => text ? text.split(":") : [];
	if (tail === undefined)
		return short;
	const [before, after] = [groups(head), groups(tail)];
	return [...before, ...Array(8 - before.length - after.length).fill("0"), ...after].join(":");
}

for (const [what, spell] of [
	["as eight groups", eightGroups], ["in its short form", (short) => short],
	["in capitals and with leading zeros", (short) => eightGroups(short).split(":").map((group) => group.toUpperCase().padStart(4, "0")).join(":")],
])
	test(`T1 address may be IPv6 ${what}`, async () => {
		const connection = await connect("tls", { address: spell(address6) });
		equal(await connection.echo("over IPv6"), "over IPv6");
	}, address6 ? undefined : "no IPv6 here");

for (const value of [-1, 65536, 1e9, 4294967296 + 443, 1.5, NaN, Infinity, -Infinity])
	test(`T1 port of ${value} throws`, () => {
		const error = throws(() => new TLS({ ...optionsFor("tls"), port: value }), RangeError, "port");
		equal(error.constructor, RangeError);
	});

for (const value of ["-1", "65536", "1.5", "NaN", "Infinity"])
	test(`T1 port of ${show(value)} throws`, () => throws(() => new TLS({ ...optionsFor("tls"), port: value }), RangeError, "port"));

for (const value of [null, "", "0443", " 443", "443 ", "0x1BB", "4e2", "https", true, {}, [443], 443n, Symbol("443")])
	test(`T1 port of ${typeof value} ${show(value)} throws`, () => {
		const error = throws(() => new TLS({ ...optionsFor("tls"), port: value }), TypeError, "port");
		equal(error.constructor, TypeError);
	});

for (const value of [0, -0, 1, 65535])
	test(`T1 port of ${show(value)} is taken`, () => {
		track(new TLS({ ...optionsFor("tls"), port: value }));
	});

test("T1 port 0 leads nowhere, which onError tells", async () => {
	const error = await failure("tls", { port: 0 });
	ok(["refused", "unreachable"].includes(error.code), error.code);
});

// T2

for (const noDelay of [true, false])
	test(`T2 noDelay of ${noDelay} connects`, async () => {
		const connection = await connect("tls", { noDelay });
		equal(await connection.echo("x"), "x");
	});

for (const value of [null, 0, 1, "true", {}, Symbol("true")])
	test(`T2 noDelay of ${typeof value} ${show(value)} throws`, () => throws(() => new TLS(optionsFor("tls", { noDelay: value })), TypeError, "noDelay"));

for (const keepAlive of [1, 999, 1000, 7_200_000, 0x7FFFFFFF])
	test(`T2 keepAlive of ${keepAlive} connects`, async () => {
		const connection = await connect("tls", { keepAlive });
		equal(await connection.echo("x"), "x");
	});

for (const value of [0, -0, -1, 0.5, 1000.5, NaN, Infinity])
	test(`T2 keepAlive of ${show(value)} throws`, () => throws(() => new TLS(optionsFor("tls", { keepAlive: value })), RangeError, "keepAlive"));

for (const value of [null, "1000", true, {}, 1000n, Symbol("1000")])
	test(`T2 keepAlive of ${typeof value} ${show(value)} throws`, () =>
		throws(() => new TLS(optionsFor("tls", { keepAlive: value })), TypeError, "keepAlive"));

// T4

for (const size of [1, 2, 100, 1000, 1400, 4096, 16384])
	test(`T4 onReadable tells what read gives, in records of ${size}`, async () => {
		const total = size * 4;
		let received = 0;
		const wrong = [];
		const connection = new Connection(optionsFor("tls", { onReadable(count) {
			const bytes = this.read();
			try {
				sameBytes(bytes, patternBytes(received, count));
			}
			catch ({ message }) {
				wrong.push(message);
			}
			received += bytes.byteLength;
		} }));
		await connection.ready();
		connection.say(`send ${total} ${size}`);
		while (received < total)
			ok(await connection.next("readable") > 0);
		same(wrong, []);
		equal(received, total);
	});

test("T4 onReadable's count is what a read of that size gives", async () => {
	let told = 0;
	const connection = await connect("tls", { onReadable(count) {
		told = count;
	} });
	connection.say("send 5000 1000");
	for (let received = 0; received < 5000; await turns()) {
		const count = told;
		if (count === 0)
			continue;
		told = 0;
		equal(connection.socket.read(count).byteLength, count);
		received += count;
	}
});

test("T4 onWritable is first called when the handshake is done", async () => {
	let negotiated;
	const connection = new Connection(optionsFor("greeting", { onWritable() {
		negotiated ??= this.tls;
	} }));
	const count = await connection.ready();
	ok(negotiated !== undefined);
	equal(typeof count, "number");
	ok(Number.isInteger(count) && count >= 1024, String(count));
	equal(connection.calls[0], "writable");
});

test("T4 onWritable is not called while the peer is silent", async () => {
	for (const name of ["silent", "text"]) {
		const connection = new Connection(optionsFor(name));
		await settle();
		equal(connection.calls.includes("writable"), false);
		connection.close();
	}
});

test("T4 onWritable's count can be written at once", async () => {
	for (const name of ["tls12", "tls13"]) {
		const connection = new Connection(optionsFor(name));
		const size = await connection.ready();
		connection.socket.write(bytesOf(`echo 1\n${"x".repeat(size - 7)}`));
		equal(textOf(await connection.take(1)), "x");
	}
});

test("T4 onError is called with this and one argument", async () => {
	const seen = [];
	const connection = new Connection(optionsFor("nobody"), (options) => new TLS({ ...options, onError(...parameters) {
		seen.push(this, parameters);
		options.onError(...parameters);
	} }));
	await connection.next("error");
	equal(seen[0], connection.socket);
	equal(seen[1].length, 1);
	ok(seen[1][0] instanceof Error);
});

test("T4 data passes both ways at the same time", async () => {
	const connection = await connect("tls");
	const total = 200_000;
	connection.say(`echo ${total}`);
	await Promise.all([connection.takePattern(total), sendPattern(connection, total, 3000)]);
});

test("T4 a connection works without callbacks", async () => {
	const socket = track(new TLS(optionsFor("tls")));
	await until(() => socket.tls !== undefined);
	socket.write(bytesOf("send 9\n"));
	let bytes;
	await until(() => (bytes = socket.read()) !== undefined);
	same(new Uint8Array(bytes), patternBytes(0, 9));
});

// T5

test("T5 remoteAddress and remotePort are the peer's", async () => {
	const { socket } = await connect("tls");
	equal(socket.remoteAddress, address);
	equal(socket.remotePort, port("tls"));
});

test("T5 they are undefined, or already right, before", async () => {
	const socket = track(new TLS(optionsFor("silent")));
	ok([undefined, address].includes(socket.remoteAddress));
	ok([undefined, port("silent")].includes(socket.remotePort));
	await turns(5);
	ok([undefined, address].includes(socket.remoteAddress));
});

test("T5 they are read-only", async () => {
	const { socket } = await connect("tls");
	throws(() => socket.remoteAddress = "192.0.2.1", TypeError);
	throws(() => socket.remotePort = 1, TypeError);
	equal(socket.remoteAddress, address);
	equal(socket.remotePort, port("tls"));
	for (const name of ["remoteAddress", "remotePort"])
		equal(Object.getOwnPropertyDescriptor(TLS.prototype, name).set, undefined);
});

test("T5 remoteAddress of an IPv6 peer", async () => {
	const { socket } = await connect("tls", { address: address6 });
	equal(socket.remoteAddress, address6);
}, address6 ? undefined : "no IPv6 here");

// T6

test("T6 write returns what can be written now", async () => {
	const connection = await connect("tls");
	const { socket } = connection;
	let count = connection.say("sum 1000");
	ok(Number.isInteger(count) && count >= 0);
	for (let i = 0; i < 1000; i++) {
		while (count === 0)
			count = await connection.next("writable");
		count = socket.write(Uint8Array.of(patternBytes(i, 1)[0]));
		equal(typeof count, "number");
	}
	equal(await connection.line(), checksumOfPattern(1000));
});

/** The lengths of the records that `body` sends to a server that echoes all of the `count` bytes. */
async function recordsOf(count, body, name = "tls") {
	const connection = await connect(name);
	await connection.ask("records");
	connection.say(`echo ${count}`);
	await body(connection.socket, connection);
	await connection.skip(count);
	const lengths = (await connection.ask("records")).split(" ").map(Number);
	return lengths.slice(1); // after the one with "echo"
}

/** Checks the lengths of records, which are padded in TLS 1.3, with the byte for their type, where the library does that. */
function sameRecords(lengths, expected, name = "tls") {
	const unit = (name === "tls12") ? 1 : padding;
	same(lengths, expected.map((length) => Math.ceil((length + 1) / unit) * unit - 1));
}

for (const name of ["tls12", "tls13"])
	test(`T6 on ${name} each write without more is a record`, async () => {
		sameRecords(await recordsOf(9, (socket) => {
			for (let i = 0; i < 3; i++)
				socket.write(bytesOf("abc"));
		}, name), [3, 3, 3], name);
	});

for (const name of ["tls12", "tls13"])
	test(`T6 on ${name} more gathers fragments into one record`, async () => {
		sameRecords(await recordsOf(9, (socket) => {
			socket.write(bytesOf("abc"), { more: true, byteLength: 9 });
			socket.write(bytesOf("def"), { more: true });
			socket.write(bytesOf("ghi"));
		}, name), [9], name);
	});

test("T6 more works without byteLength, and byteLength without more", async () => {
	sameRecords(await recordsOf(6, (socket) => {
		socket.write(bytesOf("abc"), { more: true });
		socket.write(bytesOf("def"), { more: false });
	}), [6]);
	sameRecords(await recordsOf(6, (socket) => {
		socket.write(bytesOf("abc"), { byteLength: 6 });
		socket.write(bytesOf("def"));
	}), [3, 3]);
});

test("T6 more that is false, or like it, is none", async () => {
	sameRecords(await recordsOf(9, (socket) => {
		socket.write(bytesOf("abc"), { more: false });
		socket.write(bytesOf("def"), { more: 0 });
		socket.write(bytesOf("ghi"), { more: undefined });
	}), [3, 3, 3]);
});

test("T6 fragments keep their order and contents", async () => {
	const connection = await connect("tls");
	connection.say("echo 26");
	for (const [index, letter] of [..."abcdefghijklmnopqrstuvwxyz"].entries())
		connection.socket.write(bytesOf(letter), { more: index < 25, byteLength: 26 });
	equal(textOf(await connection.take(26)), "abcdefghijklmnopqrstuvwxyz");
});

test("T6 more in number format", async () => {
	sameRecords(await recordsOf(100, (socket) => {
		socket.format = "number";
		for (let i = 0; i < 100; i++)
			socket.write(i, { more: i < 99, byteLength: 100 });
		socket.format = "buffer";
	}), [100]);
});

test("T6 fragments change nothing in the script's buffer, and changes to it come too late", async () => {
	const connection = await connect("tls");
	connection.say("echo 6");
	const bytes = new Uint8Array(bytesOf("abc"));
	connection.socket.write(bytes, { more: true });
	equal(textOf(bytes), "abc");
	bytes.fill(120);
	connection.socket.write(bytesOf("def"));
	equal(textOf(await connection.take(6)), "abcdef");
});

test("T6 a write of no bytes ends a sequence", async () => {
	sameRecords(await recordsOf(6, (socket) => {
		socket.write(bytesOf("abc"), { more: true });
		socket.write(bytesOf("def"), { more: true });
		socket.write(new ArrayBuffer(0));
	}), [6]);
});

test("T6 onWritable is called when fragments that waited for the rest have left", async () => {
	const connection = await connect("tls");
	await settle();
	connection.forget();
	const left = connection.socket.write(bytesOf("no whole line"), { more: true });
	ok(await connection.next("writable") > left);
});

test("T6 close sends the fragments of a sequence that was not ended", async () => {
	const connection = await connect("tls");
	connection.socket.write(bytesOf("note frag"), { more: true, byteLength: 100 });
	connection.socket.write(bytesOf("ments\n"), { more: true });
	connection.close();
	await until(async () => await ask("noted") === "fragments");
});

test("T6 a sequence longer than it said is sent all the same", async () => {
	sameRecords(await recordsOf(30, (socket) => {
		for (let i = 0; i < 10; i++)
			socket.write(bytesOf("abc"), { more: i < 9, byteLength: 4 });
	}), [30]);
});

test("T6 a sequence shorter than it said is sent all the same", async () => {
	sameRecords(await recordsOf(3, (socket) => {
		socket.write(bytesOf("a"), { more: true, byteLength: 0x7FFFFFFF });
		socket.write(bytesOf("bc"));
	}), [3]);
});

test("T6 a sequence longer than a record makes as few records as possible", async () => {
	const total = 40_000;
	const lengths = await recordsOf(total, async (socket, connection) => {
		for (let sent = 0; sent < total;) {
			const size = Math.min(socket.write(new ArrayBuffer(0), { more: true }), 777, total - sent);
			if (size === 0) {
				await connection.next("writable");
				continue;
			}
			socket.write(patternBytes(sent, size), { more: sent + size < total, byteLength: total });
			sent += size;
		}
	});
	const added = lengths.reduce((sum, length) => sum + length, 0) - total;
	ok(added >= 0 && added <= lengths.length * (padding - 1), `${added} bytes of padding`);
	ok(lengths.length <= 52, `${lengths.length} records`); // one for each 777 bytes without gathering
});

test("T6 fragments do not wait for ever for the rest of their sequence", async () => {
	for (const options of [{ more: true }, { more: true, byteLength: 100 }]) {
		const connection = await connect("tls");
		connection.say("echo 6");
		for (const fragment of ["abc", "def"]) {
			connection.socket.write(bytesOf(fragment), options);
			equal(textOf(await connection.take(3)), fragment);
		}
	}
});

test("T6 fragments that follow one another do not put off those before them", async () => {
	const lengths = await recordsOf(12, async (socket) => {
		for (let i = 0; i < 12; i++) {
			socket.write(bytesOf("x"), { more: true });
			await new Promise((resolve) => Timer.set(resolve, 50)); // less than fragments wait
		}
	});
	ok(lengths.length > 1, `${lengths.length} record`);
});

test("T6 who waits for room does not wait for fragments that wait for the rest", async () => {
	const connection = await connect("tls");
	connection.say("sink");
	const query = () => connection.socket.write(new ArrayBuffer(0), { more: true });
	let sent = 0;
	for (let i = 0; i < 5; i++) {
		await until(() => query() > 0);
		const writable = query();
		connection.socket.write(patternBytes(sent, writable), { more: true, byteLength: 1_000_000 }); // all that can be taken
		sent += writable;
	}
	await until(() => query() > 0);
	connection.socket.write(new ArrayBuffer(1));
	equal(await connection.line(), `${sent} ${await ask(`pattern ${sent}`)}`);
});

for (const value of [-1, 0.5, NaN, Infinity])
	test(`T6 byteLength of ${value} throws, and nothing is written`, async () => {
		const connection = await connect("tls");
		throws(() => connection.socket.write(bytesOf("x"), { more: true, byteLength: value }), RangeError, "byteLength");
		equal(await connection.echo("y"), "y");
	});

for (const value of ["9", {}, true, 9n])
	test(`T6 byteLength of ${typeof value} ${show(value)} throws, and nothing is written`, async () => {
		const connection = await connect("tls");
		throws(() => connection.socket.write(bytesOf("x"), { more: true, byteLength: value }), TypeError, "byteLength");
		equal(await connection.echo("y"), "y");
	});

for (const value of [null, 1, "more", true, Symbol("more")])
	test(`T6 write options of ${typeof value} ${show(value)} throw, and nothing is written`, async () => {
		const connection = await connect("tls");
		throws(() => connection.socket.write(bytesOf("x"), value), TypeError, "options");
		equal(await connection.echo("y"), "y");
	});

test("T6 write reads each of its options once, and no other", async () => {
	const connection = await connect("tls");
	const seen = { has: [], get: [] };
	const options = new Proxy({ more: true, byteLength: 5, colour: "red" }, {
		has(target, name) {
			seen.has.push(name);
			return name in target;
		},
		get(target, name) {
			seen.get.push(name);
			return target[name];
		},
	});
	connection.say("echo 5");
	connection.socket.write(bytesOf("hel"), options);
	same(seen.has.sort(), ["byteLength", "more"]);
	same(seen.get.sort(), ["byteLength", "more"]);
	connection.socket.write(bytesOf("lo"));
	equal(textOf(await connection.take(5)), "hello");
});

test("T6 write options may be inherited, frozen and undefined", async () => {
	sameRecords(await recordsOf(9, (socket) => {
		socket.write(bytesOf("abc"), Object.create({ more: true }));
		socket.write(bytesOf("def"), Object.freeze({ more: true, byteLength: undefined }));
		socket.write(bytesOf("ghi"), undefined);
	}), [9]);
});

test("T6 what a getter of the write options throws comes out, and nothing is written", async () => {
	const connection = await connect("tls");
	const error = new Error("from a getter");
	for (const name of ["more", "byteLength"]) {
		const options = { get [name]() {
			throw error;
		} };
		equal(throws(() => connection.socket.write(bytesOf("x"), options)), error);
	}
	equal(await connection.echo("y"), "y");
});

test("T6 a getter of the write options that closes the instance makes write throw", async () => {
	const connection = await connect("tls");
	throws(() => connection.socket.write(bytesOf("x"), { get more() {
		connection.close();
		return true;
	} }));
	throws(() => connection.socket.format);
});

test("T6 a getter of the write options that detaches or shrinks the data makes write throw or send what is left", async () => {
	const connection = await connect("tls");
	const data = bytesOf("xyz");
	throws(() => connection.socket.write(data, { get more() {
		data.transfer();
		return false;
	} }), TypeError, "write");
	const memory = new ArrayBuffer(10, { maxByteLength: 10 });
	const view = new Uint8Array(memory);
	view.set(new Uint8Array(bytesOf("echo 2\nok!")));
	connection.socket.write(view, { get byteLength() {
		memory.resize(9);
		return 9;
	} });
	equal(textOf(await connection.take(2)), "ok");
});

test("T6 a getter of the write options may change the format", async () => {
	const connection = await connect("tls");
	connection.say("echo 1");
	connection.socket.write(65, { get more() {
		connection.socket.format = "number";
		return false;
	} });
	connection.socket.format = "buffer";
	equal(textOf(await connection.take(1)), "A");
});

test("T6 a getter of the write options may write", async () => {
	const connection = await connect("tls");
	connection.say("echo 2");
	connection.socket.write(bytesOf("b"), { get more() {
		connection.socket.write(bytesOf("a"));
		return false;
	} });
	equal(textOf(await connection.take(2)), "ab");
});
