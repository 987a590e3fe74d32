// SPDX-License-Identifier: MIT
// Programs that the compiler has to accept. Nothing here runs.

import TCP from "embedded:io/socket/tcp";
import TLS from "embedded:io/socket/tcp/tls";
import type {
	ByteBuffer, TLSError, TLSFormat, TLSNegotiated, TLSOptions, TLSSecurityOptions, TLSVersion, TLSWriteOptions,
} from "embedded:io/socket/tcp/tls";
import Resource from "Resource";

declare const der: ArrayBuffer;
declare const tcp: TCP;

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

/** `is<Type>()(value)` compiles only if the value's type is that one. */
declare function is<Expected>(): <Actual>(value: Actual & (Same<Actual, Expected> extends true ? unknown : never)) => void;

// the standard's options

new TLS({ address: "192.0.2.1", port: 443, tls: { host: "example.com", ca: der } });

const socket = new TLS({
	address: "2001:db8::1",
	port: 443,
	noDelay: true,
	keepAlive: 60_000,
	format: "buffer",
	target: { any: "thing" },
	tls: {
		host: "example.com",
		minimumVersion: "TLSv1.2",
		maximumVersion: "TLSv1.3",
		applicationLayerProtocol: ["h2", "http/1.1"],
		maximumFragmentLength: 4096,
		ca: [der, new Uint8Array(der), new Resource("ca.der")],
		clientCertificate: [der, new DataView(der)],
		clientKey: new Int8Array(der),
		handshakeTimeout: 10_000,
	},
	onReadable(count) {
		is<TLS>()(this);
		is<number>()(count);
		this.read();
	},
	onWritable(count) {
		is<number>()(this.write(new Uint8Array(count)));
		this.write(der, { more: true, byteLength: 100 });
	},
	onError(error) {
		is<TLSError>()(error);
		is<string>()(error.code);
		is<string>()(error.message);
		this.close();
	},
});

// callbacks: none, arrows, functions of their own

new TLS({ address: "192.0.2.1", port: 443, onReadable: null, onWritable: null, onError: null, tls: { ca: der } });
new TLS({ address: "192.0.2.1", port: 443, tls: { ca: der }, onReadable: () => {}, onWritable: (count: number) => count, onError: () => {} });
function readable(this: TLS, count: number): void {
	this.read(count);
}
new TLS({ address: "192.0.2.1", port: 443, tls: { ca: der }, onReadable: readable });

// byte buffers

const buffers: ByteBuffer[] = [der, new SharedArrayBuffer(8), new Uint8Array(8), new Int8Array(8), new DataView(der),
	new ArrayBuffer(8, { maxByteLength: 16 })];
for (const buffer of buffers) {
	socket.write(buffer);
	is<number | undefined>()(socket.read(buffer));
	new TLS({ address: "192.0.2.1", port: 443, tls: { ca: buffer, applicationLayerProtocol: buffer, pins: buffer, session: buffer } });
	new TLS({ address: "192.0.2.1", port: 443, tls: { ca: [buffer], applicationLayerProtocol: ["a", buffer], pins: [buffer] } });
}

// methods and properties

is<ArrayBuffer | number | undefined>()(socket.read());
is<ArrayBuffer | undefined>()(socket.read(10));
is<TLSFormat>()(socket.format);
socket.format = "number";
is<number>()(socket.write(65, { more: true }));
is<string | undefined>()(socket.remoteAddress);
is<number | undefined>()(socket.remotePort);
socket.target = 5;
is<void>()(socket.close());

const negotiated = socket.tls;
is<TLSNegotiated | undefined>()(negotiated);
if (negotiated) {
	is<"TLSv1.3" | "TLSv1.2">()(negotiated.version);
	is<string>()(negotiated.cipherSuite);
	is<string | undefined>()(negotiated.applicationLayerProtocol);
	is<boolean>()(negotiated.resumed);
	is<ArrayBuffer | undefined>()(negotiated.peerCertificate);
	is<ArrayBuffer | undefined>()(negotiated.session);
	if (negotiated.session)
		new TLS({ address: "192.0.2.1", port: 443, tls: { ca: der, session: negotiated.session } });
}

// from: over TCP, and from TLS

new TLS({ from: tcp, tls: { host: "example.com", ca: der } });
new TLS({ from: tcp, host: "example.com", tls: { ca: der }, onError(error) {
	trace(error.code);
} });
new TLS({ from: socket });
new TLS({ from: socket, format: "number", target: 1, onReadable: readable });

// the spellings of the SDK and of today's programs

new TLS({ address: "192.0.2.1", port: 443, host: "example.com", secure: { ca: der } });
new TLS({
	address: "192.0.2.1", port: 443, nodelay: true,
	secure: { serverName: "example.com", applicationLayerProtocolNegotiation: ["mqtt"], ca: der },
	onWriteable(count) {
		is<number>()(count);
		this.write(new ArrayBuffer(count));
	},
});

// what the SDK's clients do: they add to the options that they were given, and take sockets over

const given = { io: TLS, tls: { ca: der }, noDelay: true };
const made = new given.io({ ...given, host: "example.com", address: "192.0.2.1", port: 443, onReadable: readable });
const Taken = made.constructor as typeof TLS;
new Taken({ from: made, onReadable: readable });

// subclasses, and options in parts

class Client extends TLS {
	received = 0;
	constructor(options: TLSOptions) {
		super(options);
	}
	override close(): void {
		this.received = 0;
		super.close();
	}
}
const security: TLSSecurityOptions = { ca: der, minimumVersion: "TLSv1.1", clientKey: [der], clientCertificate: der };
const options: TLSOptions = { address: "192.0.2.1", port: 443, tls: security };
const fragment: TLSWriteOptions = { more: true };
new Client(options).write(der, fragment);
const versions: TLSVersion[] = ["TLSv1.1", "TLSv1.2", "TLSv1.3"];
for (const version of versions)
	new TLS({ address: "192.0.2.1", port: 443, tls: { ca: der, minimumVersion: version, maximumVersion: version } });
