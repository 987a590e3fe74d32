// SPDX-License-Identifier: MIT
// Questions from the test vectors of RFC 7748 and RFC 6979.

import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { exchange, signing } from "./questions.mjs";
import { invert, modulo, numberOf, P256, P384, X25519 } from "./reference.mjs";

const bytes = (hex) => Buffer.from(hex, "hex");

/** RFC 7748, sections 5.2 (the first two) and 6.1: scalar, coordinate, result. */
const EXCHANGES = [
	["a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4", "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c", "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"],
	["4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d", "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493", "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"],
	["77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a", "0900000000000000000000000000000000000000000000000000000000000000", "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"],
	["5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb", "0900000000000000000000000000000000000000000000000000000000000000", "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"],
	["77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a", "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"],
	["5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb", "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"],
];

export const rfc7748 = () => EXCHANGES.map((numbers, i) => exchange(`RFC 7748, ${i + 1}`, ...numbers.map(bytes)));

/** RFC 7748, section 5.2: what comes after 1 and 1,000 iterations. */
const ITERATED = new Map([
	[1, "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"],
	[1000, "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"],
]);

/** x(k (x, …)) on Curve25519 by the reference. */
function multiply(k, x) {
	let [x2, z2, x3, z3] = [1n, 0n, x % X25519.p, 1n];
	for (let bit = 254n; bit >= 0n; bit--)
		if (k >> bit & 1n)
			[x3, z3, x2, z2] = X25519.step(x3, z3, x2, z2, x);
		else
			[x2, z2, x3, z3] = X25519.step(x2, z2, x3, z3, x);
	return modulo(x2 * invert(z2, X25519.p), X25519.p);
}

/** The first iterations, 1,000 for the end of which RFC 7748 says what it is. */
export function iterations(count) {
	let scalar = Buffer.alloc(32, 0), coordinate = scalar;
	scalar[0] = 9;
	const questions = [];
	for (let i = 1; i <= count; i++) {
		const result = multiply(X25519.scalar(scalar), X25519.coordinate(coordinate));
		const next = Buffer.from(result.toString(16).padStart(64, "0"), "hex").reverse();
		questions.push(exchange(`iteration ${i}`, scalar, coordinate, next));
		[coordinate, scalar] = [scalar, next];
		if (ITERATED.has(i))
			assert.equal(next.toString("hex"), ITERATED.get(i));
	}
	return questions;
}

const KEYS = new Map([
	[P256, 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721n],
	[P384, 0x6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5n],
]);

/** RFC 6979, section 3.2. */
function secretNumber(curve, key, hash, digest) {
	const size = 4 * curve.words;
	const octets = (value) => Buffer.from(value.toString(16).padStart(2 * size, "0"), "hex");
	const left = (text) => text.length > size ? numberOf(text.subarray(0, size)) : numberOf(text);
	const mac = (secret, ...parts) => createHmac(hash, secret).update(Buffer.concat(parts)).digest();
	const seed = Buffer.concat([octets(key), octets(modulo(left(digest), curve.n))]);
	let v = Buffer.alloc(digest.length, 1), k = Buffer.alloc(digest.length, 0);
	for (const separator of [0, 1]) {
		k = mac(k, v, Buffer.from([separator]), seed);
		v = mac(k, v);
	}
	for (;;) {
		let text = Buffer.alloc(0);
		while (text.length < size)
			text = Buffer.concat([text, v = mac(k, v)]);
		const number = left(text);
		if (number > 0n && number < curve.n)
			return number;
		k = mac(k, v, Buffer.from([0]));
		v = mac(k, v);
	}
}

/** Some of the values of RFC 6979, A.2.5 and A.2.6, which hold the computation of all of them to it. */
const KNOWN = new Map([
	["p256 sha256 sample", [0xA6E3C57DD01ABE90086538398355DD4C3B17AA873382B0F24D6129493D8AAD60n, 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716n, 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8n]],
	["p256 sha256 test", [0xD16B6AE827F17175E040871A1C7EC3500192C4C92677336EC2537ACAEE0008E0n, 0xF1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367n, 0x019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083n]],
	["p256 sha512 sample", [0x5FA81C63109BADB88C1F367B47DA606DA28CAD69AA22C4FE6AD7DF73A7173AA5n, 0x8496A60B5E9B47C825488827E0495B0E3FA109EC4568FD3F8D1097678EB97F00n, 0x2362AB1ADBE2B8ADF9CB9EDAB740EA6049C028114F2460F96554F61FAE3302FEn]],
	["p384 sha384 sample", [0x94ED910D1A099DAD3254E9242AE85ABDE4BA15168EAF0CA87A555FD56D10FBCA2907E3E83BA95368623B8C4686915CF9n, 0x94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46n, 0x99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8n]],
	["p384 sha384 test", [0x015EE46A5BF88773ED9123A5AB0807962D193719503C527B031B4C2D225092ADA71F4A459BC0DA98ADB95837DB8312EAn, 0x8203B63D3C853E8D77227FB377BCF7B7B772E97892A80F36AB775D509D7A5FEB0542A7F0812998DA8F1DD3CA3CF023DBn, 0xDDD0760448D42D8A43AF45AF836FCE4DE8BE06B485E9B61B827C2F13173923E06A739F040649A667BF3B828246BAA5A5n]],
]);

/** RFC 6979, A.2.5 and A.2.6: P-256 and P-384 with five digests and two messages. */
export function rfc6979() {
	return [...KEYS].flatMap(([curve, key]) => ["sha1", "sha224", "sha256", "sha384", "sha512"].flatMap((hash) => ["sample", "test"].map((message) => {
		const name = `${curve.name} ${hash} ${message}`;
		const digest = createHash(hash).update(message).digest();
		const k = secretNumber(curve, key, hash, digest);
		const r = modulo(curve.times(k)[0], curve.n);
		const s = modulo((numberOf(digest.subarray(0, 4 * curve.words)) + r * key) * invert(k, curve.n), curve.n);
		if (KNOWN.has(name))
			assert.deepEqual([k, r, s], KNOWN.get(name));
		return signing(`RFC 6979, ${name}`, curve, { key, digest, k, r, s });
	})));
}
