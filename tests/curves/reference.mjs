// SPDX-License-Identifier: MIT
// Elliptic curves in big integers, slow and plain: what the tests of native/curves take for right. Nothing here is of the
// project's C or of Mbed TLS.

export const modulo = (value, modulus) => ((value % modulus) + modulus) % modulus;

export function power(base, exponent, modulus) {
	let result = 1n;
	for (let factor = modulo(base, modulus); exponent > 0n; exponent >>= 1n, factor = factor * factor % modulus)
		if (exponent & 1n)
			result = result * factor % modulus;
	return result;
}

/** The inverse by Euclid's algorithm; that of 0 is 0. */
export function invert(value, modulus) {
	let [a, b, x, y] = [modulo(value, modulus), modulus, 1n, 0n];
	while (a > 1n)
		[a, b, x, y] = [b % a, a, y - b / a * x, x];
	return a === 0n ? 0n : modulo(x, modulus);
}

/** y² = x³ - 3x + b. A point is [x, y], or null at infinity. FIPS 186-4, D.1.2. */
export class Curve {
	constructor(name, words, { p, n, b, g }) {
		Object.assign(this, { name, words, p, n, b, g });
	}

	has([x, y]) {
		return x < this.p && y < this.p && modulo(y * y - (x * x * x - 3n * x + this.b), this.p) === 0n;
	}

	negate(point) {
		return point && [point[0], modulo(-point[1], this.p)];
	}

	add(first, second) {
		if (!first || !second)
			return first ?? second;
		const [x1, y1] = first, [x2, y2] = second;
		if (x1 === x2 && y1 !== y2)
			return null;
		const slope = modulo(x1 === x2 ? (3n * x1 * x1 - 3n) * invert(2n * y1, this.p) : (y2 - y1) * invert(x2 - x1, this.p), this.p);
		const x = modulo(slope * slope - x1 - x2, this.p);
		return [x, modulo(slope * (x1 - x) - y1, this.p)];
	}

	times(factor, point = this.g) {
		let result = null;
		for (let k = modulo(factor, this.n), addend = point; k > 0n; k >>= 1n, addend = this.add(addend, addend))
			if (k & 1n)
				result = this.add(result, addend);
		return result;
	}

	/** The point with x whose y is even, or null if there is none. */
	lift(x) {
		const square = modulo(x * x * x - 3n * x + this.b, this.p);
		const y = power(square, (this.p + 1n) / 4n, this.p);
		if (y * y % this.p !== square)
			return null;
		return [x, y & 1n ? this.p - y : y];
	}

	/** u1 G + u2 Q has an x-coordinate that is congruent to r by the order. */
	verifies(u1, u2, point, r) {
		const sum = this.add(this.times(u1), this.times(u2, point));
		return sum !== null && modulo(sum[0] - r, this.n) === 0n;
	}

	/** SEC 1, 4.1.4. `digest` is a Buffer. */
	verifiesSignature({ digest, key, r, s }) {
		if (r < 1n || r >= this.n || s < 1n || s >= this.n || !this.has(key))
			return false;
		const inverse = invert(s, this.n);
		return this.verifies(numberOf(digest.subarray(0, 4 * this.words)) * inverse, r * inverse, key, r);
	}
}

export const numberOf = (bytes) => BigInt(`0x${bytes.toString("hex") || "0"}`);

export const P256 = new Curve("p256", 8, {
	p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
	n: 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551n,
	b: 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604Bn,
	g: [0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296n, 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5n],
});

export const P384 = new Curve("p384", 12, {
	p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
	n: 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973n,
	b: 0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEFn,
	g: [0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7n,
		0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5Fn],
});

/** Curve25519, RFC 7748. */
export const X25519 = {
	name: "x25519",
	words: 8,
	p: 2n ** 255n - 19n,

	/** Twice (x : z), and (x : z) + (otherX : otherZ), whose difference has the coordinate `difference`. */
	step(x, z, otherX, otherZ, difference) {
		const square = (value) => value * value;
		const numbers = [
			square(x * x - z * z),
			4n * x * z * (x * x + 486662n * x * z + z * z),
			4n * square(x * otherX - z * otherZ),
			4n * square(x * otherZ - z * otherX) * difference,
		];
		return numbers.map((value) => modulo(value, this.p));
	},

	/** A scalar and a coordinate as RFC 7748 decodes them from 32 bytes. */
	scalar(bytes) {
		return numberOf(Buffer.from(bytes).reverse()) & ((1n << 255n) - 8n) | 1n << 254n;
	},
	coordinate(bytes) {
		return numberOf(Buffer.from(bytes).reverse()) & ((1n << 255n) - 1n);
	},
};

/** The product of polynomials over GF(2), whose coefficients are the bits. */
export function polynomialProduct(a, b) {
	let product = 0n;
	for (; b > 0n; b >>= 1n, a <<= 1n)
		if (b & 1n)
			product ^= a;
	return product;
}

/** The product of blocks of GCM, bit by bit: NIST SP 800-38D, algorithm 1. */
export function multiplyInGcm(x, y) {
	let z = 0n, v = y;
	for (let i = 127n; i >= 0n; i--) {
		if (x >> i & 1n)
			z ^= v;
		v = v & 1n ? v >> 1n ^ 0xE1n << 120n : v >> 1n;
	}
	return z;
}
