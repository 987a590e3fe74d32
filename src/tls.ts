// SPDX-License-Identifier: MIT
/*
 * The ECMA-419 TLS client socket (ECMA-419, clause 10, TLS Client socket).
 *
 * This class checks its options and hands over to C: native/socket. A byte that `write` takes goes
 *     write -> xs_tls_write (native/socket) -> tlsEngineWrite (native/engine) -> transport->send (native/transport)
 * and the way back is the reverse, started by the transport's event. Callbacks are only ever called from there.
 */

import { INVALID_FROM, readConnectionOptions, readInstanceOptions } from "embedded:io/socket/tcp/tls/options";
import Stream from "embedded:io/socket/tcp/tls/stream";

/** Memory that holds bytes (ECMA-419, 5.1). */
export type ByteBuffer = ArrayBuffer | SharedArrayBuffer | Uint8Array | Int8Array | DataView;

/** What the SDK's `Resource` has: bytes in flash, which are used in place. */
export interface HostBytes {
	readonly byteLength: number;
	slice(start: number, end?: number): object;
	/** Only views have one, and of those, byte buffers alone will do. */
	readonly buffer?: never;
}

/** Certificates and keys. */
export type DER = ByteBuffer | HostBytes;

/** "buffer": `read` and `write` deal in byte buffers; "number": in single bytes, as integers from 0 to 255. */
export type TLSFormat = "buffer" | "number";

export type TLSVersion = "TLSv1.3" | "TLSv1.2" | "TLSv1.1";

/** What went wrong, for `onError`. */
export interface TLSError extends Error {
	/** One of a stable list: see docs/errors.md. */
	code: string;
}

/** The `tls` option. Certificates and keys are DER. */
export interface TLSSecurityOptions {
	/** The peer's DNS name, for SNI and verification, or its IP address, for verification. Default: `host`, then `address`. */
	host?: string;
	minimumVersion?: TLSVersion;
	maximumVersion?: TLSVersion;
	/** ALPN (RFC 7301): one protocol, or up to 16 in order of preference, of 1 to 255 bytes each, none of them zero. */
	applicationLayerProtocol?: string | ByteBuffer | (string | ByteBuffer)[];
	/** Asks the peer for records of at most so many bytes (RFC 6066). */
	maximumFragmentLength?: 512 | 1024 | 2048 | 4096;
	/** Certificates of the authorities to believe, each by itself or several one after the other. Default: those of the certificate store that is built in. */
	ca?: DER | DER[];
	/** This client's private key: PKCS#8, PKCS#1 or SEC1. */
	clientKey?: DER | [DER];
	/** This client's certificate, followed by those of its issuers. */
	clientCertificate?: DER | DER[];
	/** SHA-256 of a SubjectPublicKeyInfo each (RFC 7469, 2.4): the verified chain must have a certificate with one of these keys. */
	pins?: ByteBuffer | ByteBuffer[];
	/** A session of an earlier connection to the same peer, from `tls.session`: is tried in place of those that are kept in RAM.
	    `null`: no session is asked for, tried or kept. */
	session?: ByteBuffer | null;
	/** The time, or milliseconds since 1970, to verify at, in place of the clock's: see docs/options.md for the risk. */
	time?: Date | number;
	/** Milliseconds from construction until the handshake must have ended. Default: 30,000. */
	handshakeTimeout?: number;
}

interface TLSCommonOptions {
	/** Default: "buffer". */
	format?: TLSFormat;
	/** Called with the number of bytes that `read` can return now. */
	onReadable?: ((this: TLS, bytes: number) => void) | null;
	/** Called with the number of bytes that `write` can take now; first when the peer is verified. */
	onWritable?: ((this: TLS, bytes: number) => void) | null;
	/** Another spelling of `onWritable`. */
	onWriteable?: ((this: TLS, bytes: number) => void) | null;
	/** Called once, when the connection has ended or failed. Only `close` is of use then. */
	onError?: ((this: TLS, error: TLSError) => void) | null;
	/** Becomes a property of the instance. */
	target?: unknown;
	/** Never looked at: clients pass on the options that they got. */
	io?: unknown;
}

interface TLSSocketOptions {
	noDelay?: boolean;
	/** Another spelling of `noDelay`. */
	nodelay?: boolean;
	/** Milliseconds between keep-alive probes. Default: none are sent. */
	keepAlive?: number;
	/** The default of `tls.host`. */
	host?: string;
	tls?: TLSSecurityOptions;
	/** Another name for `tls`, with the spellings of the SDK's own TLS socket. */
	secure?: TLSSecurityOptions & {
		serverName?: string;
		applicationLayerProtocolNegotiation?: string | ByteBuffer | (string | ByteBuffer)[];
	};
}

/** To connect to `address`. */
export interface TLSConnectOptions extends TLSCommonOptions, TLSSocketOptions {
	/** IPv4 or IPv6 address; names are for a resolver. */
	address: string;
	port: number;
	from?: undefined;
}

