// SPDX-License-Identifier: MIT
// embedded:io/socket/tcp and embedded:io/socket/listener: rules B, I and T of ECMA-419 over loopback.

import Debug from "debug";
import TCP from "embedded:io/socket/tcp";
import Listener from "embedded:io/socket/listener";
import Timer from "timer";
import { afterEach, equal, ok, same, test, throws } from "../support/tap.js";

const open = new Set();

afterEach(() => {
	for (const it of open)
		it.close();
	open.clear();
});

function track(it) {
	open.add(it);
	return it;
}

const turn = (milliseconds = 0) => new Promise((resolve) => Timer.set(resolve, milliseconds));
const bytes = (text) => new TextEncoder().encode(text);
const text = (buffer) => new TextDecoder().decode(buffer);

/** A socket whose callbacks become awaitable: `next("readable")`. */
class Socket extends TCP {
	events = [];
	waiting = [];
	room = 0; // what onWritable and write said last

	constructor(options) {
		super({
			...options,
			onReadable(count) {
				this.add("readable", count);
			},
			onWritable(count) {
				this.room = count;
				this.add("writable", count);
			},
			onError(error) {
				this.add("error", error);
			},
		});
		track(this);
	}
	add(name, value) {
		this.events.push({ name, value });
		for (const wake of this.waiting.splice(0))
			wake();
	}
	/** The value of the next event of that name; others stay. */
	async next(name) {
		for (;;) {
			const index = this.events.findIndex((event) => event.name === name);
			if (index >= 0)
				return this.events.splice(index, 1)[0].value;
			await new Promise((resolve) => this.waiting.push(resolve));
		}
	}
	/** Reads until there are `count` bytes. */
	async take(count) {
		const result = new Uint8Array(count);
		let length = 0;
		while (length < count) {
			const part = this.read(count - length);
			if (part === undefined) {
				await this.next("readable");
				continue;
			}
			result.set(new Uint8Array(part), length);
			length += part.byteLength;
		}
		return result;
	}
	async send(data) {
		for (let offset = 0; offset < data.length; ) {
			if (this.room === 0) {
				await this.next("writable");
				continue;
			}
			const size = Math.min(data.length - offset, this.room);
			this.room = this.write(data.subarray(offset, offset + size));
			offset += size;
		}
	}
}

/** Both ends of a connection. */
async function pair({ address = "127.0.0.1", client = {}, server = {} } = {}) {
	let accepted;
	const listener = track(
		new Listener({
			address,
			onReadable() {
				accepted(new Socket({ ...server, from: this.read() }));
			},
		}),
	);
	const incoming = new Promise((resolve) => (accepted = resolve));
	const one = new Socket({ ...client, address, port: listener.port });
	const two = await incoming;
	listener.close();
	return { client: one, server: two };
}

/** The port of a listener that is gone. */
function deadPort() {
	const listener = new Listener({ address: "127.0.0.1" });
	const { port } = listener;
	listener.close();
	return port;
}

for (const address of ["127.0.0.1", "::1", "0:0:0:0:0:0:0:1"]) {
	test(`T1 connects to ${address}`, async () => {
		const { client, server } = await pair({ address });
		ok((await client.next("writable")) >= 1024);
		client.write(bytes("over"));
		equal(await server.next("readable"), 4);
		equal(text(server.read()), "over");
		equal(client.remoteAddress, address === "127.0.0.1" ? address : "::1");
		equal(typeof server.remotePort, "number");
	});
}

test("B1, B3 wrong options throw", () => {
	const good = { address: "127.0.0.1", port: 1 };
	const bad = {
		address: [undefined, 1, null, "", "localhost", "127.0.0", "127.0.0.256", "1.2.3.4 ", ":::"],
		port: [undefined, -1, 65536, 1.5, "80", NaN],
		noDelay: [1, "true"],
		keepAlive: [0, -1, 1.5, "1"],
		format: ["text", 1],
		onReadable: [1, {}],
		onWritable: ["f"],
		onError: [true],
	};
	for (const value of [undefined, null, 1])
		throws(() => new TCP(value), TypeError);
	for (const [name, values] of Object.entries(bad)) {
		for (const value of values)
			throws(() => new TCP({ ...good, [name]: value }), Error, name);
	}
});

test("B2 each option is read once, and frozen options will do", () => {
	const seen = [];
	const port = deadPort();
	const options = new Proxy(Object.freeze({ address: "127.0.0.1", port, noDelay: true, keepAlive: 1000, onError: null }), {
		get(target, name) {
			seen.push(name);
			return target[name];
		},
	});
	track(new TCP(options));
	same(seen.sort(), ["address", "keepAlive", "noDelay", "onError", "port"]);
});

test("B4, B5 callbacks are hidden, target is not", () => {
	const socket = track(new TCP({ address: "127.0.0.1", port: deadPort(), target: 5, onReadable() {}, onError() {} }));
	equal(socket.target, 5);
	equal(socket.onReadable, undefined);
	equal("target" in track(new TCP({ address: "127.0.0.1", port: deadPort(), onError() {} })), false);
});

