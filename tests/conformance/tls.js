// SPDX-License-Identifier: MIT
// Rules S: the TLS client socket (ECMA-419, clause 10), but for S9: see from.js.

import TLS from "embedded:io/socket/tcp/tls";
import * as namespace from "embedded:io/socket/tcp/tls";
import { equal, ok, same, sameBytes, show, test, throws } from "../support/tap.js";
import { address, bytesOf, ca, connect, Connection, failure, file, fill, HOST, optionsFor, patternBytes, port, sendPattern } from "./support.js";

// S1

test("S1 the class is the module's default export", () => {
	equal(namespace.default, TLS);
	equal(typeof TLS, "function");
	equal(TLS.name, (class Named {}).name && "TLS"); // the SDK's functions have no names
	same(Object.keys(namespace), ["default"]);
});

test("S1 it has the methods and accessors of its clause", () => {
	for (const name of ["close", "read", "write"])
		equal(typeof TLS.prototype[name], "function", name);
	for (const name of ["format", "remoteAddress", "remotePort"])
		equal(typeof Object.getOwnPropertyDescriptor(TLS.prototype, name).get, "function", name);
});

for (const value of [null, true, 1, "tls", Symbol("tls")])
	test(`S1 tls of ${typeof value} ${show(value)} throws`, () => {
		throws(() => new TLS({ address, port: port("tls"), host: HOST, tls: value }), TypeError, "tls");
	});

test("S1 the standard's options make a connection", async () => {
	const connection = await connect("tls", { noDelay: true, keepAlive: 10_000, format: "buffer", target: this });
	equal(await connection.echo("hello"), "hello");
});

// S2

test("S2 tls.host is sent as server name", async () => {
	const connection = await connect("tls");
	equal(await connection.ask("server"), HOST);
});

for (const host of ["device.test", "DEVICE.test", "localhost", "a.wild.test"])
	test(`S2 tls.host of ${host} is verified`, async () => {
		const connection = await connect("tls", { tls: { host } });
		equal(await connection.ask("server"), host);
	});

for (const host of ["other.test", "device.test.other", "wild.test", "a.b.wild.test", "device", "127.0.0.2", "::2"])
	test(`S2 a certificate for other names than ${host} is refused`, async () => {
		equal((await failure("tls", { tls: { host } })).code, "certificate-name");
	});

for (const host of ["127.0.0.1", "::1", "0:0:0:0:0:0:0:1"])
	test(`S2 tls.host of ${host} is verified as an address and not sent as server name`, async () => {
		const connection = await connect("tls", { tls: { host } });
		equal(await connection.ask("server"), "-");
	});

for (const host of ["1", "1.2", "127.1", "0x7f.1", "0177.0.0.1", "127.0.0.1.", "127.0.0.01", "1.2.3.4.5", "2130706433", "device.1", "::1%1", "[::1]", "device.test:443"])
	test(`S2 tls.host of ${host} is neither a name nor an address, and throws`, () => {
		throws(() => new TLS(optionsFor("tls", { tls: { host } })), RangeError, "host");
		throws(() => new TLS(optionsFor("tls", { host, tls: { host: undefined } })), RangeError, "host");
	});

test("S2 without any host, the address is verified", async () => {
	const connection = new Connection({ address, port: port("tls"), tls: { ca } });
	await connection.ready();
	equal(await connection.ask("server"), "-");
}, (address === "127.0.0.1") ? undefined : "the certificate is not for the server's address here");

for (const value of ["", "with blank.test", "new\nline.test", "nul\0.test", "umlaut-ü.test", "a".repeat(254), `${"a".repeat(63)}.`.repeat(4) + "b"])
	test(`S2 tls.host of ${show(value).slice(0, 40)} throws`, () => {
		throws(() => new TLS(optionsFor("tls", { tls: { host: value } })), RangeError, "tls.host");
	});

