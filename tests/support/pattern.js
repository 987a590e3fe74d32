// SPDX-License-Identifier: MIT
// The data that the tests send, and a checksum over what arrives. Runs on XS and in Node.
//
// The data is text in lines of 64 bytes, as gnutls-serv echoes lines only. It repeats after a number of bytes that no
// record size divides, so that records lost, doubled or out of order change the checksum.

export const LINE = 64;
const LINES = 1021;

/** The block that repeats. */
export const BLOCK = makeBlock();

function makeBlock() {
	const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+-";
	const block = new Uint8Array(LINES * LINE);
	for (let i = 0, state = 1; i < block.length; i++) {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		block[i] = (i % LINE === LINE - 1) ? 0x0A : ALPHABET.charCodeAt(state >>> 26);
	}
	return block;
}

/** Bytes of the data from `offset` on: at most `size`, at least one. A view into BLOCK. */
export function patternAt(offset, size) {
	const start = offset % BLOCK.length;
	return BLOCK.subarray(start, Math.min(start + size, BLOCK.length));
}

/** FNV-1a over little-endian 32-bit words, however the bytes are cut into pieces. */
export class Checksum {
	#hash = 0x811C9DC5;
	#word = 0;
	#filled = 0;
	/** Bytes seen. */
	length = 0;

	/** @param {Uint8Array} bytes */
	update(bytes) {
		const { length } = bytes;
		this.length += length;
		let at = 0;
		while (this.#filled > 0 && at < length)
			this.#add(bytes[at++]);
		const view = new DataView(bytes.buffer, bytes.byteOffset, length);
		let hash = this.#hash;
		for (; at + 4 <= length; at += 4)
			hash = Math.imul(hash ^ view.getUint32(at, true), 0x01000193);
		this.#hash = hash;
		while (at < length)
			this.#add(bytes[at++]);
	}

	#add(byte) {
		this.#word |= byte << (8 * this.#filled);
		if (++this.#filled < 4)
			return;
		this.#hash = Math.imul(this.#hash ^ this.#word, 0x01000193);
		this.#word = this.#filled = 0;
	}

	/** Eight hexadecimal digits. */
	get digest() {
		const hash = Math.imul(this.#hash ^ this.#word, 0x01000193) ^ this.#filled;
		return (hash >>> 0).toString(16).padStart(8, "0");
	}
}

/** The checksum of the first `length` bytes of the data. */
export function checksumOfPattern(length) {
	const checksum = new Checksum();
	while (checksum.length < length)
		checksum.update(patternAt(checksum.length, length - checksum.length));
	return checksum.digest;
}
