// SPDX-License-Identifier: MIT
// The script of the target `options`: constructs an instance by options that the input's bytes describe, and looks at what comes of it.
// What must not be is an exception that leaves `fuzz`.
//
// An input is a list of options, each a byte that says which, and a value; a value is a byte that says of what kind it is, and what
// that kind needs. Behind the end of the input all bytes are 0.

import TCP from "embedded:io/socket/tcp";
import TLS from "embedded:io/socket/tcp/tls";

/** Certificates and a key, by fuzzOptions.c. */
const { material } = globalThis;

const PLAIN = ["format", "onReadable", "onWritable", "onWriteable", "onError", "target", "from", "address", "port", "noDelay", "nodelay",
	"keepAlive", "host", "tls", "secure", "unknown"];
const SECURE = ["host", "serverName", "minimumVersion", "maximumVersion", "applicationLayerProtocol", "applicationLayerProtocolNegotiation",
	"maximumFragmentLength", "ca", "clientCertificate", "clientKey", "pins", "session", "time", "handshakeTimeout", "unknown"];
const WORDS = ["buffer", "number", "127.0.0.1", "::1", "192.0.2.1", "test.example", "TLSv1.3", "TLSv1.2", "TLSv1.1", "h2", "", "443", "1.2"];
const NUMBERS = [0, 1, -1, 443, 65535, 65536, 512, 4096, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 8.64e15, 8.65e15, 1797336000000, 0.5, -0, NaN, Infinity];
const VIEWS = [Uint8Array, Int8Array, DataView, Uint8ClampedArray, Uint16Array, Float64Array];
const DEPTH = 3;

/** Thrown by what an option is made of: it has to come out as it is. */
const MARK = new Error("mark");

class Input {
	#bytes;
	#at = 0;

	constructor(buffer) {
		this.#bytes = new Uint8Array(buffer);
	}
	get more() {
		return this.#at < this.#bytes.length;
	}
	take() {
		return this.more ? this.#bytes[this.#at++] : 0;
	}
	takeBytes() {
		const length = Math.min(this.take(), this.#bytes.length - this.#at);
		this.#at += length;
		return this.#bytes.slice(this.#at - length, this.#at).buffer;
	}
	choose(list) {
		return list[this.take() % list.length];
	}
}

/** What a run makes, to be closed at its end. */
class Run {
	instances = [];
	buffers = [];