/** To secure a TCP connection that exists already; the TCP instance is closed. */
export interface TLSOverOptions extends TLSCommonOptions, TLSSocketOptions {
	from: TCPLike;
}

/** To take over a TLS connection as it is; the other instance is closed. */
export interface TLSMoveOptions extends TLSCommonOptions {
	from: TLS;
}

export type TLSOptions = TLSConnectOptions | TLSOverOptions | TLSMoveOptions;

/** As much of an ECMA-419 TCP instance as types can tell. */
export interface TCPLike {
	close(): void;
	readonly remoteAddress: string | undefined;
	readonly remotePort: number | undefined;
}

/** How `write` is part of a longer sequence, which then goes out in as few records as possible. */
export interface TLSWriteOptions {
	/** Another fragment follows. */
	more?: boolean;
	/** Length of the whole sequence, in bytes. */
	byteLength?: number;
}

/** What was negotiated. */
export interface TLSNegotiated {
	readonly version: "TLSv1.3" | "TLSv1.2";
	/** IANA name, such as "TLS_AES_128_GCM_SHA256". */
	readonly cipherSuite: string;
	/** The protocol that ALPN chose: a character for each byte of its name. */
	readonly applicationLayerProtocol: string | undefined;
	readonly resumed: boolean;
	/** DER of the peer's own certificate, where the build keeps it and unless the connection was resumed. */
	readonly peerCertificate: ArrayBuffer | undefined;
	/** What the `tls.session` option of a later connection takes, once the peer has given one. To be kept as a key is. */
	readonly session: ArrayBuffer | undefined;
}

class TLS extends Native("xs_tls_destructor") {
	/** The `target` option, if it was given. */
	declare target?: unknown;

	/**
	 * Starts to connect, or takes over `options.from`. Throws an Error that names the option and what is allowed;
	 * then nothing is taken and `from` is as before.
	 */
	constructor(options: TLSOptions) {
		super();
		const instance = readInstanceOptions(options);
		const { from, target } = instance;
		const connection = (from instanceof TLS) ? undefined : readConnectionOptions(options, from !== undefined);
		if (target !== undefined)
			this.target = target;

		if (connection === undefined)
			this.#takeOver(instance, from!);
		else if (from === undefined && this.#isDirect())
			this.#create(instance, connection, undefined);
		else {
			const stream = new Stream();
			this.#create(instance, connection, stream);
			try {
				stream.connect(connection, from); // the last step takes `from`: a failure before leaves it alone
			}
			catch (error) {
				this.#close();
				throw error;
			}
		}
	}

	#takeOver(instance: object, from: object): void {
		try {
			this.#move(instance, from);
		}
		catch { // it throws only if `from` is closed, or no instance at all: an heir of the prototype
			throw new TypeError(INVALID_FROM);
		}
	}

	// xsc binds a method whose whole body is one such call to its function in C without a function in between.
	#isDirect(): boolean {
		return native("xs_tls_direct").call(this);
	}
	#create(instance: object, connection: object, stream: object | undefined): void {
		return native("xs_tls_constructor").call(this, instance, connection, stream);
	}
	#move(instance: object, from: object): void {
		return native("xs_tls_move").call(this, instance, from);
	}
	#close(): void {
		return native("xs_tls_close").call(this);
	}
	#getNegotiated(): TLSNegotiated | undefined {
		return native("xs_tls_get_negotiated").call(this);
	}

	/** Ends the connection with close_notify and releases everything. No callback is called any more. */
	close(): void {
		return native("xs_tls_close").call(this);
	}

	/**
	 * What has arrived: in "buffer" format an ArrayBuffer of all, or of up to `size`, bytes that are there; or, given a
	 * byte buffer to fill, how many went into it. In "number" format, one byte. `undefined` if there is nothing.
	 */
	read(): ArrayBuffer | number | undefined;
	read(size: number): ArrayBuffer | undefined;
	read(buffer: ByteBuffer): number | undefined;
	read(argument?: number | ByteBuffer): ArrayBuffer | number | undefined {
		return native("xs_tls_read").call(this, argument);
	}

	/** Takes all of `data`, or throws. Returns how many bytes `write` can take now. */
	write(data: number | ByteBuffer, options?: TLSWriteOptions): number {
		return native("xs_tls_write").call(this, data, options);
	}

	get format(): TLSFormat {
		return native("xs_tls_get_format").call(this);
	}
	set format(format: TLSFormat) {
		native("xs_tls_set_format").call(this, format);
	}

	get remoteAddress(): string | undefined {
		return native("xs_tls_get_remoteAddress").call(this);
	}
	get remotePort(): number | undefined {
		return native("xs_tls_get_remotePort").call(this);
	}

	/** What was negotiated; `undefined` until the peer is verified. */
	get tls(): TLSNegotiated | undefined {
		const negotiated = this.#getNegotiated();
		return negotiated && Object.freeze(negotiated);
	}
}

export default TLS;
