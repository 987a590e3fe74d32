// SPDX-License-Identifier: MIT
// Reads DER (ITU-T X.690) as far as it takes to find the subject of a certificate.

import { StoreError } from "./storeError.mjs";

export const SEQUENCE = 0x30;
const INTEGER = 0x02;
const VERSION = 0xA0;

/**
 * The element that begins at `start`.
 * @param {Buffer} bytes
 * @param {number} start
 * @param {number} limit where the element around it ends
 * @returns {{tag: number, start: number, content: number, end: number}} offsets of its tag, its content and what is behind it
 */
function readElement(bytes, start, limit) {
	if (limit - start < 2)
		throw new StoreError("the certificate is truncated");
	let content = start + 2;
	let length = bytes[start + 1];
	if (length >= 0x80) {
		const size = length & 0x7F;
		if (size < 1 || size > 4 || limit - content < size)
			throw new StoreError("the certificate is not DER");
		length = bytes.readUIntBE(content, size);
		content += size;
		if (length < 0x80 || (size > 1 && length < 2 ** (8 * (size - 1))))
			throw new StoreError("the certificate is BER, and DER is wanted: it has a length that is not the shortest");
	}
	if (length > limit - content)
		throw new StoreError("the certificate is truncated");
	return { tag: bytes[start], start, content, end: content + length };
}

function expect(element, tag) {
	if (element.tag !== tag)
		throw new StoreError("this is not a certificate");
	return element;
}

/**
 * What stands at the beginning of a certificate (RFC 5280, 4.1).
 * @param {Buffer} bytes the certificate and nothing else
 * @returns {{version: 1|2|3, subject: {start: number, end: number}}} `subject`: the Name with its tag and length
 */
export function readCertificate(bytes) {
	const certificate = expect(readElement(bytes, 0, bytes.length), SEQUENCE);
	if (certificate.end !== bytes.length)
		throw new StoreError("there are bytes behind the end of the certificate");
	const body = expect(readElement(bytes, certificate.content, certificate.end), SEQUENCE);
	let element = readElement(bytes, body.content, body.end);
	let version = 1;
	if (element.tag === VERSION) {
		const number = expect(readElement(bytes, element.content, element.end), INTEGER);
		version = bytes[number.content] + 1;
		element = readElement(bytes, element.end, body.end);
	}
	expect(element, INTEGER); // serialNumber
	const nextSequence = () => element = expect(readElement(bytes, element.end, body.end), SEQUENCE);
	nextSequence(); // signature
	nextSequence(); // issuer
	nextSequence(); // validity
	const { start, end } = nextSequence();
	return { version, subject: { start, end } };
}
