// SPDX-License-Identifier: MIT
// A TLS handshake by the device's own code: native/ as WebAssembly (store/client/storeClient.c) over a TCP socket of Node.

import { randomFillSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { StoreError } from "./storeError.mjs";

const FILE = fileURLToPath(new URL("client.wasm", import.meta.url));
const CONNECTED = 1; // enum TlsState: 0 is the handshake, what is above a failure
const PART = 4096;

let compiled;

function compile() {
	try {
		compiled ??= new WebAssembly.Module(readFileSync(FILE));
	}
	catch (error) {
		if (error.code !== "ENOENT")
			throw error;
		throw new StoreError(`there is no ${FILE}: in a clone of the repository, npm run build:store makes it`, { cause: error });
	}
	return compiled;
}

/** The peer was refused, for a reason that a device has as well. */
export class Refusal extends Error {
	/** @param {string} code of docs/errors.md */
	constructor(code, message) {
		super(message);
		this.code = code;
	}
}

/** The TLS side of one connection. Its memory is the instance's, and goes with it. */
export class Client {
	#exports;
	#buffer; // PART bytes in its memory
	#state;

	/**
	 * @param {string} host the name or address that the peer's certificate is for
	 * @param {Buffer} store the certificates to believe
	 * @throws {StoreError} if the host is no name and no address
	 * @throws {Refusal} if there can be no such connection
	 */
	constructor(host, store) {
		const unused = () => {
			throw new Error("the engine wants to print");
		};
		const { exports } = new WebAssembly.Instance(compile(), {
			node: { random: (at, length) => randomFillSync(this.#bytes(at, length)) },
			wasi_snapshot_preview1: { fd_close: unused, fd_seek: unused, fd_write: unused },
		});
		this.#exports = exports;
		this.#buffer = exports.allocate(PART);
		const name = this.#put(Buffer.from(`${host}\0`));
		if (!exports.isHost(name))
			throw new StoreError(`${host} is neither a name nor an address`);
		const opened = exports.open(name, this.#put(store), store.length, Date.now() / 1000);
		this.#go(opened ? exports.receive(0, 0) : Infinity);
	}

	/** A view of its memory, until that grows. */
	#bytes(at, length) {
		return Buffer.from(this.#exports.memory.buffer, at, length);
	}

	#put(bytes) {
		const at = this.#exports.allocate(bytes.length);
		this.#bytes(at, bytes.length).set(bytes);
		return at;
	}

	#text(at) {
		const all = Buffer.from(this.#exports.memory.buffer);
		return all.toString("utf8", at, all.indexOf(0, at));
	}

	#go(state) {
		this.#state = state;
		if (state > CONNECTED)
			throw new Refusal(this.#text(this.#exports.code()), this.#text(this.#exports.message()));
	}

	get isConnected() {
		return this.#state === CONNECTED;
	}

	/** The peer has sent this. @throws {Refusal} */
	receive(bytes) {
		for (let at = 0; at < bytes.length && !this.isConnected; at += PART) {
			const part = bytes.subarray(at, at + PART);
			this.#bytes(this.#buffer, part.length).set(part);
			this.#go(this.#exports.receive(this.#buffer, part.length));
		}
	}

	/** The peer sends no more. @throws {Refusal} */
	end() {
		this.#go(this.#exports.end());
	}

	/** The bytes to send to the peer now. */
	*send() {
		for (let length; (length = this.#exports.send(this.#buffer, PART)) > 0;)
			yield Buffer.copyBytesFrom(this.#bytes(this.#buffer, length));
	}

	/** Ends the connection: what is to be sent after it is the last. */
	close() {
		this.#exports.close();
	}

	/** The certificate of the store that the peer's chain ends in, DER. */
	get anchor() {
		const { anchor, anchorSize, peer, peerSize } = this.#exports;
		const [at, size] = (anchorSize() > 0) ? [anchor(), anchorSize()] : [peer(), peerSize()];
		return Buffer.copyBytesFrom(this.#bytes(at, size));
	}
}

/**
 * Makes a handshake, and ends the connection.
 * @param {Client} client
 * @param {import("node:net").Socket} socket to the peer; stays the caller's
 * @returns {Promise<Buffer>} the certificate of the store that the peer's chain ends in
 * @throws {Refusal}
 */
export async function findAnchor(client, socket) {
	const flush = () => {
		for (const bytes of client.send())
			socket.write(bytes);
	};
	try {
		flush();
		for await (const bytes of socket.iterator({ destroyOnReturn: false })) {
			client.receive(bytes);
			if (client.isConnected)
				break;
			flush();
		}
		if (!client.isConnected)
			client.end();
		const { anchor } = client;
		client.close();
		return anchor;
	}
	finally {
		flush(); // close_notify, or the alert that says what was wrong
	}
}
