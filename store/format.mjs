// SPDX-License-Identifier: MIT
// The store file: from certificates to bytes and back. The format is in docs/store.md; native/trust/tlsStore.c reads it.

import { crc32 } from "node:zlib";
import { readCertificate } from "./der.mjs";
import { StoreError } from "./storeError.mjs";

const MAGIC = Buffer.from("TLSC");
const VERSION = 1;
const HEADER_SIZE = 16;
const HEADER_CHECKSUM = 12;
const ENTRY_SIZE = 16;
const LIMIT = 0xFFFF;

const UTF8_STRING = 0x0C;
const PRINTABLE_STRING = 0x13;

/** True if `bytes` begin as a store does. */
export function isStore(bytes) {
	return bytes.subarray(0, MAGIC.length).equals(MAGIC);
}

/** The key that a subject is found by: the same for names that differ in letter case or in the type of strings only. */
function keyOf(name) {
	return crc32(name.map((byte) => {
		if (byte >= 0x41 && byte <= 0x5A)
			return byte | 0x20;
		return (byte === PRINTABLE_STRING) ? UTF8_STRING : byte;
	}));
}

function makeEntry(certificate) {
	const { subject } = readCertificate(certificate);
	if (subject.end > LIMIT)
		throw new StoreError(`a certificate's subject ends behind its first ${LIMIT} bytes`);
	return { certificate, subject, key: keyOf(certificate.subarray(subject.start, subject.end)) };
}

function checksumOf(header, index) {
	return crc32(index, crc32(header.subarray(0, HEADER_CHECKSUM)));
}

/**
 * Makes a store. Neither the order of the certificates nor a repetition among them changes the result.
 * @param {Buffer[]} certificates DER
 * @returns {Buffer}
 */
export function encodeStore(certificates) {
	const entries = certificates.map(makeEntry)
		.sort((a, b) => a.key - b.key || a.certificate.compare(b.certificate))
		.filter(({ certificate }, i, all) => i === 0 || !certificate.equals(all[i - 1].certificate));
	if (entries.length < 1 || entries.length > LIMIT)
		throw new StoreError(`a store has 1 to ${LIMIT} certificates, and not ${entries.length}`);

	const header = Buffer.alloc(HEADER_SIZE);
	const index = Buffer.alloc(entries.length * ENTRY_SIZE);
	let end = header.length + index.length;
	entries.forEach(({ certificate, subject, key }, i) => {
		const at = i * ENTRY_SIZE;
		index.writeUInt32LE(key, at);
		index.writeUInt32LE(crc32(certificate), at + 4);
		index.writeUInt32LE(end, at + 8);
		index.writeUInt16LE(subject.start, at + 12);
		index.writeUInt16LE(subject.end - subject.start, at + 14);
		end += certificate.length;
	});
	MAGIC.copy(header);
	header.writeUInt16LE(VERSION, 4);
	header.writeUInt16LE(entries.length, 6);
	header.writeUInt32LE(end, 8);
	header.writeUInt32LE(checksumOf(header, index), HEADER_CHECKSUM);
	return Buffer.concat([header, index, ...entries.map(({ certificate }) => certificate)]);
}

/** Checks the header and the index as far as they must be right to find the certificates. Returns the index. */
function checkIndex(bytes) {
	if (!isStore(bytes))
		throw new StoreError("it is not a certificate store");
	if (bytes.length < HEADER_SIZE)
		throw new StoreError("it is truncated");
	const version = bytes.readUInt16LE(4);
	if (version !== VERSION)
		throw new StoreError(`it is of version ${version}, and this command reads version ${VERSION}`);
	const length = bytes.readUInt32LE(8);
	if (length !== bytes.length)
		throw new StoreError((length > bytes.length) ? "it is truncated" : "there are bytes behind its end");
	const indexSize = bytes.readUInt16LE(6) * ENTRY_SIZE;
	const index = bytes.subarray(HEADER_SIZE, HEADER_SIZE + indexSize);
	if (index.length !== indexSize || checksumOf(bytes, index) !== bytes.readUInt32LE(HEADER_CHECKSUM))
		throw new StoreError("its header or index is damaged");
	return index;
}

/**
 * The certificates of a store. Everything in it is checked.
 * @param {Buffer} bytes
 * @returns {Buffer[]} DER, in the order in which the store has them
 */
export function decodeStore(bytes) {
	const index = checkIndex(bytes);
	const offsets = [];
	for (let at = 0; at < index.length; at += ENTRY_SIZE)
		offsets.push(index.readUInt32LE(at + 8));
	const certificates = offsets.map((offset, i) => bytes.subarray(offset, offsets[i + 1]));
	const damaged = certificates.findIndex((certificate, i) => crc32(certificate) !== index.readUInt32LE(i * ENTRY_SIZE + 4));
	if (damaged >= 0)
		throw new StoreError(`its certificate ${damaged + 1} of ${certificates.length} is damaged`);
	// There is one way only to write a set of certificates down.
	if (!encodeStore(certificates).equals(bytes))
		throw new StoreError("its index is malformed");
	return certificates;
}