	keep(instance) {
		this.instances.push(instance);
		return instance;
	}
	newTCP() {
		return this.keep(new TCP({ address: "127.0.0.1", port: 9 }));
	}
	newTLS() {
		return this.keep(new TLS({ address: "127.0.0.1", port: 9, tls: { ca: material[0] } }));
	}
	closed(instance) {
		instance.close();
		return instance;
	}
	buffer(bytes) {
		this.buffers.push(bytes);
		return bytes;
	}
	/** Takes the memory of all buffers so far away. */
	detach() {
		for (const bytes of this.buffers)
			if (bytes instanceof ArrayBuffer && !bytes.detached)
				bytes.transfer();
	}
	end() {
		for (const instance of this.instances)
			instance.close();
	}
}

function makeArray(input, run, depth) {
	const array = Array.from({ length: input.take() % 4 }, () => makeValue(input, run, depth));
	const way = input.take() % 8;
	if (way === 1) // one item takes the memory of the others away
		Object.defineProperty(array, array.length, { get: () => run.detach() ?? material[0], enumerable: true });
	else if (way === 2)
		array.length += 2;
	return (way === 3) ? new Proxy(array, {}) : array;
}

function makeView(input, run) {
	const bytes = run.buffer(input.takeBytes());
	const View = input.choose(VIEWS);
	const size = View.BYTES_PER_ELEMENT ?? 1;
	const start = (input.take() % 3) * size;
	return (start <= bytes.byteLength) ? new View(bytes, start, Math.floor((bytes.byteLength - start) / size)) : new View(bytes);
}

/** By its kind. The last few look like what they are not. */
const KINDS = [
	() => undefined,
	() => null,
	() => true,
	() => false,
	(input) => input.choose(NUMBERS),
	(input) => input.take() << 8 | input.take(),
	(input) => input.choose(WORDS),
	(input) => String.fromCharCode(...new Uint8Array(input.takeBytes())),
	(input, run) => run.buffer(input.takeBytes()),
	makeView,
	(input, run) => run.buffer(input.choose(material).slice(0)),
	(input, run) => new Uint8Array(run.buffer(input.choose(material).slice(0))),
	(input) => new SharedArrayBuffer(input.take()),
	makeArray,
	makeArray,
	(input, run, depth) => makeOptions(input, run, SECURE, depth),
	(input, run, depth) => makeOptions(input, run, SECURE, depth),
	() => () => { throw new Error("a callback was called"); },
	(input) => new Date(input.choose(NUMBERS)),
	(input, run) => run.newTCP(),
	(input, run) => run.newTLS(),
	(input, run) => run.closed(run.newTCP()),
	(input, run) => run.closed(run.newTLS()),
	() => Symbol("symbol"),
	() => 10n,
	() => "x".repeat(300),
	(input, run) => Object.create(run.newTLS()),
	() => Object.create(TLS.prototype),
	(input, run) => new Proxy(run.newTCP(), {}),
	(input) => ({ byteLength: input.choose(NUMBERS), slice: () => material[0], length: 3 }),
	() => ({ toString() { throw MARK; }, valueOf() { throw MARK; }, [Symbol.toPrimitive]() { throw MARK; } }),
	(input, run) => new Proxy(run.buffer(input.takeBytes()), {}),
];

function makeValue(input, run, depth) {
	return (depth < DEPTH) ? input.choose(KINDS)(input, run, depth + 1) : undefined;
}

/** How a value is read: as it is, or by something that happens then. */
function makeGetter(input, run, value) {
	switch (input.take() % 16) {
		case 1: return () => { throw MARK; };
		case 2: return () => run.detach() ?? value;
		case 3: return () => run.newTLS() && value;
		case 4: return () => run.end() ?? value;
		default: return () => value;
	}
}

/** Options that notice who reads one of them twice, or does anything else with them. `given`: what they have unless it is replaced. */
function makeOptions(input, run, names, depth, given = {}) {
	const getters = new Map(Object.entries(given).map(([name, value]) => [name, () => value]));
	const count = input.take() % 8;
	for (let i = 0; i < count; i++) {
		const name = input.choose(names);
		getters.set(name, makeGetter(input, run, makeValue(input, run, depth)));
	}
	return watch(getters);
}

function watch(getters) {
	const asked = new Set();
	const never = (what) => () => { throw new Fault(`${what} of options`); };
	return new Proxy({}, {
		has(_, name) {
			if (asked.has(name))
				throw new Fault(`option ${String(name)} is asked for twice`);
			asked.add(name);
			return getters.has(name);
		},
		get(_, name) {
			if (name === Symbol.toStringTag || !getters.has(name)) // who takes it for something else
				return undefined;
			const getter = getters.get(name);
			getters.set(name, () => { throw new Fault(`option ${String(name)} is read twice`); });
			return getter();
		},
		set: never("a change"),
		deleteProperty: never("a change"),
		defineProperty: never("a change"),
		ownKeys: never("a listing"),
	});
}

/** What the class has done wrong. */
class Fault extends Error {}

function mustThrow(what, call) {
	try {
		call();
	}
	catch (error) {
		if (error instanceof Fault)
			throw error;
		return;
	}
	throw new Fault(what);
}

/** An error names what is wrong with which option, or has a code. */
function checkError(error) {
	if (error === MARK)
		return "mark";
	if (!(error instanceof Error))
		throw new Fault("something that is no error is thrown");
	if (error instanceof Fault || error.message === "" || /internal/i.test(error.code ?? error.message))
		throw error;
	return `${error.constructor.name} ${error.code ?? ""} ${error.message.replaceAll(/\d+/g, "0").slice(0, 60)}`;
}

/** An instance that has just been made knows nothing, and does nothing. */
function checkInstance(instance) {
	if (!["buffer", "number"].includes(instance.format) || instance.tls !== undefined || instance.read() !== undefined)
		throw new Fault("a new instance is no new one");
	mustThrow("it may be written to before the peer is verified", () => instance.write((instance.format === "number") ? 1 : new ArrayBuffer(1)));
	instance.close();
	instance.close();
	mustThrow("it can be read after close", () => instance.read());
	return "made";
}

/** Mostly, nothing that is needed lacks. */
function makeArgument(input, run) {
	const way = input.take() % 8;
	if (way === 7)
		return makeValue(input, run, 0);
	if (way >= 5)
		return makeOptions(input, run, PLAIN, 0);
	const tls = makeOptions(input, run, SECURE, 1, { ca: material[0] });
	return makeOptions(input, run, PLAIN, 0, { address: "127.0.0.1", port: 9, tls });
}

/** @returns {string} what came of it, for the fuzzer to tell runs apart */
globalThis.fuzz = function (bytes) {
	const input = new Input(bytes);
	const run = new Run();
	try {
		const options = makeArgument(input, run);
		return checkInstance(run.keep(new TLS(options)));
	}
	catch (error) {
		return checkError(error);
	}
	finally {
		run.end();
	}
};
