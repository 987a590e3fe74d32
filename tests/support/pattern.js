// SPDX-License-Identifier: MIT
// The data that the tests send, and a checksum over what arrives. Runs on XS and in Node.
//
// The data is text in lines of 64 bytes, as gnutls-serv echoes lines only. It repeats after a number of bytes that no
// record size divides, so that records lost, doubled or out of order change the checksum.

export const LINE = 64;
const LINES = 1021;

const PERIOD = LINES * LINE;

// A linear congruential generator modulo 2^32; each byte is one step.
const SEED = 1;
const MULTIPLIER = 1664525;
const INCREMENT = 1013904223;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+-";

/** The generator's state after so many steps, which are taken 1, 2, 4, … at a time. */
function stateAfter(steps) {
	let state = SEED, multiplier = MULTIPLIER, increment = INCREMENT;
	for (let left = steps; left > 0; left >>>= 1) {
		if (left & 1)
			state = Math.imul(state, multiplier) + increment;
		increment = Math.imul(multiplier + 1, increment);
		multiplier = Math.imul(multiplier, multiplier);
	}
	return state;
}

let block;

/** Fills a Uint8Array with the data from `offset` on, and returns it: out of the block if there is one, or else computed anew. */
export function fillPattern(bytes, offset) {
	return block ? copyPattern(bytes, offset) : computePattern(bytes, offset);
}

function computePattern(bytes, offset) {
	let at = offset % PERIOD;
	let state = stateAfter(at);
	for (let i = 0; i < bytes.length; i++) {
		state = Math.imul(state, MULTIPLIER) + INCREMENT;
		bytes[i] = (at % LINE === LINE - 1) ? 0x0A : ALPHABET.charCodeAt(state >>> 26);
		if (++at === PERIOD) {
			at = 0;
			state = SEED;
		}
	}
	return bytes;
}

function copyPattern(bytes, offset) {
	for (let done = 0; done < bytes.length;) {
		const part = patternAt(offset + done, bytes.length - done);
		bytes.set(part, done);
		done += part.length;
	}
	return bytes;
}

/** The block that repeats. Not every device has memory for it. */
export function patternBlock() {
	block ??= computePattern(new Uint8Array(PERIOD), 0);
	return block;
}

/** Bytes of the data from `offset` on: at most `size`, at least one. A view into the block. */
export function patternAt(offset, size) {
	const start = offset % PERIOD;
	return patternBlock().subarray(start, Math.min(start + size, PERIOD));
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
	const PIECE = 1024;
	const checksum = new Checksum();
	while (checksum.length < length)
		checksum.update(fillPattern(new Uint8Array(Math.min(PIECE, length - checksum.length)), checksum.length));
	return checksum.digest;
}
