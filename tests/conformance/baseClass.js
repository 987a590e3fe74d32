// SPDX-License-Identifier: MIT
// Rules B: the Base Class Pattern (ECMA-419, clause 8).

import TLS from "embedded:io/socket/tcp/tls";
import Debug from "debug";
import { equal, ok, same, test, throws } from "../support/tap.js";
import { GREETING } from "./ports.js";
import { address, ask, bytesOf, ca, collect, connect, Connection, HOST, jobsFirst, optionsFor, port, settle, track, turns, until } from "./support.js";

// B1

for (const value of [undefined, null, 1, "options", true, Symbol("options")])
	test(`B1 ${String(value)} in place of options throws`, () => throws(() => new TLS(value), TypeError, "options"));

test("B1 no options at all throw", () => throws(() => new TLS(), TypeError, "options"));

test("B1 frozen options are fine", async () => {
	const options = optionsFor("tls", { onError: null });
	Object.freeze(options.tls);
	const connection = new Connection({}, ({ onReadable, onWritable, onError }) =>
		new TLS(Object.freeze({ ...options, onReadable, onWritable, onError })));
	await connection.ready();
});

/** Options that note what is done with them: `has` and `get` by name, and everything else. */
function watched(options) {
	const seen = { has: {}, get: {}, others: [] };
	const other = (name) => (target, ...parameters) => {
		seen.others.push(name);
		return Reflect[name](target, ...parameters);
	};
	const proxy = new Proxy(options, {
		has(target, name) {
			seen.has[name] = (seen.has[name] ?? 0) + 1;
			return Reflect.has(target, name);
		},
		get(target, name, receiver) {
			seen.get[name] = (seen.get[name] ?? 0) + 1;
			return Reflect.get(target, name, receiver);
		},
		set: other("set"),
		defineProperty: other("defineProperty"),
		deleteProperty: other("deleteProperty"),
		setPrototypeOf: other("setPrototypeOf"),
		preventExtensions: other("preventExtensions"),
		ownKeys: other("ownKeys"),
		getOwnPropertyDescriptor: other("getOwnPropertyDescriptor"),
	});
	return { proxy, seen };
}

test("B1 options are not modified", () => {
	const tls = watched({ host: HOST, ca });
	const options = watched({ address, port: port("tls"), tls: tls.proxy });
	track(new TLS(options.proxy));
	same(options.seen.others, []);
	same(tls.seen.others, []);
});

// B2

const OPTIONS = ["format", "onReadable", "onWritable", "onError", "target", "from", "address", "port", "noDelay", "keepAlive", "host", "tls"];
const TLS_OPTIONS = ["host", "minimumVersion", "maximumVersion", "applicationLayerProtocol", "maximumFragmentLength", "ca",
	"clientCertificate", "clientKey", "pins", "session", "time", "handshakeTimeout"];

function countOf(names, count) {
	return Object.fromEntries(names.map((name) => [name, count]));
}

function sorted(object) {
	return Object.fromEntries(Object.entries(object).sort(([a], [b]) => a < b ? -1 : 1));
}

test("B2 reads each option once", () => {
	const nothing = () => {};
	const tls = watched({
		host: HOST, minimumVersion: "TLSv1.2", maximumVersion: "TLSv1.3", applicationLayerProtocol: "a", maximumFragmentLength: 4096,
		ca, pins: new ArrayBuffer(32), session: new ArrayBuffer(8), time: Date.now(), handshakeTimeout: 10_000,
	});
	const options = watched({
		format: "buffer", onReadable: nothing, onWritable: nothing, onError: nothing, target: 1, address, port: port("tls"),
		noDelay: true, keepAlive: 1000, host: HOST, tls: tls.proxy,
	});
	track(new TLS(options.proxy));
	same(sorted(options.seen.has), sorted(countOf(OPTIONS, 1)));
	same(sorted(options.seen.get), sorted(countOf(OPTIONS.filter((name) => name !== "from"), 1)));
	same(sorted(tls.seen.has), sorted({ ...countOf(TLS_OPTIONS, 1) }));
	same(sorted(tls.seen.get), sorted(countOf(TLS_OPTIONS.filter((name) => !name.startsWith("client")), 1)));
});