test("B6 an open instance survives collection, a closed one does not", async () => {
	const references = [];
	const port = deadPort();
	let errors = 0;
	(() => {
		new TCP({ address: "127.0.0.1", port, onError() { errors++; this.close(); } });
		const socket = new TCP({ address: "127.0.0.1", port });
		socket.close();
		references.push(new WeakRef(socket));
	})();
	await turn();
	Debug.gc();
	await turn(20);
	Debug.gc();
	equal(errors, 1);
	equal(references[0].deref(), undefined);
});

test("B7 after close everything but close throws, and no callback runs", async () => {
	const { client, server } = await pair();
	await client.next("writable");
	client.write(bytes("unread"));
	await turn();
	server.close();
	server.close();
	for (const use of [
		() => server.read(),
		() => server.write(bytes("x")),
		() => server.format,
		() => (server.format = "number"),
		() => server.remoteAddress,
		() => server.remotePort,
	])
		throws(use, Error, "closed");
	server.events.length = 0;
	await turn(10);
	same(server.events, []);
});

test("B10 wrong receivers throw", () => {
	for (const receiver of [TCP.prototype, {}, undefined, 1, new Date()]) {
		throws(() => TCP.prototype.read.call(receiver));
		throws(() => TCP.prototype.write.call(receiver, bytes("x")));
		throws(() => TCP.prototype.close.call(receiver));
		throws(() => Listener.prototype.read.call(receiver));
	}
});

test("I2 read in all its forms", async () => {
	const { client, server } = await pair();
	await client.next("writable");
	equal(server.read(), undefined);
	client.write(bytes("0123456789"));
	equal(await server.next("readable"), 10);
	equal(text(server.read(3)), "012");
	const buffer = new Uint8Array(4);
	equal(server.read(buffer.subarray(1, 3)), 2);
	same(buffer, new Uint8Array([0, 0x33, 0x34, 0]));
	equal(server.read(new DataView(buffer.buffer)), 4);
	for (const wrong of [0, -1, 1.5, NaN, "x", new Float32Array(2), {}])
		throws(() => server.read(wrong));
	equal(text(server.read(100)), "9");
	equal(server.read(1), undefined);
});

test("I4 write takes all or nothing", async () => {
	const { client, server } = await pair();
	const room = await client.next("writable");
	throws(() => client.write(new Uint8Array(room + 1)));
	throws(() => client.write());
	throws(() => client.write("text"));
	await turn(10);
	same(server.events.filter(({ name }) => name === "readable"), []);
	equal(client.write(new Uint8Array(room)) <= room, true);
	await server.take(room);
});

test("I5 format number, one byte at a time", async () => {
	const { client, server } = await pair({ server: { format: "number" } });
	await client.next("writable");
	equal(server.format, "number");
	client.format = "number";
	for (const wrong of [-1, 256, 1.5, undefined, "x", bytes("x")])
		throws(() => client.write(wrong));
	client.write(0);
	client.write(255);
	while ((await server.next("readable")) < 2)
		;
	throws(() => server.read(1));
	equal(server.read(), 0);
	throws(() => (server.format = "text"), RangeError);
	server.format = "buffer";
	same(server.read(), new Uint8Array([255]).buffer);
	server.format = "number";
	equal(server.read(), undefined);
});

test("I6 onReadable once for what arrived, again for more, with all that can be read", async () => {
	const { client, server } = await pair();
	await client.next("writable");
	client.write(bytes("abc"));
	equal(await server.next("readable"), 3);
	await turn(10);
	same(server.events.filter(({ name }) => name === "readable"), []);
	client.write(bytes("de"));
	equal(await server.next("readable"), 5);
	equal(text(server.read(4)), "abcd");
	await turn(10);
	same(server.events.filter(({ name }) => name === "readable"), []);
	equal(text(server.read()), "e");
});

test("large transfers both ways at once, through full buffers", async () => {
	const size = 3_000_000;
	const data = new Uint8Array(size);
	for (let i = 0; i < size; i++)
		data[i] = (i * 31 + (i >> 8)) & 0xFF;
	const { client, server } = await pair({ client: { noDelay: true } });
	const [first, second] = await Promise.all([server.take(size), client.take(size), client.send(data), server.send(data)]);
	ok(first.every((byte, i) => byte === data[i]));
	ok(second.every((byte, i) => byte === data[i]));
});

test("a reader who pauses stops the writer, and gets everything afterwards", async () => {
	const { client, server } = await pair();
	const chunk = new Uint8Array(16 * 1024).fill(7);
	let sent = 0;
	for (let quiet = 0; quiet < 5; quiet++) {
		await turn(10);
		while (client.room >= chunk.length) {
			client.room = client.write(chunk);
			sent += chunk.length;
			quiet = 0;
		}
	}
	client.events.length = 0;
	ok(sent > 100_000, `only ${sent} bytes were taken`);
	const received = await server.take(sent);
	ok(received.every((byte) => byte === 7));
	await client.next("writable");
});

