// SPDX-License-Identifier: MIT
// Issues X.509 certificates (RFC 5280), proper ones and, for the tests of what must be refused, improper ones.

import { createHash, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";
import { bits, explicit, implicit, integer, NULL, octets, oid, sequence, set, tagged, time, TRUE, utf8 } from "./der.mjs";

const KEY_USAGES = ["digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign"];
const EXTENDED_KEY_USAGES = { serverAuth: "1.3.6.1.5.5.7.3.1", clientAuth: "1.3.6.1.5.5.7.3.2" };
const SIGNATURES = {
	"ec sha256": [oid("1.2.840.10045.4.3.2")],
	"ec sha384": [oid("1.2.840.10045.4.3.3")],
	"ec sha512": [oid("1.2.840.10045.4.3.4")],
	"ec sha1": [oid("1.2.840.10045.4.1")],
	"rsa sha256": [oid("1.2.840.113549.1.1.11"), NULL],
	"rsa sha384": [oid("1.2.840.113549.1.1.12"), NULL],
	"rsa sha512": [oid("1.2.840.113549.1.1.13"), NULL],
	"rsa sha1": [oid("1.2.840.113549.1.1.5"), NULL],
};

/**
 * @typedef {object} Authority who signs
 * @property {string} subject its common name
 * @property {{publicKey: import("node:crypto").KeyObject, privateKey: import("node:crypto").KeyObject}} key
 */

/**
 * Issues a certificate.
 * @param {object} fields
 * @param {string} fields.subject the common name
 * @param {{publicKey: import("node:crypto").KeyObject}} fields.key the subject's
 * @param {{publicKey: import("node:crypto").KeyObject}} [fields.claimedKey] whose identifier it says that its key has
 * @param {Authority} fields.issuer
 * @param {Date} fields.notBefore
 * @param {Date} fields.notAfter
 * @param {"sha256"|"sha384"|"sha512"|"sha1"} [fields.hash]
 * @param {1|3} [fields.version] version 1 has no extensions
 * @param {{ca: boolean, pathLength?: number}} [fields.basicConstraints]
 * @param {string[]} [fields.keyUsage]
 * @param {string[]} [fields.extendedKeyUsage]
 * @param {(string|{dns: string})[]} [fields.names] subject alternative names: an IP address in its text form becomes an
 *     iPAddress, anything else, or what is given as `dns`, a dNSName
 * @param {{permitted?: string[], excluded?: string[], critical: boolean}} [fields.nameConstraints] domains
 * @param {{id: string, value: Buffer}[]} [fields.critical] more extensions, critical ones
 * @param {{id: string, value: Buffer}[]} [fields.others] and others
 * @returns {Buffer} DER
 */
export function issue(fields) {
	const signature = signatureAlgorithm(fields.issuer.key.privateKey, fields.hash ?? "sha256");
	const version = fields.version ?? 3;
	const body = sequence(
		...(version === 1 ? [] : [explicit(0, integer(version - 1))]),
		integer(Buffer.concat([Buffer.of(0x40), randomBytes(15)])),
		signature.identifier,
		distinguishedName(fields.issuer.subject),
		sequence(time(fields.notBefore), time(fields.notAfter)),
		distinguishedName(fields.subject),
		subjectPublicKeyInfo(fields.key),
		...(version === 1 ? [] : [explicit(3, sequence(...extensions(fields)))]),
	);
	return sequence(body, signature.identifier, bits(sign(signature.hash, body, fields.issuer.key.privateKey)));
}

/** The same certificate with a signature that does not fit: one bit in the middle of its last part is flipped. */
export function forge(certificate) {
	const forged = Buffer.from(certificate);
	forged[forged.length - 8] ^= 0x10;
	return forged;
}

function signatureAlgorithm(privateKey, hash) {
	const items = SIGNATURES[`${privateKey.asymmetricKeyType} ${hash}`];
	return { hash, identifier: sequence(...items) };
}

function distinguishedName(commonName) {
	return sequence(set(sequence(oid("2.5.4.3"), utf8(commonName))));
}

function subjectPublicKeyInfo({ publicKey }) {
	return publicKey.export({ type: "spki", format: "der" });
}

/** The key identifier of RFC 5280, 4.2.1.2, by hashing all of the SubjectPublicKeyInfo. */
function keyIdentifier(key) {
	return createHash("sha1").update(subjectPublicKeyInfo(key)).digest();
}

function extensions(fields) {
	const { basicConstraints, keyUsage, extendedKeyUsage, names, nameConstraints, critical: criticalOnes = [], others = [] } = fields;
	const list = [
		extension("2.5.29.14", false, octets(keyIdentifier(fields.claimedKey ?? fields.key))),
		extension("2.5.29.35", false, sequence(implicit(0, keyIdentifier(fields.issuer.key)))),
	];
	if (basicConstraints) {
		const { ca, pathLength } = basicConstraints;
		list.push(extension("2.5.29.19", true, sequence(...(ca ? [TRUE] : []), ...(pathLength === undefined ? [] : [integer(pathLength)]))));
	}
	if (keyUsage)
		list.push(extension("2.5.29.15", true, namedBits(KEY_USAGES, keyUsage)));
	if (extendedKeyUsage)
		list.push(extension("2.5.29.37", false, sequence(...extendedKeyUsage.map((usage) => oid(EXTENDED_KEY_USAGES[usage])))));
	if (names)
		list.push(extension("2.5.29.17", false, sequence(...names.map(generalName))));
	if (nameConstraints) {
		const { permitted = [], excluded = [], critical } = nameConstraints;
		list.push(extension("2.5.29.30", critical, sequence(...subtrees(0, permitted), ...subtrees(1, excluded))));
	}
	list.push(...criticalOnes.map(({ id, value }) => extension(id, true, value)));
	list.push(...others.map(({ id, value }) => extension(id, false, value)));
	return list;
}

function extension(id, critical, value) {
	return sequence(oid(id), ...(critical ? [TRUE] : []), octets(value));
}

/** A bit string in which the first of `all` is the highest bit; without zero bits at its end, as DER wants it. */
function namedBits(all, chosen) {
	const positions = chosen.map((name) => all.indexOf(name));
	const byte = positions.reduce((value, position) => value | (0x80 >> position), 0);
	return bits(Buffer.of(byte), 7 - Math.max(...positions));
}

function generalName(name) {
	const text = name.dns ?? name;
	return (name.dns || !isIP(text)) ? implicit(2, Buffer.from(text)) : implicit(7, addressBytes(text));
}

/** The 4 or 16 bytes of an IP address; of IPv6, "::" may stand once for groups of zero. */
function addressBytes(text) {
	if (isIP(text) === 4)
		return Buffer.from(text.split(".").map(Number));
	const [head, tail] = text.split("::").map((part) => part.split(":").filter(Boolean));
	const groups = tail ? [...head, ...Array(8 - head.length - tail.length).fill("0"), ...tail] : head;
	return Buffer.from(groups.map((group) => group.padStart(4, "0")).join(""), "hex");
}

function subtrees(n, domains) {
	return domains.length ? [tagged(0xA0 | n, ...domains.map((domain) => sequence(implicit(2, Buffer.from(domain)))))] : [];
}