test("B2 asks for an absent option and its other spelling once, and reads neither", () => {
	const tls = watched({ ca });
	const options = watched({ address, port: port("tls"), tls: tls.proxy });
	track(new TLS(options.proxy));
	same(sorted(options.seen.has), sorted(countOf([...OPTIONS, "onWriteable", "nodelay"], 1)));
	same(sorted(options.seen.get), sorted(countOf(["address", "port", "tls"], 1)));
	same(sorted(tls.seen.has), sorted(countOf([...TLS_OPTIONS, "serverName", "applicationLayerProtocolNegotiation"], 1)));
	same(sorted(tls.seen.get), { ca: 1 });
});

test("B2 reads each item of a list once", () => {
	const list = watched([ca, ca]);
	track(new TLS(optionsFor("tls", { tls: { ca: list.proxy } })));
	same(sorted(list.seen.get), { 0: 1, 1: 1, length: 1 });
});

test("B2 an unknown option is ignored", () => {
	const options = watched({ ...optionsFor("tls"), colour: "red", get surprise() {
		throw new Error("was read");
	} });
	track(new TLS(options.proxy));
	equal(options.seen.has.colour, undefined);
	equal(options.seen.get.surprise, undefined);
});

test("B2 io is ignored", () => {
	const options = watched({ ...optionsFor("tls"), io: 5 });
	track(new TLS(options.proxy));
	equal(options.seen.has.io, undefined);
	equal(options.seen.get.io, undefined);
});

test("B2 options may be inherited, and getters", async () => {
	const base = { address, get port() {
		return port("tls");
	} };
	const connection = new Connection({}, (callbacks) =>
		new TLS(Object.assign(Object.create(base), callbacks, { tls: Object.create({ host: HOST, ca }) })));
	await connection.ready();
});

test("B2 a getter that gives another value each time is believed once", () => {
	const formats = ["number", "nonsense", "nonsense"];
	const options = optionsFor("tls");
	Object.defineProperty(options, "format", { get: () => formats.shift() });
	const socket = track(new TLS(options));
	equal(socket.format, "number");
	equal(formats.length, 2);
});

for (const name of OPTIONS)
	test(`B2 what the getter of ${name} throws comes out`, () => {
		const error = new Error(`from the getter of ${name}`);
		const options = { ...optionsFor("tls") };
		Object.defineProperty(options, name, { get() {
			throw error;
		} });
		equal(throws(() => new TLS(options)), error);
	});

for (const name of TLS_OPTIONS)
	test(`B2 what the getter of tls.${name} throws comes out`, () => {
		const error = new Error(`from the getter of tls.${name}`);
		const options = optionsFor("tls");
		Object.defineProperty(options.tls, name, { get() {
			throw error;
		} });
		equal(throws(() => new TLS(options)), error);
	});

test("B2 a getter may close another instance and collect garbage", async () => {
	const other = await connect("tls");
	const options = optionsFor("tls");
	const connection = new Connection({}, (callbacks) => new TLS({ ...callbacks, ...options, get target() {
		other.close();
		Debug.gc();
		return "target";
	} }));
	await connection.ready();
	equal(await connection.echo("hello"), "hello");
	throws(() => other.socket.read());
});

test("B2 a getter may change what was read already, to no effect", async () => {
	const options = { ...optionsFor("tls"), format: "buffer", get port() {
		this.format = "number";
		this.address = "192.0.2.1";
		return port("tls");
	} };
	const connection = new Connection({}, (callbacks) => {
		Object.defineProperties(options, Object.getOwnPropertyDescriptors(callbacks));
		return new TLS(options);
	});
	await connection.ready();
	equal(connection.socket.format, "buffer");
});

test("B2 a getter that detaches a certificate read before makes the constructor throw", () => {
	const certificate = ca.slice(0);
	const options = optionsFor("tls", { tls: { ca: certificate } });
	Object.defineProperty(options.tls, "handshakeTimeout", { get() {
		certificate.transfer();
		return 1000;
	} });
	throws(() => new TLS(options), TypeError, "tls.ca");
});