for (const value of [null, 1, true, {}, [HOST], Symbol(HOST)])
	test(`S2 tls.host of ${typeof value} ${show(value)} throws`, () => {
		throws(() => new TLS(optionsFor("tls", { tls: { host: value } })), TypeError, "tls.host");
	});

// S3

for (const [name, version] of [["tls12", "TLSv1.2"], ["tls13", "TLSv1.3"]]) {
	test(`S3 ${version} is spoken by default`, async () => {
		equal((await connect(name)).socket.tls.version, version);
	});

	test(`S3 ${version} as minimum and maximum`, async () => {
		const connection = await connect(name, { tls: { minimumVersion: version, maximumVersion: version } });
		equal(connection.socket.tls.version, version);
	});
}

test("S3 the highest common version is taken", async () => {
	equal((await connect("tls")).socket.tls.version, "TLSv1.3");
	equal((await connect("tls", { tls: { maximumVersion: "TLSv1.2" } })).socket.tls.version, "TLSv1.2");
	equal((await connect("tls", { tls: { minimumVersion: "TLSv1.3" } })).socket.tls.version, "TLSv1.3");
});

test("S3 a minimum below what the build has means its lowest", async () => {
	equal((await connect("tls12", { tls: { minimumVersion: "TLSv1.1" } })).socket.tls.version, "TLSv1.2");
});

for (const [name, tls] of [["tls12", { minimumVersion: "TLSv1.3" }], ["tls13", { maximumVersion: "TLSv1.2" }]])
	test(`S3 no version in common with a server on ${name} is an error`, async () => {
		equal((await failure(name, { tls })).code, "version");
	});

test("S3 a maximum below what the build has throws and says so", () => {
	const error = throws(() => new TLS(optionsFor("tls", { tls: { maximumVersion: "TLSv1.1" } })), RangeError, "tls.maximumVersion");
	ok(error.message.includes("TLSv1.2"), error.message);
	throws(() => new TLS(optionsFor("tls", { tls: { minimumVersion: "TLSv1.1", maximumVersion: "TLSv1.1" } })), RangeError, "tls.maximumVersion");
});

test("S3 a minimum above the maximum throws", () => {
	throws(() => new TLS(optionsFor("tls", { tls: { minimumVersion: "TLSv1.3", maximumVersion: "TLSv1.2" } })), RangeError, "tls.minimumVersion");
});

for (const name of ["minimumVersion", "maximumVersion"]) {
	for (const value of ["", "TLSv1", "TLSv1.0", "TLSv1.4", "TLS1.2", "tlsv1.2", "TLSv1.2 ", "SSLv3", 1.2, 0x0303, null, {}, ["TLSv1.2"], Symbol("TLSv1.2")])
		test(`S3 tls.${name} of ${typeof value} ${show(value)} throws`, () => {
			throws(() => new TLS(optionsFor("tls", { tls: { [name]: value } })), Error, `tls.${name}`);
		});
}

// S4

