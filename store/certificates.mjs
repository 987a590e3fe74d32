// SPDX-License-Identifier: MIT
// Certificates for a store: read from files and from the sets of roots that Node and Debian carry, checked, described.

import { X509Certificate } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { readCertificate, SEQUENCE } from "./der.mjs";
import { decodeStore, isStore } from "./format.mjs";
import { StoreError } from "./storeError.mjs";

/** Mozilla's roots as Debian's package ca-certificates has them, without what the administrator of a machine added. */
const DEBIAN_FOLDER = "/usr/share/ca-certificates/mozilla";

const CURVES = { prime256v1: "P-256", secp384r1: "P-384" };
const SERVER_USAGES = ["1.3.6.1.5.5.7.3.1", "2.5.29.37.0"]; // serverAuth, anyExtendedKeyUsage

/** A certificate that can be a trust anchor. */
export class Anchor {
	/**
	 * @param {Buffer} der
	 * @throws {StoreError} if a device could not use it
	 */
	constructor(der) {
		const { version } = readCertificate(der);
		this.der = der;
		try {
			this.x509 = new X509Certificate(der);
			this.publicKey = this.x509.publicKey;
		}
		catch (error) {
			throw new StoreError(`the certificate cannot be parsed: ${error.message}`, { cause: error });
		}
		if (version !== 3)
			throw this.#unusable(`is of version ${version}, and version 3 is needed`);
		if (!this.#isKeySupported())
			throw this.#unusable(`has a key of the kind ${this.key}; RSA of 2048 to 4096 bits, P-256 or P-384 is needed`);
		if (this.x509.keyUsage && !this.x509.keyUsage.some((usage) => SERVER_USAGES.includes(usage)))
			throw this.#unusable("has an extended key usage that is not for servers");
	}

	#unusable(why) {
		return new StoreError(`${this.name} ${why}`);
	}

	#isKeySupported() {
		const { asymmetricKeyType: type, asymmetricKeyDetails: { modulusLength, namedCurve } } = this.publicKey;
		return (type === "rsa") ? modulusLength >= 2048 && modulusLength <= 4096 : type === "ec" && namedCurve in CURVES;
	}

	/** The most telling part of its subject, for a terminal. */
	get name() {
		const { CN, O, OU } = this.x509.toLegacyObject().subject ?? {};
		return [CN ?? O ?? OU ?? "(no name)"].flat().join(", ").replace(/\p{Cc}/gu, "?");
	}

	/** Its kind of key: "RSA 2048", "P-256". */
	get key() {
		const { asymmetricKeyType: type, asymmetricKeyDetails: { modulusLength, namedCurve } } = this.publicKey;
		return (type === "rsa") ? `RSA ${modulusLength}` : CURVES[namedCurve] ?? namedCurve ?? type;
	}

	get fingerprint() {
		return this.x509.fingerprint256;
	}

	/** The last day on which it is valid, as YYYY-MM-DD. */
	get lastDay() {
		return new Date(this.x509.validTo).toISOString().slice(0, 10);
	}

	isValidAt(time) {
		return new Date(this.x509.validFrom) <= time && time <= new Date(this.x509.validTo);
	}

	/** What its owner should know about it, at a time. @returns {string[]} */
	remarks(time) {
		return [
			...(this.isValidAt(time) ? [] : [(time < new Date(this.x509.validFrom)) ? "not valid yet" : "expired"]),
			...(this.x509.ca ? [] : ["not a CA: believed as a server's own certificate only"]),
		];
	}
}

/** The certificates of a PEM text. */
function fromPem(text) {
	const blocks = [...text.matchAll(/-----BEGIN ([^-\n]+)-----([^-]*)(-----END \1-----)?/g)];
	return blocks.map(([, label, base64, end]) => {
		if (label !== "CERTIFICATE")
			throw new StoreError(`it has a ${label}, which does not belong into a store`);
		if (!end || !/^[A-Za-z0-9+/=\s]+$/.test(base64))
			throw new StoreError("its PEM is damaged");
		return Buffer.from(base64, "base64");
	});
}

/** The certificates in the bytes of a file: DER, PEM, or a store. */
function fromBytes(bytes) {
	if (isStore(bytes))
		return decodeStore(bytes);
	if (bytes[0] === SEQUENCE)
		return [bytes];
	const found = fromPem(bytes.toString("latin1"));
	if (found.length === 0)
		throw new StoreError("it has no certificate, neither in PEM nor in DER");
	return found;
}

/**
 * Reads a file that the user named.
 * @param {string} path
 * @returns {Buffer}
 */
export function readNamedFile(path) {
	try {
		return readFileSync(path);
	}
	catch (error) {
		throw new StoreError(`cannot read ${path}: ${error.message}`, { cause: error });
	}
}

/**
 * The certificates of a file: one in DER, some in PEM, or another store.
 * @param {string} path
 * @returns {Anchor[]}
 */
export function anchorsOfFile(path) {
	const bytes = readNamedFile(path);
	return StoreError.at(path, () => fromBytes(bytes).map((der) => new Anchor(der)));
}

function anchorsOfDebian() {
	let names;
	try {
		names = readdirSync(DEBIAN_FOLDER);
	}
	catch (error) {
		throw new StoreError(`cannot read ${DEBIAN_FOLDER}: ${error.message}\nInstall Debian's package ca-certificates.`, { cause: error });
	}
	return names.filter((name) => name.endsWith(".crt")).flatMap((name) => anchorsOfFile(join(DEBIAN_FOLDER, name)));
}

/**
 * A set of roots.
 * @param {string} source "node", "debian", or the path of a file
 * @returns {Anchor[]}
 */
export function rootsFrom(source) {
	switch (source) {
	case "node":
		return rootCertificates.flatMap(fromPem).map((der) => new Anchor(der));
	case "debian":
		return anchorsOfDebian();
	default:
		return anchorsOfFile(source);
	}
}