// every option with a value that it cannot have, and whether that is one of range or of type
const BAD = [
	["format", "text", RangeError], ["format", 1, RangeError],
	["onReadable", 1, TypeError], ["onWritable", "x", TypeError], ["onError", {}, TypeError],
	["from", 1, TypeError], ["address", 1, TypeError], ["address", "nowhere", RangeError], ["port", "https", TypeError],
	["port", 65536, RangeError], ["noDelay", 1, TypeError], ["keepAlive", 0, RangeError], ["keepAlive", "1", TypeError],
	["host", 1, TypeError], ["host", "", RangeError], ["tls", "yes", TypeError],
	["tls.host", "", RangeError], ["tls.minimumVersion", "TLSv1", RangeError], ["tls.maximumVersion", "SSLv3", RangeError],
	["tls.applicationLayerProtocol", "", RangeError], ["tls.maximumFragmentLength", 1000, RangeError],
	["tls.ca", "pem", TypeError], ["tls.ca", [], RangeError], ["tls.ca", new ArrayBuffer(0), Error],
	["tls.clientCertificate", 1, TypeError], ["tls.clientKey", 1, TypeError],
	["tls.handshakeTimeout", 0, RangeError], ["tls.handshakeTimeout", "1", TypeError],
];

function withOption(path, value) {
	const [first, second] = path.split(".");
	return second ? optionsFor("tls", { tls: { [second]: value } }) : { ...optionsFor("tls"), [first]: value };
}

test("B2 options are checked before a connection is made", async () => {
	const before = Number(await ask("connections"));
	for (const [path, value] of BAD)
		throws(() => new TLS(withOption(path, value)));
	await settle();
	equal(Number(await ask("connections")), before + 2, "connections");
});

// B3

for (const [path, value, constructor] of BAD)
	test(`B3 ${path} of ${typeof value === "object" ? JSON.stringify(value) : JSON.stringify(value)} throws and says so`, () => {
		const error = throws(() => new TLS(withOption(path, value)), constructor, path);
		if (constructor !== Error)
			equal(error.constructor, constructor);
	});

for (const name of ["address", "port"])
	test(`B3 ${name} is required`, () => {
		for (const absent of [{}, { [name]: undefined }]) {
			const options = { ...optionsFor("tls") };
			delete options[name];
			throws(() => new TLS({ ...options, ...absent }), TypeError, name);
		}
	});

test("B3 an option of undefined is absent", async () => {
	const connection = await connect("tls", {
		format: undefined, noDelay: undefined, keepAlive: undefined, target: undefined, from: undefined, host: undefined,
		tls: { minimumVersion: undefined, maximumVersion: undefined, applicationLayerProtocol: undefined, handshakeTimeout: undefined },
	});
	equal(connection.socket.format, "buffer");
});

test("B3 after many constructors that threw, one works", async () => {
	for (let i = 0; i < 10; i++) {
		for (const [path, value] of BAD)
			throws(() => new TLS(withOption(path, value)));
	}
	Debug.gc();
	equal(await (await connect("tls")).echo("still here"), "still here");
});

// B4

const CALLBACKS = ["onReadable", "onWritable", "onError"];

for (const name of CALLBACKS) {
	for (const value of [0, 1, "function", true, false, {}, [], Symbol("x")])
		test(`B4 ${name} of ${typeof value === "symbol" ? "a symbol" : JSON.stringify(value)} throws`, () =>
			throws(() => new TLS(optionsFor("tls", { [name]: value })), TypeError, name));

	test(`B4 ${name} may be null or undefined`, async () => {
		for (const value of [null, undefined]) {
			const socket = track(new TLS(optionsFor("greeting", { [name]: value })));
			await until(() => socket.tls !== undefined);
			socket.close();
		}
	});

	test(`B4 ${name} is neither readable nor a method`, () => {
		const socket = track(new TLS(optionsFor("tls", { [name]() {} })));
		equal(name in socket, false);
		equal(name in TLS.prototype, false);
		same(Reflect.ownKeys(socket), []);
	});

	test(`B4 ${name} cannot be set afterwards`, async () => {
		let first = 0, second = 0;
		const socket = track(new TLS(optionsFor("greeting", {
			[name]() {
				first++;
			},
			...(name === "onError" && { port: port("expired") }),
		})));
		socket[name] = () => second++;
		await until(() => first > 0);
		await settle();
		equal(second, 0, "calls of what was set afterwards");
	});
}

test("B4 a callback may be any function", async () => {
	let called = 0;
	const socket = track(new TLS(optionsFor("tls", { onWritable: new Proxy(() => called++, {}) })));
	await until(() => called > 0);
	equal(typeof socket.format, "string");
});

// B5