const hex = (text) => [...new Uint8Array(bytesOf(text))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** What the server was offered, and what was taken. */
async function offered(applicationLayerProtocol) {
	const connection = await connect("alpn", { tls: { applicationLayerProtocol } });
	return [await connection.ask("protocols"), connection.socket.tls.applicationLayerProtocol];
}

test("S4 a protocol as string", async () => same(await offered("h2"), [hex("h2"), "h2"]));

for (const [what, make] of Object.entries({
	"an ArrayBuffer": (bytes) => bytes,
	"a SharedArrayBuffer": (bytes) => {
		const shared = new SharedArrayBuffer(bytes.byteLength);
		new Uint8Array(shared).set(new Uint8Array(bytes));
		return shared;
	},
	"a Uint8Array with offset": (bytes) => {
		const all = new Uint8Array(20);
		all.set(new Uint8Array(bytes), 9);
		return all.subarray(9, 9 + bytes.byteLength);
	},
	"an Int8Array": (bytes) => new Int8Array(bytes),
	"a DataView": (bytes) => new DataView(bytes),
}))
	test(`S4 a protocol as ${what}`, async () => same(await offered(make(bytesOf("http/1.1"))), [hex("http/1.1"), "http/1.1"]));

test("S4 several, in order of preference", async () => {
	same(await offered(["b", bytesOf("a"), "c"]), [["b", "a", "c"].map(hex).join(" "), "b"]);
});

test("S4 a list of one", async () => same(await offered(["mqtt"]), [hex("mqtt"), "mqtt"]));

test("S4 as many as there may be", async () => {
	const names = Array.from({ length: 16 }, (_, index) => `protocol ${index}`);
	same(await offered(names), [names.map(hex).join(" "), names[0]]);
});

test("S4 a string is sent in UTF-8", async () => {
	const sevenBits = [...new Uint8Array(bytesOf("é€"))].map((byte) => String.fromCharCode(byte & 0x7F)).join(""); // as Node tells them
	equal((await offered("é€"))[0], hex(sevenBits));
});

for (const length of [1, 254, 255])
	test(`S4 a protocol of ${length} bytes`, async () => {
		const name = "p".repeat(length);
		same(await offered(name), [hex(name), name]);
		same(await offered(bytesOf(name)), [hex(name), name]);
	});

for (const [what, value] of Object.entries({
	"an empty string": "", "256 bytes": "p".repeat(256), "256 bytes of UTF-8 in 128 characters": "é".repeat(128),
	"an empty buffer": new ArrayBuffer(0), "a buffer of 256 bytes": new ArrayBuffer(256), "an empty list": [],
	"a list with an empty string": ["h2", ""], "a list with 256 bytes": ["h2", "p".repeat(256)],
	"a list of 17": Array.from({ length: 17 }, (_, index) => `protocol ${index}`),
	"a string with a zero byte": "h2\0", "a buffer with a zero byte": new ArrayBuffer(2),
}))
	test(`S4 ${what} throws`, () => {
		throws(() => new TLS(optionsFor("alpn", { tls: { applicationLayerProtocol: value } })), RangeError, "tls.applicationLayerProtocol");
	});

for (const [what, value] of Object.entries({
	"null": null, "a number": 2, "true": true, "an object": {}, "a function": () => {}, "a symbol": Symbol("h2"),
	"a list with null": ["h2", null], "a list with a list": [["h2"]], "a sparse list": [, "h2"], // eslint-disable-line no-sparse-arrays
	"a Uint16Array": new Uint16Array(2), "a Uint8ClampedArray": new Uint8ClampedArray(2),
}))
	test(`S4 ${what} throws`, () => {
		throws(() => new TLS(optionsFor("alpn", { tls: { applicationLayerProtocol: value } })), TypeError, "tls.applicationLayerProtocol");
	});

test("S4 a detached buffer throws", () => {
	const buffer = bytesOf("h2");
	buffer.transfer();
	throws(() => new TLS(optionsFor("alpn", { tls: { applicationLayerProtocol: buffer } })), TypeError, "tls.applicationLayerProtocol");
});

test("S4 a buffer that changes afterwards changes nothing", async () => {
	const bytes = new Uint8Array(bytesOf("abc"));
	const connection = new Connection(optionsFor("alpn", { tls: { applicationLayerProtocol: [bytes] } }));
	bytes.fill(120);
	await connection.ready();
	equal(await connection.ask("protocols"), hex("abc"));
});

test("S4 a protocol that is not UTF-8 is told byte for byte", async () => {
	const name = new Uint8Array([0xFA, 0x41, 0xC3, 0x80, 0xFF]);
	equal((await offered(name))[1], String.fromCharCode(...name));
});

test("S4 no protocol in common is an error", async () => {
	equal((await failure("alpnOther", { tls: { applicationLayerProtocol: "h2" } })).code, "application-protocol");
});

test("S4 without the option nothing is offered", async () => {
	const connection = await connect("alpnOther");
	equal(connection.socket.tls.applicationLayerProtocol, undefined);
});

// S5

for (const length of [512, 1024, 2048, 4096])
	test(`S5 a maximumFragmentLength of ${length} bounds the records of both sides`, async () => {
		const connection = await connect("tls12", { tls: { maximumFragmentLength: length } });
		await connection.ask("sent");
		connection.say("send 9000");
		sameBytes(await connection.take(9000), patternBytes(0, 9000));
		const sent = (await connection.ask("sent")).split(" ").map(Number);
		ok(sent.every((size) => size <= length), `the server sent records of ${sent}`);
		ok(sent.includes(length), `the server sent records of ${sent}`);

		await connection.ask("records");
		connection.say("sum 9000");
		await sendPattern(connection, 9000);
		await connection.line();
		const received = (await connection.ask("records")).split(" ").map(Number);
		ok(received.every((size) => size <= length), `the client sent records of ${received}`);
	});

test("S5 a maximumFragmentLength with either version connects", async () => {
	const connection = await connect("tls", { tls: { maximumFragmentLength: 512 } });
	equal(await connection.echo("hello"), "hello");
});

test("S5 a maximumFragmentLength with TLS 1.3, which asks for none, connects", async () => {
	const connection = await connect("tls13", { tls: { maximumFragmentLength: 512, minimumVersion: "TLSv1.3" } });
	equal(await connection.echo("hello"), "hello");
});

test("S5 without it records may be larger", async () => {
	const connection = await connect("tls12");
	await connection.ask("sent");
	connection.say("send 9000");
	await connection.take(9000);
	ok((await connection.ask("sent")).split(" ").includes("9000"));
});

for (const value of [0, 1, 256, 511, 513, 1000, 8192, 16384, -512, 512.5, NaN, "512", null, true, {}, 512n])
	test(`S5 a maximumFragmentLength of ${typeof value} ${show(value)} throws`, () => {
		throws(() => new TLS(optionsFor("tls", { tls: { maximumFragmentLength: value } })), RangeError, "tls.maximumFragmentLength");
	});

// S6

function pemOf(der, label = "CERTIFICATE") {
	const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const bytes = [...new Uint8Array(der)];
	let text = "";
	for (let i = 0; i < bytes.length; i += 3) {
		const [a, b = 0, c = 0] = bytes.slice(i, i + 3);
		const digits = [a >> 2, (a & 3) << 4 | b >> 4, (b & 15) << 2 | c >> 6, c & 63].map((digit) => base64[digit]);
		text += digits.slice(0, Math.min(4, bytes.length - i + 1)).join("").padEnd(4, "=");
		if ((i / 3) % 16 === 15)
			text += "\n";
	}
	return `-----BEGIN ${label}-----\n${text.trimEnd()}\n-----END ${label}-----\n`;
}

for (const [what, make] of Object.entries({
	"an ArrayBuffer": (der) => der,
	"a list": (der) => [der],
	"a Uint8Array with offset": (der) => {
		const bytes = new Uint8Array(der.byteLength + 10);
		bytes.set(new Uint8Array(der), 5);
		return bytes.subarray(5, 5 + der.byteLength);
	},
	"a DataView": (der) => new DataView(der),
	"a SharedArrayBuffer": (der) => {
		const bytes = new Uint8Array(new SharedArrayBuffer(der.byteLength));
		bytes.set(new Uint8Array(der));
		return bytes.buffer;
	},
}))
	test(`S6 tls.ca as ${what}`, async () => {
		await connect("tls", { tls: { ca: make(ca) } });
	});

test("S6 tls.ca of several, of which one is the server's", async () => {
	await connect("tls", { tls: { ca: [await file("root-rsa.der"), await file("root-p384.der"), ca] } });
});

test("S6 tls.ca of several, one after the other in one buffer, of which one is the server's", async () => {
	const others = [await file("root-rsa.der"), await file("root-p384.der")];
	await connect("tls", { tls: { ca: others[0].concat(ca, others[1]) } });
	await connect("tls", { tls: { ca: [others[0], others[1].concat(ca)] } });
	equal((await failure("tls", { tls: { ca: others[0].concat(others[1]) } })).code, "certificate-issuer");
});

test("S6 a client's chain, one certificate after the other in one buffer", async () => {
	const clientCertificate = (await file("client-p256.der")).concat(await file("intermediate-p256.der"));
	const connection = await connect("clientCertificate", { tls: { clientCertificate, clientKey: await file("client-p256.key") } });
	equal(await connection.ask("client"), "client p256");
});

test("S6 tls.ca with something else behind a certificate throws, and takes none", async () => {
	const other = await file("root-rsa.der");
	for (const end of [bytesOf("text"), other.slice(0, -1), await file("client-p256.key"), new ArrayBuffer(1)])
		equal(throws(() => new TLS(optionsFor("tls", { tls: { ca: ca.concat(other, end) } })), Error, "tls.ca").code, "certificate-malformed");
});

test("S6 tls.ca of another authority refuses the server", async () => {
	equal((await failure("tls", { tls: { ca: await file("root-rsa.der") } })).code, "certificate-issuer");
});

test("S6 tls.ca that changes after the constructor changes nothing", async () => {
	const bytes = ca.slice(0);
	const connection = new Connection(optionsFor("tls", { tls: { ca: bytes } }));
	new Uint8Array(bytes).fill(0);
	await connection.ready();
});

for (const [what, make] of Object.entries({
	"no bytes": () => new ArrayBuffer(0),
	"one byte": () => new ArrayBuffer(1),
	"zeros": () => new ArrayBuffer(1000),
	"text": () => bytesOf("certificate"),
	"a certificate without its last byte": (der) => der.slice(0, -1),
	"a certificate without its beginning": (der) => der.slice(1),
	"a certificate and a byte": (der) => {
		const bytes = new Uint8Array(der.byteLength + 1);
		bytes.set(new Uint8Array(der));
		return bytes;
	},
}))
	test(`S6 tls.ca of ${what} throws`, () => {
		const error = throws(() => new TLS(optionsFor("tls", { tls: { ca: make(ca) } })), Error, "tls.ca");
		equal(error.code, "certificate-malformed");
		throws(() => new TLS(optionsFor("tls", { tls: { ca: [ca, make(ca)] } })), Error, "tls.ca");
	});

test("S6 PEM throws, and the error says that DER is wanted", async () => {
	const certificate = await file("client-p256.der"), key = await file("client-p256.key");
	const pem = (der, label) => bytesOf(pemOf(der, label));
	for (const [name, tls] of [
		["tls.ca", { ca: pem(ca) }],
		["tls.clientCertificate", { clientCertificate: pem(certificate), clientKey: key }],
		["tls.clientKey", { clientCertificate: certificate, clientKey: pem(key, "PRIVATE KEY") }],
	]) {
		const error = throws(() => new TLS(optionsFor("tls", { tls })), Error, name);
		ok(error.message.includes("DER"), error.message);
		ok(error.message.includes("PEM"), error.message);
	}
});

for (const name of ["ca", "clientCertificate", "clientKey"]) {
	for (const value of [null, "text", 1, true, () => {}, Symbol("der"), {}, new Uint16Array(100), new Uint8ClampedArray(100), [null], ["text"], [[]], new Array(1)])
		test(`S6 tls.${name} of ${typeof value} ${show(value).slice(0, 40)} throws`, async () => {
			const identity = (name === "ca") ? {} : { clientCertificate: await file("client-p256.der"), clientKey: await file("client-p256.key") };
			throws(() => new TLS(optionsFor("tls", { tls: { ...identity, [name]: value } })), TypeError, `tls.${name}`);
		});
	test(`S6 tls.${name} of an empty list throws`, () => {
		throws(() => new TLS(optionsFor("tls", { tls: { [name]: [] } })), RangeError, `tls.${name}`);
	});
}

test("S6 a key without a certificate throws, and a certificate without a key", async () => {
	throws(() => new TLS(optionsFor("tls", { tls: { clientKey: new ArrayBuffer(8) } })), TypeError, "tls.clientKey");
	const clientCertificate = await file("client-p256.der");
	throws(() => new TLS(optionsFor("tls", { tls: { clientCertificate } })), TypeError, "tls.clientCertificate");
});

test("S6 a key that does not belong to the certificate throws", async () => {
	const clientCertificate = await file("client-p256.der");
	for (const name of ["client-rsa.key", "server-p256.key"]) {
		const clientKey = await file(name);
		throws(() => new TLS(optionsFor("tls", { tls: { clientCertificate, clientKey } })), Error, "tls.clientKey");
	}
});

test("S6 two keys throw", async () => {
	const clientCertificate = await file("client-p256.der"), clientKey = await file("client-p256.key");
	throws(() => new TLS(optionsFor("tls", { tls: { clientCertificate, clientKey: [clientKey, clientKey] } })), RangeError, "tls.clientKey");
});

for (const version of ["TLSv1.2", "TLSv1.3"])
	test(`S6 with certificate and key a server that wants them is content, ${version}`, async () => {
		const clientCertificate = [await file("client-p256.der"), await file("intermediate-p256.der")];
		const clientKey = await file("client-p256.key");
		const connection = await connect("clientCertificate", { tls: { clientCertificate, clientKey, maximumVersion: version } });
		equal(await connection.ask("client"), "client p256");
	});

test("S6 certificate and key may change after the constructor", async () => {
	const clientCertificate = [await file("client-p256.der"), await file("intermediate-p256.der")];
	const clientKey = await file("client-p256.key");
	const connection = new Connection(optionsFor("clientCertificate", { tls: { clientCertificate, clientKey } }));
	for (const bytes of [...clientCertificate, clientKey])
		new Uint8Array(bytes).fill(0);
	await connection.ready();
	equal(await connection.ask("client"), "client p256");
});

for (const version of ["TLSv1.2", "TLSv1.3"])
	test(`S6 without them such a server ends the connection, ${version}`, async () => {
		equal((await failure("clientCertificate", { tls: { maximumVersion: version } })).code, "client-certificate");
	});

// S7

test("S7 without tls.ca the constructor throws where there is no certificate store", () => {
	for (const tls of [{}, { host: HOST }, { ca: undefined }])
		throws(() => new TLS({ address, port: port("tls"), host: HOST, tls }), Error, "tls.ca");
	throws(() => new TLS({ address, port: port("tls"), host: HOST }), Error, "tls.ca");
});

test("S7 nothing switches verification off", async () => {
	for (const more of [{ verify: false }, { rejectUnauthorized: false }, { authmode: 0 }])
		equal((await failure("expired", { ...more, tls: more, secure: more })).code, "certificate-expired");
});

test("S7 nothing is called and nothing can be read or written before the peer is verified", async () => {
	let negotiated = false;
	const connection = new Connection(optionsFor("expired", { onError() {
		negotiated = this.tls !== undefined;
		throws(() => this.write(bytesOf("secret")));
		equal(this.read(), undefined);
	} }));
	await connection.next("error");
	same(connection.calls, ["error"]);
	equal(negotiated, false);
});

// S8

for (const name of ["tls12", "tls13"])
	test(`S8 on ${name} write returns what is left, less than by the bytes alone`, async () => {
		const connection = await connect(name);
		const other = await connect("tls");
		connection.say("hold");
		await other.ask("connections");
		connection.say("sink");
		const { sent, writable } = await fill(connection, 1 / 2);
		ok(writable >= 20, `${writable} can be written`);
		const left = connection.socket.write(patternBytes(sent, 10));
		ok(left < writable - 10, `${writable} could be written before, ${left} after 10 bytes`);
		ok(left >= 0);
		await other.ask("release");
	});
