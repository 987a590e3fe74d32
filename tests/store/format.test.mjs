// SPDX-License-Identifier: MIT
// The store file: what is written, and that nothing else is read.

import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { rootCertificates } from "node:tls";
import { crc32 } from "node:zlib";
import { decodeStore, encodeStore, isStore } from "../../store/format.mjs";
import { makeRoot, sorted } from "./helpers.mjs";

const HEADER_SIZE = 16;
const ENTRY_SIZE = 16;

const first = makeRoot("First");
const second = makeRoot("Second");
const secondAgain = makeRoot("Second"); // another key
const certificates = [first, second, secondAgain];
const small = encodeStore(certificates);
const mozilla = rootCertificates.map((pem) => new X509Certificate(pem).raw);

/** A changed copy of `small`, with its header's checksum made right. */
function changed(change) {
	const copy = Buffer.from(small);
	change(copy);
	copy.writeUInt32LE(crc32(copy.subarray(HEADER_SIZE, HEADER_SIZE + certificates.length * ENTRY_SIZE), crc32(copy.subarray(0, 12))), 12);
	return copy;
}

test("the header says what the file is, how long, and how many certificates it has", () => {
	assert.equal(small.toString("latin1", 0, 4), "TLSC");
	assert.equal(small.readUInt16LE(4), 1);
	assert.equal(small.readUInt16LE(6), 3);
	assert.equal(small.readUInt32LE(8), small.length);
	assert.equal(small.length, HEADER_SIZE + 3 * ENTRY_SIZE + first.length + second.length + secondAgain.length);
	assert.ok(isStore(small));
	assert.ok(!isStore(first));
});

test("the index is sorted and leads to each certificate and its subject", () => {
	let end = HEADER_SIZE + 3 * ENTRY_SIZE;
	let last = 0;
	for (let at = HEADER_SIZE; at < HEADER_SIZE + 3 * ENTRY_SIZE; at += ENTRY_SIZE) {
		const [key, checksum, offset] = [0, 4, 8].map((field) => small.readUInt32LE(at + field));
		const [subject, size] = [12, 14].map((field) => small.readUInt16LE(at + field));
		const certificate = certificates.find((one) => one.equals(small.subarray(offset, offset + one.length)));
		assert.ok(certificate);
		assert.ok(key >= last);
		assert.equal(offset, end);
		assert.equal(checksum, crc32(certificate));
		assert.match(certificate.toString("latin1", subject, subject + size), certificate === first ? /^0.*First$/s : /^0.*Second$/s);
		end += certificate.length;
		last = key;
	}
	assert.equal(end, small.length);
});

test("the same certificates make the same bytes, in whichever order and however often they are given", () => {
	assert.deepEqual(encodeStore([secondAgain, first, second]), small);
	assert.deepEqual(encodeStore([...certificates, ...certificates]), small);
	assert.deepEqual(encodeStore(mozilla.toReversed()), encodeStore(mozilla));
});

test("what is put in comes out, certificates of one subject included", () => {
	assert.deepEqual(sorted(decodeStore(small)), sorted(certificates));
	assert.deepEqual(sorted(decodeStore(encodeStore(mozilla))), sorted(mozilla));
});

test("a store without certificates is not made", () => {
	assert.throws(() => encodeStore([]), /1 to 65535 certificates, and not 0/);
});

test("a store in which any one byte is changed is refused", () => {
	for (let i = 0; i < small.length; i++) {
		for (const change of [0x01, 0x80, 0xFF]) {
			const copy = Buffer.from(small);
			copy[i] ^= change;
			assert.throws(() => decodeStore(copy), { name: "StoreError" }, `byte ${i}`);
		}
	}
});

test("a store that is cut off anywhere is refused", () => {
	for (let length = 0; length < small.length; length++)
		assert.throws(() => decodeStore(small.subarray(0, length)), { name: "StoreError" }, `${length} bytes`);
});

test("the error says what is wrong", () => {
	const damagedCertificate = Buffer.from(small);
	damagedCertificate[small.length - 1] ^= 1;
	for (const [bytes, message] of [
		[Buffer.concat([small, Buffer.of(0)]), "there are bytes behind its end"],
		[small.subarray(0, -1), "it is truncated"],
		[small.subarray(0, HEADER_SIZE - 1), "it is truncated"],
		[first, "it is not a certificate store"],
		[Buffer.alloc(0), "it is not a certificate store"],
		[changed((copy) => copy.writeUInt16LE(2, 4)), "it is of version 2, and this command reads version 1"],
		[Buffer.from(small).fill(0, 12, 16), "its header or index is damaged"],
		[changed((copy) => copy.writeUInt16LE(0xFFFF, 6)), "its header or index is damaged"],
		[damagedCertificate, "its certificate 3 of 3 is damaged"],
	])
		assert.throws(() => decodeStore(bytes), { message });
});

test("an index with a right checksum and wrong values is refused", () => {
	const entry = (i) => HEADER_SIZE + i * ENTRY_SIZE;
	const swap = (copy) => {
		small.copy(copy, entry(0), entry(1), entry(2));
		small.copy(copy, entry(1), entry(0), entry(1));
	};
	for (const change of [
		swap,
		(copy) => copy.writeUInt32LE(0, entry(0)), // key
		(copy) => copy.writeUInt32LE(0, entry(0) + 4), // checksum
		(copy) => copy.writeUInt32LE(0, entry(0) + 8), // offset
		(copy) => copy.writeUInt32LE(0xFFFFFFFF, entry(2) + 8),
		(copy) => copy.writeUInt16LE(0, entry(1) + 12), // subject
		(copy) => copy.writeUInt16LE(0xFFFF, entry(1) + 14),
	])
		assert.throws(() => decodeStore(changed(change)), { name: "StoreError" });
});

test("what is not exactly one certificate is not put in", () => {
	const longLength = Buffer.concat([Buffer.of(0x30, 0x83, 0x00), first.subarray(2)]);
	for (const [bytes, message] of [
		[Buffer.concat([first, Buffer.of(0)]), /bytes behind the end/],
		[first.subarray(0, -1), /truncated/],
		[first.subarray(0, 1), /truncated/],
		[Buffer.of(0x30, 0x80, 0, 0), /not DER/],
		[longLength, /BER/],
		[Buffer.from("3003020101", "hex"), /not a certificate/],
		[Buffer.from("04020000", "hex"), /not a certificate/],
	])
		assert.throws(() => encodeStore([bytes]), { name: "StoreError", message });
});