for (const target of [null, 0, "", false, "text", Symbol.iterator, {}, [], () => {}, 1n])
	test(`B5 target of ${typeof target} ${String(target)} becomes a property`, () => {
		const socket = track(new TLS(optionsFor("tls", { target })));
		equal(socket.target, target);
		same(Object.keys(socket), ["target"]);
		const other = {};
		socket.target = other;
		equal(socket.target, other);
	});

test("B5 without target, or with undefined, there is no property", () => {
	for (const more of [{}, { target: undefined }])
		equal("target" in track(new TLS(optionsFor("tls", more))), false);
});

test("B5 target is there in callbacks and after close", async () => {
	const target = {};
	let seen;
	const connection = await connect("tls", { target, onWritable() {
		seen = this.target;
	} });
	equal(seen, target);
	connection.close();
	equal(connection.socket.target, target);
});

// B6

test("B6 an instance that nothing refers to lives until it is closed", async () => {
	const received = [];
	const { promise, resolve } = Promise.withResolvers?.() ?? withResolvers();
	(() => {
		new TLS(optionsFor("greeting", {
			onReadable() {
				received.push(this.read().byteLength);
				Debug.gc();
				this.write(bytesOf("close\n"));
			},
			onError(error) {
				this.close();
				resolve(error.code);
			},
		}));
	})();
	for (let i = 0; i < 20; i++) {
		Debug.gc();
		await turns();
	}
	equal(await promise, "closed");
	equal(received.reduce((sum, count) => sum + count, 0), GREETING.length);
});

test("B6 an instance that nothing refers to is not collected", async () => {
	const reference = (() => new WeakRef(new TLS(optionsFor("tls"))))();
	for (let i = 0; i < 3; i++)
		await collect();
	const socket = reference.deref();
	ok(socket !== undefined);
	socket.close();
});

function withResolvers() {
	const result = {};
	result.promise = new Promise((resolve, reject) => Object.assign(result, { resolve, reject }));
	return result;
}

test("B6 its callbacks and target live with it", async () => {
	let called = 0;
	const references = (() => {
		const onWritable = () => called++;
		const target = {};
		track(new TLS(optionsFor("tls", { onWritable, target })));
		return [new WeakRef(onWritable), new WeakRef(target)];
	})();
	await collect();
	await until(() => called > 0);
	await collect();
	for (const reference of references)
		ok(reference.deref() !== undefined);
});

test("B6 after close it can be collected", async () => {
	const collected = [];
	const registry = new FinalizationRegistry((name) => collected.push(name));
	const open = (name) => {
		const callback = () => name;
		const socket = new TLS(optionsFor("tls", { onReadable: callback, target: { name } }));
		registry.register(socket, `${name} instance`);
		registry.register(callback, `${name} callback`);
		return socket;
	};
	const close = (name) => open(name).close();
	close("at once");
	await (async () => {
		const socket = open("later");
		await settle();
		socket.close();
	})();
	const kept = open("open");
	await settle();
	await collect();
	same(collected.sort(), ["at once callback", "at once instance", "later callback", "later instance"]);
	kept.close();
});

test("B6 an instance whose constructor threw can be collected", async () => {
	let reference;
	class Leaky extends TLS {
		set target(value) {
			reference = new WeakRef(this);
		}
	}
	(() => throws(() => new Leaky(optionsFor("tls", { target: 1, tls: { ca: new ArrayBuffer(1) } })), Error, "tls.ca"))();
	await collect();
	equal(reference.deref(), undefined);
});

// B7

const METHODS = {
	read: (socket) => socket.read(),
	write: (socket) => socket.write(bytesOf("x")),
	format: (socket) => socket.format,
	"format =": (socket) => socket.format = "number",
	remoteAddress: (socket) => socket.remoteAddress,
	remotePort: (socket) => socket.remotePort,
	tls: (socket) => socket.tls,
};

test("B7 a second close is no error", async () => {
	const socket = new TLS(optionsFor("tls"));
	equal(socket.close(), undefined);
	equal(socket.close(), undefined);
	const connected = await connect("tls");
	connected.close();
	connected.close();
});

for (const [name, use] of Object.entries(METHODS))
	test(`B7 ${name} throws after close`, async () => {
		const socket = new TLS(optionsFor("tls"));
		socket.close();
		throws(() => use(socket));
		const connected = await connect("tls");
		connected.close();
		throws(() => use(connected.socket));
	});