test("what was accepted is sent although the instance is closed", async () => {
	const { client, server } = await pair();
	let total = 0;
	let room = await client.next("writable");
	while (room > 0) { // until the system takes no more and our queue is full
		client.write(new Uint8Array(room).fill(1));
		total += room;
		room = client.write(new Uint8Array(0));
	}
	client.close();
	const received = await server.take(total);
	ok(received.every((byte) => byte === 1));
	equal((await server.next("error")).code, "closed");
});

test("the end comes after the data that was sent before it", async () => {
	const { client, server } = await pair();
	await client.next("writable");
	client.write(bytes("last"));
	client.close();
	equal(await server.next("readable"), 4);
	await turn(10);
	same(server.events.filter(({ name }) => name === "error"), []);
	equal(text(server.read(2)), "la");
	equal(text(server.read()), "st");
	const error = await server.next("error");
	equal(error.code, "closed");
	await turn(10);
	same(server.events.filter(({ name }) => name === "error"), [], "told once");
});

test("an instance closed with unread data does not lose what it sent", async () => {
	const { client, server } = await pair();
	await client.next("writable");
	await server.next("writable");
	client.write(bytes("never read"));
	await turn(10);
	server.write(bytes("farewell"));
	server.close();
	equal(text(await client.take(8)), "farewell");
});

test("a refused connection", async () => {
	const socket = new Socket({ address: "127.0.0.1", port: deadPort() });
	equal(socket.remoteAddress, undefined);
	equal(socket.remotePort, undefined);
	const error = await socket.next("error");
	equal(error.code, "refused");
	same(socket.events, []);
	equal(socket.read(), undefined);
});

test("T3 from moves the connection with its unread data", async () => {
	const { client, server } = await pair();
	await client.next("writable");
	client.write(bytes("before"));
	equal(await server.next("readable"), 6);
	equal(text(server.read(2)), "be");
	const taken = new Socket({ from: server });
	throws(() => server.read(), Error, "closed");
	server.events.length = 0;
	throws(() => new TCP({ from: server }), TypeError, "from");
	client.write(bytes(" after"));
	equal(text(await taken.take(10)), "fore after");
	ok((await taken.next("writable")) > 0);
	taken.write(bytes("answer"));
	equal(text(await client.take(6)), "answer");
	await turn(10);
	same(server.events, []);
});

test("T3 from refuses anything else", () => {
	for (const from of [null, 1, "x", {}, new Date(), TCP.prototype, TCP])
		throws(() => new TCP({ from }), TypeError, "from");
});

test("B8 close in every callback", async () => {
	const closed = [];
	const listener = track(
		new Listener({
			address: "127.0.0.1",
			onReadable() {
				const from = this.read();
				track(new TCP({ from })).write(bytes("hello"));
				this.close();
				closed.push("listener");
			},
		}),
	);
	const { port } = listener;
	track(new TCP({ address: "127.0.0.1", port, onReadable() { closed.push("readable"); this.close(); }, onError() { closed.push("error"); } }));
	track(new TCP({ address: "127.0.0.1", port, onWritable() { closed.push("writable"); this.close(); }, onError() { closed.push("error"); } }));
	track(new TCP({ address: "127.0.0.1", port: deadPort(), onError() { closed.push("refused"); this.close(); } }));
	await turn(30);
	same(closed.filter((it) => it !== "error").sort(), ["listener", "readable", "refused", "writable"]);
});

test("C1, C2 onWriteable and nodelay", async () => {
	const listener = track(new Listener({ address: "127.0.0.1" }));
	const count = await new Promise((resolve) =>
		track(new TCP({ address: "127.0.0.1", port: listener.port, nodelay: true, onWriteable: resolve })));
	ok(count > 0);
	throws(() => new TCP({ address: "127.0.0.1", port: listener.port, nodelay: 1 }), TypeError);
});

test("a listener hands out connections one by one", async () => {
	const counts = [];
	const listener = track(new Listener({ address: "127.0.0.1", target: "here", onReadable: (count) => counts.push(count) }));
	equal(listener.target, "here");
	equal(listener.read(), undefined);
	const sockets = [];
	for (let i = 0; i < 40; i++) // more than wait in the listener
		sockets.push(new Socket({ address: "127.0.0.1", port: listener.port }));
	await Promise.all(sockets.map((it) => it.next("writable")));
	let read = 0;
	while (read < 40) {
		const socket = listener.read();
		if (socket) {
			read++;
			track(socket).write(bytes("x"));
		} else
			await turn();
	}
	for (const socket of sockets)
		equal(text(await socket.take(1)), "x");
	equal(listener.read(), undefined);
	ok(counts.every((count) => count > 0));
});

test("wrong listener options throw", () => {
	const listener = track(new Listener({ address: "127.0.0.1", port: 0 }));
	throws(() => new Listener({ address: "127.0.0.1", port: listener.port }), Error, "in use");
	for (const options of [undefined, { port: -1 }, { port: "1" }, { address: 1 }, { address: "localhost" }, { onReadable: 1 }])
		throws(() => new Listener(options));
	listener.close();
	listener.close();
	throws(() => listener.port, Error, "closed");
	throws(() => listener.read(), Error, "closed");
});
