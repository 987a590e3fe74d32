// SPDX-License-Identifier: MIT
/*
 * TLS over a TCP instance: moves ciphertext between the instance and the queues of native/transport/tlsTransportStream.
 *
 * For `from`, and for platforms without a transport of their own. The TCP instance's callbacks keep this object alive
 * until the TCP instance is closed, which is when TLS is done with it and everything was sent.
 */

import TCP from "embedded:io/socket/tcp";
import { type ConnectionOptions, INVALID_FROM } from "embedded:io/socket/tcp/tls/options";

type Needed<Has extends true> = Has;
/** An error here, the first of several, tells who builds with an older SDK what is wrong. */
export type SDK = Needed<typeof globalThis extends { Native: unknown } ? true : "moddable-tls needs version 8.2 of the Moddable SDK, or a later one">;

/** Whether `tcp` is the TCP class's own: of a stranger, and of a closed one, not even the format can be read. */
function isOpen(tcp: TCP): boolean {
	try {
		return tcp.format !== undefined;
	}
	catch {
		return false;
	}
}

/** Whether the TCP class says that it dislikes `from`, and not that memory lacks: there is no other way to know. */
function isAboutFrom(error: unknown): boolean {
	return error instanceof Error && error.message.includes("from");
}

class Stream extends Native("xs_tls_stream_destructor") {
	#tcp: TCP | undefined;
	/** Bytes that the TCP instance can give and take now. */
	#readable = 0;
	#writable = 0;

	constructor() {
		super();
		this.#create(() => this.#move());
	}

	// xsc binds a method whose whole body is one such call to its function in C without a function in between.
	#create(move: () => void): void {
		return native("xs_tls_stream_constructor").call(this, move);
	}
	/** Whether `tcp` has a native socket: what only inherits from an instance, and what was closed, has none. */
	#isLive(tcp: object): boolean {
		return native("xs_tls_stream_live").call(this, tcp);
	}
	#connected(address: string | undefined, port: number | undefined): void {
		return native("xs_tls_stream_connected").call(this, address, port);
	}
	#ended(): void {
		return native("xs_tls_stream_ended").call(this);
	}
	/** How many bytes #received takes now. */
	#room(): number {
		return native("xs_tls_stream_room").call(this);
	}
	#received(bytes: ArrayBuffer): void {
		return native("xs_tls_stream_received").call(this, bytes);
	}
	/** Up to `length` bytes to send. */
	#take(length: number): ArrayBuffer | undefined {
		return native("xs_tls_stream_take").call(this, length);
	}
	/** Whether TLS is done with the TCP instance. */
	#isDone(): boolean {
		return native("xs_tls_stream_done").call(this);
	}

	/**
	 * Takes over `from`, or connects. Throws what the TCP class throws, with `from` as before; but where `from` is an open
	 * instance whose connection was refused or lost, which the SDK's class on lwIP then does not give away, TLS is told.
	 */
	connect(connection: ConnectionOptions, from: object | undefined): void {
		if (from !== undefined && !(from instanceof TCP && this.#isLive(from)))
			throw new TypeError(INVALID_FROM);
		const tcp = from as TCP | undefined;
		try {
			this.#tcp = this.#open(connection, tcp);
		}
		catch (error) {
			if (!tcp || !isAboutFrom(error) || !isOpen(tcp))
				throw error;
			tcp.close();
			this.#ended();
		}
	}

	#open({ address, port, noDelay, keepAlive }: ConnectionOptions, from: TCP | undefined): TCP {
		return new TCP({
			...(from ? { from } : { address: address!, port: port! }),
			...(noDelay && { noDelay, nodelay: noDelay }), // the SDK's class knows the second
			...(keepAlive && { keepAlive }),
			onReadable: (count: number): void => {
				this.#readable = count;
				this.#move();
			},
			onWritable: (count: number): void => {
				const tcp = this.#tcp!;
				this.#writable = count;
				this.#connected(tcp.remoteAddress, tcp.remotePort);
				this.#move();
			},
			onError: (): void => {
				this.#writable = 0;
				this.#ended();
				this.#move();
			},
		});
	}

	/**
	 * Moves what both sides have bytes and room for; ends the TCP instance when TLS is done with it. Before, it reads also what
	 * it was not told of yet: lwIP resets a connection that is closed with bytes unread, and drops what was written last.
	 */
	#move(): void {
		const tcp = this.#tcp;
		if (tcp === undefined)
			return;
		this.#receive(tcp);
		this.#send(tcp);
		if (this.#isDone()) {
			this.#tcp = undefined;
			tcp.read();
			tcp.close();
		}
	}

	#receive(tcp: TCP): void {
		for (;;) {
			const count = Math.min(this.#readable, this.#room());
			if (count === 0)
				return;
			const bytes = tcp.read(count) as ArrayBuffer | undefined;
			if (bytes === undefined) {
				this.#readable = 0;
				return;
			}
			this.#readable -= bytes.byteLength;
			this.#received(bytes);
		}
	}

	#send(tcp: TCP): void {
		while (this.#writable > 0) {
			const bytes = this.#take(this.#writable);
			if (bytes === undefined)
				return;
			this.#writable = tcp.write(bytes) as unknown as number; // the SDK's types say void
		}
	}
}

export default Stream;
