// SPDX-License-Identifier: MIT
// Writes DER (ITU-T X.690): as much of it as a certificate needs. Every function returns a Buffer with tag and length.

/** A value with its tag. `contents` are put one after the other. */
export function tagged(tag, ...contents) {
	const value = Buffer.concat(contents);
	return Buffer.concat([Buffer.of(tag), lengthOf(value), value]);
}

function lengthOf({ length }) {
	if (length < 0x80)
		return Buffer.of(length);
	const bytes = bigEndian(BigInt(length));
	return Buffer.concat([Buffer.of(0x80 | bytes.length), bytes]);
}

function bigEndian(value) {
	const hex = value.toString(16);
	return Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex");
}

export const sequence = (...items) => tagged(0x30, ...items);
export const set = (...items) => tagged(0x31, ...items);
export const octets = (bytes) => tagged(0x04, bytes);
export const utf8 = (text) => tagged(0x0C, Buffer.from(text));
export const TRUE = tagged(0x01, Buffer.of(0xFF));
export const NULL = tagged(0x05);

/** A whole number from 0 up: a number, a bigint, or the bytes of one. */
export function integer(value) {
	const bytes = Buffer.isBuffer(value) ? value : bigEndian(BigInt(value));
	return tagged(0x02, bytes[0] & 0x80 ? Buffer.of(0) : Buffer.alloc(0), bytes);
}

/** A bit string of whole bytes, or with some unused bits at its end. */
export function bits(bytes, unused = 0) {
	return tagged(0x03, Buffer.of(unused), bytes);
}

/** An object identifier from its dotted form. */
export function oid(dotted) {
	const [first, second, ...rest] = dotted.split(".").map(Number);
	return tagged(0x06, ...[first * 40 + second, ...rest].map(base128));
}

function base128(value) {
	const bytes = [value & 0x7F];
	for (let left = value >> 7; left > 0; left >>= 7)
		bytes.unshift(0x80 | (left & 0x7F));
	return Buffer.from(bytes);
}

/** A time as RFC 5280, 4.1.2.5 wants it: UTCTime up to 2049, GeneralizedTime from 2050. */
export function time(date) {
	const digits = date.toISOString().replace(/[-:T]|\.\d+/g, "");
	return (date.getUTCFullYear() < 2050) ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits));
}

/** [n] around whole values (EXPLICIT). */
export const explicit = (n, ...items) => tagged(0xA0 | n, ...items);

/** [n] in place of a primitive value's own tag (IMPLICIT). */
export const implicit = (n, bytes) => tagged(0x80 | n, bytes);