for (let count = 0; count < 8; count++)
	test(`B7 close during the handshake, after ${count} turns: no callback any more`, async () => {
		const connection = new Connection(optionsFor("greeting"));
		await turns(count);
		const before = connection.calls.length;
		connection.close();
		await settle();
		equal(connection.calls.length, before, "calls");
	});

test("B7 close in onWritable: no callback any more", async () => {
	let calls = 0;
	new TLS(optionsFor("greeting", {
		onReadable: () => calls++,
		onWritable() {
			calls++;
			this.close();
			this.close();
			throws(() => this.write(bytesOf("x")));
		},
		onError: () => calls++,
	}));
	await until(() => calls > 0);
	await settle();
	equal(calls, 1);
});

test("B7 close in onReadable, with bytes unread: no callback any more", async () => {
	let calls = 0;
	const connection = new Connection(optionsFor("tls", {
		onReadable() {
			calls++;
			this.read(1);
			this.close();
			throws(() => this.read());
		},
		onError: () => calls++,
	}));
	await connection.ready();
	connection.say("send 40000 100");
	await until(() => calls > 0);
	await settle();
	equal(calls, 1);
});

test("B7 close in onError: no callback any more", async () => {
	let calls = 0;
	new TLS(optionsFor("expired", {
		onReadable: () => calls++,
		onWritable: () => calls++,
		onError() {
			calls++;
			this.close();
			this.close();
			throws(() => this.read());
		},
	}));
	await until(() => calls > 0);
	await settle();
	equal(calls, 1);
});

test("B7 close of another instance that has an event due", async () => {
	const sockets = [];
	let calls = 0;
	const closeBoth = () => {
		calls++;
		for (const socket of sockets)
			socket.close();
	};
	for (let i = 0; i < 2; i++) {
		const connection = new Connection(optionsFor("tls", { onReadable: closeBoth }));
		await connection.ready();
		sockets.push(connection.socket);
	}
	for (const socket of sockets)
		socket.write(bytesOf("send 10\n"));
	const start = Date.now();
	while (Date.now() < start + 50); // both answers are there before the next turn
	await until(() => calls > 0);
	await settle();
	equal(calls, 1);
});

test("B7 close releases the connection", async () => {
	const open = async (count) => until(async () => await ask("open") === String(count + 1)); // one is for the question
	await open(0); // those of other tests are about to go
	const sockets = [await connect("tls"), await connect("tls"), track(new TLS(optionsFor("silent")))];
	await open(sockets.length);
	for (const socket of sockets)
		socket.close();
	await open(0);
});

test("B7 close sends what was written before", async () => {
	const connection = await connect("tls");
	connection.say("note written before close");
	connection.close();
	await until(async () => await ask("noted") === "written before close");
});

// B8

test("B8 callbacks run with this set to the instance", async () => {
	const seen = [];
	const note = function () {
		seen.push(this);
	};
	const connection = new Connection(optionsFor("tls", { onReadable: note, onWritable: note, onError: note }));
	await connection.ready();
	equal(await connection.echo("x"), "x");
	connection.say("close");
	await connection.next("error");
	ok(seen.length >= 3);
	ok(seen.every((instance) => instance === connection.socket));
});

/** Calls a method and tells whether a callback ran inside of it. */
function inside(connection, body) {
	const before = connection.calls.length;
	body(connection.socket);
	return connection.calls.length - before;
}

test("B8 no callback inside the constructor", async () => {
	let constructing = true, early = 0;
	const note = () => early += constructing ? 1 : 0;
	for (const name of ["tls", "nobody", "text"])
		track(new TLS(optionsFor(name, { onReadable: note, onWritable: note, onError: note })));
	const start = Date.now();
	while (Date.now() < start + 20); // events come up
	constructing = false;
	equal(early, 0);
	await settle();
});

test("B8 no callback inside a method", async () => {
	const connection = await connect("tls");
	const { length } = connection.calls;
	equal(inside(connection, (socket) => socket.write(bytesOf("send 50000 1000\n"))), 0, "inside write");
	const start = Date.now();
	while (Date.now() < start + 20);
	equal(connection.calls.length, length, "while a script runs");
	for (let received = 0; received < 50_000;) {
		await connection.next("readable");
		equal(inside(connection, (socket) => received += socket.read(100)?.byteLength ?? 0), 0, "inside read");
		equal(inside(connection, (socket) => socket.format = "number"), 0, "inside format");
		equal(inside(connection, (socket) => socket.format = "buffer"), 0, "inside format");
		equal(inside(connection, (socket) => {
			for (let bytes = socket.read(); bytes !== undefined; bytes = socket.read())
				received += bytes.byteLength;
		}), 0, "inside read");
	}
	equal(inside(connection, (socket) => socket.close()), 0, "inside close");
});

