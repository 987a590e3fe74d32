// SPDX-License-Identifier: MIT
// The keys of TLS 1.3 (RFC 8446, section 7) and the records that they protect (section 5.2), for a server that tests are free to
// bend.

import { createCipheriv, createHash, createHmac } from "node:crypto";

/** The cipher suites, by what tests call them. */
export const SUITES = {
	chacha: { number: 0x1303, hash: "sha256", cipher: "chacha20-poly1305", keySize: 32 },
	aes256: { number: 0x1302, hash: "sha384", cipher: "aes-256-gcm", keySize: 32 },
};

const TAG = 16;
const IV = 12;

function hmac(hash, key, data) {
	return createHmac(hash, key).update(data).digest();
}

export function digest(hash, data) {
	return createHash(hash).update(data).digest();
}

/** HKDF-Expand-Label, of a size that one or two blocks of the hash make. */
export function expandLabel(hash, secret, label, context, size) {
	const name = Buffer.from(`tls13 ${label}`);
	const info = Buffer.concat([Buffer.of(size >> 8, size & 0xFF, name.length), name, Buffer.of(context.length), Buffer.from(context)]);
	const first = hmac(hash, secret, Buffer.concat([info, Buffer.of(1)]));
	const second = hmac(hash, secret, Buffer.concat([first, info, Buffer.of(2)]));
	return Buffer.concat([first, second]).subarray(0, size);
}

/** The secrets of a handshake without a session: they are derived from a shared secret and the transcript so far. */
export class KeySchedule {
	#secret;
	#empty;

	constructor({ hash }, shared) {
		this.hash = hash;
		this.#empty = Buffer.alloc(digest(hash, "").length);
		this.#secret = hmac(hash, this.#empty, this.#empty); // no session
		this.#advance(shared);
	}

	#advance(input) {
		this.#secret = hmac(this.hash, this.derive("derived", ""), input);
	}

	/** Derive-Secret of the present stage. */
	derive(label, transcript) {
		return expandLabel(this.hash, this.#secret, label, digest(this.hash, transcript), this.#empty.length);
	}

	/** Goes on to the secrets of the application's data. */
	master() {
		this.#advance(this.#empty);
	}

	/** The verify_data of a Finished message. */
	finished(secret, transcript) {
		const key = expandLabel(this.hash, secret, "finished", "", this.#empty.length);
		return hmac(this.hash, key, digest(this.hash, transcript));
	}
}

/** Seals what goes one way. */
export class Sealer {
	#suite;
	#secret;
	#key;
	#iv;
	#sequence = 0;

	constructor(suite, secret) {
		this.#suite = suite;
		this.#use(secret);
	}

	#use(secret) {
		const { hash, keySize } = this.#suite;
		this.#secret = secret;
		this.#key = expandLabel(hash, secret, "key", "", keySize);
		this.#iv = expandLabel(hash, secret, "iv", "", IV);
		this.#sequence = 0;
	}

	/** New keys, as after a KeyUpdate. */
	update() {
		this.#use(expandLabel(this.#suite.hash, this.#secret, "traffic upd", "", this.#secret.length));
	}

	/** One record: what is inside is of a type, and may be padded with zeros. */
	seal(type, content, padding = 0) {
		const inner = Buffer.concat([content, Buffer.of(type), Buffer.alloc(padding)]);
		const size = inner.length + TAG;
		const header = Buffer.of(23, 3, 3, size >> 8, size & 0xFF);
		const nonce = Buffer.from(this.#iv);
		nonce.writeUInt32BE((nonce.readUInt32BE(IV - 4) ^ this.#sequence++) >>> 0, IV - 4);
		const cipher = createCipheriv(this.#suite.cipher, this.#key, nonce, { authTagLength: TAG });
		cipher.setAAD(header, { plaintextLength: inner.length });
		return Buffer.concat([header, cipher.update(inner), cipher.final(), cipher.getAuthTag()]);
	}
}