test("B8 no callback before the promise jobs of the script have run", async () => {
	let running = true, early = 0;
	const note = () => early += running ? 1 : 0;
	track(new TLS(optionsFor("greeting", { onReadable: note, onWritable: note, onError: note })));
	for (let i = 0; i < 100; i++)
		await undefined;
	running = false;
	equal(early, 0);
	await settle();
}, jobsFirst ? undefined : "the event loop takes turns between promise jobs and messages here");

// B9

test("B9 the class can be subclassed", async () => {
	class Greeter extends TLS {
		#count = 0;
		name = "greeter";
		constructor(options) {
			super({ ...options, onWritable() {
				this.greet();
				options.onWritable.call(this);
			} });
		}
		greet() {
			this.#count++;
		}
		get count() {
			return this.#count;
		}
		close() {
			this.closed = true;
			super.close();
		}
		read(size) {
			const bytes = super.read(size);
			return bytes && new Uint8Array(bytes);
		}
	}
	const connection = new Connection(optionsFor("tls"), (options) => new Greeter(options));
	await connection.ready();
	const { socket } = connection;
	ok(socket instanceof Greeter);
	ok(socket instanceof TLS);
	equal(Object.getPrototypeOf(socket), Greeter.prototype);
	ok(socket.count > 0);
	connection.say("send 4");
	await connection.next("readable");
	ok(socket.read(4) instanceof Uint8Array);
	socket.close();
	equal(socket.closed, true);
	throws(() => socket.format);
});

test("B9 what a subclass does with target before the instance is ready cannot harm", () => {
	const thrown = [];
	class Early extends TLS {
		set target(value) {
			for (const use of [...Object.values(METHODS), (socket) => socket.close()]) {
				try {
					use(this);
				}
				catch (error) {
					thrown.push(error);
				}
			}
		}
	}
	const socket = track(new Early(optionsFor("tls", { target: 1 })));
	ok(thrown.length >= Object.keys(METHODS).length);
	equal(socket.format, "buffer");
});

// B10

const STRANGERS = {
	undefined: () => undefined,
	null: () => null,
	"a number": () => 1,
	"a string": () => "socket",
	"a symbol": () => Symbol("socket"),
	"an object": () => ({}),
	"an array": () => [],
	"a function": () => () => {},
	"a byte buffer": () => new ArrayBuffer(8),
	"a view": () => new Uint8Array(8),
	"a date": () => new Date(),
	"a promise": () => Promise.resolve(),
	"the class": () => TLS,
	"the bare prototype": () => TLS.prototype,
	"an object with the prototype": () => Object.create(TLS.prototype),
	"an object that inherits from an instance": (socket) => Object.create(socket),
	"a proxy of an instance": (socket) => new Proxy(socket, {}),
};

/** XS throws a SyntaxError on what has no data of C's. An heir has some, its instance's, and `tls` is a method in script. */
const throwsOn = (what, name) => (what.includes("inherits") || name === "tls") ? TypeError : SyntaxError;

for (const [what, make] of Object.entries(STRANGERS))
	test(`B10 methods throw on ${what}`, () => {
		const socket = track(new TLS(optionsFor("tls")));
		const receiver = make(socket);
		const { prototype } = TLS;
		const accessor = (name) => Object.getOwnPropertyDescriptor(prototype, name);
		const uses = {
			read: () => prototype.read.call(receiver),
			write: () => prototype.write.call(receiver, bytesOf("x")),
			close: () => prototype.close.call(receiver),
			"get format": () => accessor("format").get.call(receiver),
			"set format": () => accessor("format").set.call(receiver, "number"),
			remoteAddress: () => accessor("remoteAddress").get.call(receiver),
			remotePort: () => accessor("remotePort").get.call(receiver),
			tls: () => accessor("tls").get.call(receiver),
		};
		for (const [name, use] of Object.entries(uses))
			throws(use, throwsOn(what, name));
		equal(socket.format, "buffer", "the instance");
	});

test("B10 the class cannot be called", () => {
	throws(() => TLS(optionsFor("tls")), TypeError);
	throws(() => TLS.call({}, optionsFor("tls")), TypeError);
});
