// SPDX-License-Identifier: MIT
// Questions to curvesTest, and what the answers must be: for each class of errors that implementations of these curves have
// had (as the Wycheproof project describes them), and at the boundaries of the arithmetic below.

import { createCipheriv, createHash, createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, randomBytes, sign, verify } from "node:crypto";
import { invert, modulo, multiplyInGcm, numberOf, P256, P384, polynomialProduct, X25519 } from "./reference.mjs";

/** @typedef {{text: string, what: string, is: (answer: string) => boolean}} Question */

const hex = (value, words) => value.toString(16).padStart(8 * words, "0");

function question(what, text, expected) {
	return { what, text, is: (answer) => answer === expected };
}

/** One whose answer is numbers that are congruent to `expected`. */
function congruent(what, text, words, modulus, expected) {
	const right = (number, i) => number.length === 8 * words && modulo(BigInt(`0x${number}`) - expected[i], modulus) === 0n;
	return { what, text, is: (answer) => answer.split(" ").length === expected.length && answer.split(" ").every(right) };
}

const FIELDS = [P256, P384, { ...X25519, name: "25519" }];

/** Numbers where carries begin and end: around 0, the prime and 2^n, at the border of each word, of patterned words. */
function boundaries({ p, words }) {
	const all = 2n ** BigInt(32 * words);
	const around = [0n, 1n, 2n, p - 2n, p - 1n, p, p + 1n, all - p, 2n * p, 2n * p + 1n, all - 2n, all - 1n, all - 38n, all / 2n];
	const borders = Array.from({ length: words }, (_, i) => 2n ** BigInt(32 * i)).flatMap((value) => [value - 1n, value, all - value, all - value - 1n]);
	const patterns = [0x0000FFFF, 0xFFFF0000, 0x80000000, 0x7FFFFFFF, 0x00010001].map((word) => BigInt(`0x${word.toString(16).padStart(8, "0").repeat(words)}`));
	return [...new Set([...around, ...borders, ...patterns].filter((value) => value >= 0n && value < all))];
}

const WORDS = [0, 1, 2, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFF0000, 0xFFFFFFFE, 0xFFFFFFFF];

/** A number of random words, or of words that are likely to carry. */
function someNumber(words) {
	if (randomBytes(1)[0] < 64)
		return numberOf(randomBytes(4 * words));
	return Array.from(randomBytes(words)).reduce((sum, byte) => sum << 32n | BigInt(WORDS[byte % WORDS.length]), 0n);
}

/** Operations of a field on two numbers. */
function pair({ name, p, words }, a, b) {
	const [first, second] = [a, b].map((value) => hex(value, words));
	return [
		question("multiply", `multiply ${name} ${first} ${second}`, hex(a * b, 2 * words)),
		question("word", `word ${name} ${first} ${second}`, hex((a & 0xFFFFFFFFn) * (b & 0xFFFFFFFFn), 2)),
		congruent("product", `product ${name} ${first} ${second}`, words, p, [a * b]),
		congruent("add", `add ${name} ${first} ${second}`, words, p, [a + b]),
		congruent("subtract", `subtract ${name} ${first} ${second}`, words, p, [a - b]),
	];
}

/** Operations of a field on one number. */
function single({ name, p, words }, a) {
	const number = hex(a, words);
	return [
		question("square", `square ${name} ${number}`, hex(a * a, 2 * words)),
		congruent("square in the field", `product ${name} ${number}`, words, p, [a * a]),
		congruent("invert", `invert ${name} ${number}`, words, p, [invert(a, p)]),
		question("normalize", `normalize ${name} ${number}`, hex(a % p, words)),
	];
}

/**
 * The arithmetic of the fields.
 * @param {number} count how many random operands
 * @param {number} every one of how many pairs of boundaries
 */
export function fieldQuestions(count, every = 1) {
	return FIELDS.flatMap((field) => {
		const values = boundaries(field);
		const pairs = values.flatMap((a) => values.map((b) => [a, b])).filter((_, i) => i % every === 0);
		const random = Array.from({ length: count }, () => [someNumber(field.words), someNumber(field.words)]);
		return [
			...[...values, ...random.map(([a]) => a)].flatMap((a) => single(field, a)),
			...[...pairs, ...random].flatMap(([a, b]) => pair(field, a, b)),
		];
	});
}

/** Steps of the ladder from any coordinates. */
export function ladderQuestions(count) {
	const { words, p } = X25519;
	return Array.from({ length: count }, () => {
		const numbers = Array.from({ length: 5 }, () => someNumber(words));
		return congruent("ladder", `ladder ${numbers.map((value) => hex(value, words)).join(" ")}`, words, p, X25519.step(...numbers));
	});
}

/* --- ECDSA --- */

function ecdsa(curve, what, { digest, key, r, s }, expected) {
	const numbers = [...key, r, s].map((value) => hex(value, curve.words));
	const asked = { ...question(`${curve.name}, ${what}`, `ecdsa ${curve.name} ${digest.toString("hex")} ${numbers.join(" ")}`, expected ? "yes" : "no"), signature: { curve, digest, key, r, s } };
	if (!curve.has(key)) // the library's MBEDTLS_ERR_ECP_INVALID_KEY
		asked.is = (answer) => answer === "-19584";
	return asked;
}

/** Bytes of a number as a digest of the curve's length. */
const digestOf = (curve, value) => Buffer.from(hex(value, curve.words), "hex");

/** A signature that leads to given factors u1 and u2; null if there is none with these. */
function fromFactors(curve, u1, u2, key) {
	const sum = curve.add(curve.times(u1), curve.times(u2, key));
	const r = sum && modulo(sum[0], curve.n);
	if (!r || modulo(u2, curve.n) === 0n)
		return null;
	const s = modulo(r * invert(u2, curve.n), curve.n);
	return { digest: digestOf(curve, modulo(u1 * s, curve.n)), key, r, s };
}

/** A signature by the secret number k, with a given s and digest: the key follows from them. */
function fromNumbers(curve, k, s, digest) {
	const r = modulo(curve.times(k)[0], curve.n);
	const secret = modulo((s * k - numberOf(digest)) * invert(r, curve.n), curve.n);
	return { digest, key: curve.times(secret), r, s };
}

/** The key that makes a signature lead to the point R. */
function fromPoint(curve, point, r, s, digest) {
	const inverse = invert(r, curve.n);
	return { digest, key: curve.add(curve.times(s * inverse, point), curve.times(-numberOf(digest) * inverse)), r, s };
}

const random = (curve) => modulo(numberOf(randomBytes(4 * curve.words)), curve.n - 1n) + 1n;

/** Factors that are small, or close to the order: sums where a partial result meets a point of a table, or its opposite. */
function meetings(curve, every) {
	const secrets = [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 15n, 16n, -1n, -2n, -3n, -5n, -7n, -8n];
	const factors = [0n, 1n, 2n, 3n, 4n, 5n, 7n, 8n, 9n, 15n, 16n, 17n, -1n, -2n, -3n, -8n, 2n ** 128n, (curve.n + 1n) / 2n, (curve.n - 1n) / 2n];
	const triples = secrets.flatMap((secret) => factors.flatMap((u1) => factors.map((u2) => [secret, u1, u2]))).filter((_, i) => i % every === 0);
	return triples.flatMap(([secret, u1, u2]) => {
		const good = fromFactors(curve, u1, u2, curve.times(secret));
		return good ? [ecdsa(curve, `key ${secret}, factors ${u1} and ${u2}`, good, true)] : [];
	});
}

/** Signatures that lead to the point at infinity, whatever r is. */
function infinities(curve) {
	return [1n, 2n, 3n, 7n, random(curve)].map((u2) => {
		const secret = random(curve), r = random(curve);
		const s = modulo(r * invert(u2, curve.n), curve.n);
		return ecdsa(curve, "infinity", { digest: digestOf(curve, modulo(-u2 * secret * s, curve.n)), key: curve.times(secret), r, s }, false);
	});
}

/** x-coordinates from the order to the prime, which r cannot show, and r for which r + order is too large. */
function aboveOrder(curve) {
	const digest = randomBytes(4 * curve.words), s = random(curve);
	const above = [];
	for (let r = 1n; above.length < 3; r++) {
		const point = curve.lift(curve.n + r);
		if (point)
			above.push(ecdsa(curve, "x above the order", fromPoint(curve, point, r, s, digest), true));
	}
	const last = curve.lift(curve.p - 1n) ?? curve.lift(curve.p - 3n);
	if (last)
		above.push(ecdsa(curve, "x below the prime", fromPoint(curve, last, last[0] - curve.n, s, digest), true));
	for (let r = curve.p - curve.n; above.length < 7; r++) { // r + order is p and more: not x, though congruent to a coordinate
		const point = curve.lift(r + curve.n - curve.p);
		if (point)
			above.push(ecdsa(curve, "r + order beyond the prime", fromPoint(curve, point, r, s, digest), false));
	}
	return above;
}

/** r and s out of range, and inside it at its ends. */
function ranges(curve) {
	const good = fromNumbers(curve, random(curve), random(curve), randomBytes(32));
	const most = 2n ** BigInt(32 * curve.words) - 1n;
	const wrong = [0n, curve.n, curve.n + 1n, curve.p, most].flatMap((value) => [{ ...good, r: value }, { ...good, s: value }, { ...good, r: value, s: value }]);
	const more = [good.r + curve.n, good.s + curve.n].map((value, i) => ({ ...good, [i ? "s" : "r"]: value })).filter(({ r, s }) => r <= most && s <= most);
	const ends = [1n, 2n, curve.n - 1n, curve.n - 2n, (curve.n - 1n) / 2n, (curve.n + 1n) / 2n];
	return [
		...[...wrong, ...more, { ...good, r: 1n, s: 1n }, { ...good, r: good.s, s: good.r }].map((bad) => ecdsa(curve, "range", bad, false)),
		...ends.flatMap((s) => ends.map((k) => ecdsa(curve, "numbers at the ends", fromNumbers(curve, k, s, randomBytes(32)), true))),
	];
}

/** Digests: zero, congruent to zero, above the order, shorter and longer than it. */
function digests(curve) {
	const bytes = 4 * curve.words;
	const values = [0n, 1n, curve.n - 1n, curve.n, curve.n + 1n, 2n ** BigInt(8 * bytes) - 1n].map((value) => digestOf(curve, value));
	return [...values, ...[1, 20, 28, 32, 48, 64].map((length) => randomBytes(length))].map((digest) =>
		ecdsa(curve, `digest of ${digest.length} bytes`, { ...fromNumbers(curve, random(curve), random(curve), digest.subarray(0, bytes)), digest }, true));
}

/** Keys with coordinates of few or many bits, and keys that are none. */
function keys(curve) {
	const xs = [0n, 1n, 2n, 3n, 5n, 6n, 2n ** 32n, 2n ** 64n - 1n, 2n ** 96n, 2n ** 224n, curve.p - 1n, curve.p - 2n, curve.p - 3n, curve.n, curve.g[0]];
	const special = xs.map((x) => curve.lift(x)).filter(Boolean).flatMap((key) => [key, curve.negate(key)]);
	const [x, y] = curve.times(random(curve));
	const none = [[0n, 0n], [x, y ^ 1n], [y, x], [x, 0n], [0n, y], [curve.p, y], [x, curve.p], [x, curve.p - 1n]];
	const small = curve.lift(xs.find((value) => curve.lift(value)));
	if (small[0] + curve.p < 2n ** BigInt(32 * curve.words))
		none.push([small[0] + curve.p, small[1]]);
	return [
		...special.map((key) => ecdsa(curve, "special key", fromFactors(curve, random(curve), random(curve), key), true)),
		...none.map((key) => ecdsa(curve, "no key", { digest: randomBytes(32), key, r: random(curve), s: random(curve) }, false)),
	];
}

/** What is near a good signature. */
export function changed(curve, good) {
	const flip = (value) => value ^ 1n << BigInt(randomBytes(2).readUInt16BE() % (32 * curve.words));
	const digest = Buffer.from(good.digest);
	digest[randomBytes(1)[0] % Math.min(digest.length, 4 * curve.words)] ^= 1 << randomBytes(1)[0] % 8;
	return [{ ...good, r: flip(good.r) }, { ...good, s: flip(good.s) }, { ...good, digest }];
}

/** A key pair in DER. Node 20 can stop for ever where it exports a key that it has just generated, at a garbage collection. */
const keyPair = (curve) => generateKeyPairSync("ec", {
	namedCurve: curve === P256 ? "prime256v1" : "secp384r1",
	publicKeyEncoding: { type: "spki", format: "der" },
	privateKeyEncoding: { type: "pkcs8", format: "der" },
});

/** A signature by Node's OpenSSL. */
export function signature(curve) {
	const { privateKey, publicKey } = keyPair(curve);
	const size = 4 * curve.words, point = publicKey.subarray(-2 * size);
	const message = randomBytes(40), hash = ["sha256", "sha384", "sha512"][randomBytes(1)[0] % 3];
	const bytes = sign(hash, message, { key: privateKey, format: "der", type: "pkcs8", dsaEncoding: "ieee-p1363" });
	return {
		digest: createHash(hash).update(message).digest(),
		key: [point.subarray(0, size), point.subarray(size)].map(numberOf),
		r: numberOf(bytes.subarray(0, size)),
		s: numberOf(bytes.subarray(size)),
		checked: { hash, message, publicKey: createPublicKey({ key: publicKey, format: "der", type: "spki" }) },
	};
}

/** What Node's OpenSSL says to a signature with the same message and key. */
export function opensslSays(curve, { hash, message, publicKey }, { r, s }) {
	const bytes = Buffer.from(hex(r, curve.words) + hex(s, curve.words), "hex");
	return verify(hash, message, { key: publicKey, dsaEncoding: "ieee-p1363" }, bytes);
}

/** Signatures by OpenSSL, and each changed: OpenSSL, and for some this file's reference, say what is right. */
export function randomSignatures(count) {
	return [P256, P384].flatMap((curve) => Array.from({ length: count }, () => signature(curve)).flatMap((good) => {
		const [otherR, otherS, otherDigest] = changed(curve, good);
		return [
			ecdsa(curve, "OpenSSL's signature", good, true),
			ecdsa(curve, "with -s", { ...good, s: curve.n - good.s }, opensslSays(curve, good.checked, { ...good, s: curve.n - good.s })),
			ecdsa(curve, "changed r", otherR, opensslSays(curve, good.checked, otherR)),
			ecdsa(curve, "changed s", otherS, opensslSays(curve, good.checked, otherS)),
			ecdsa(curve, "changed digest", otherDigest, false),
		];
	}));
}

/** Every class of special cases of ECDSA; of the largest one, each of `every`. */
export function specialSignatures(every = 1) {
	return [P256, P384].flatMap((curve) =>
		[...meetings(curve, every), ...infinities(curve), ...aboveOrder(curve), ...ranges(curve), ...digests(curve), ...keys(curve)]);
}

/** The last step of verification, of factors that no signature has, and the multiples of G that lie in flash; each of `every`. */
export function factorQuestions(every = 1) {
	return [P256, P384].flatMap((curve) => {
		const most = 2n ** BigInt(32 * curve.words) - 1n;
		const factors = [0n, 1n, 3n, 5n, 7n, 8n, 15n, curve.n, curve.n + 1n, most, most - 7n, most / 15n * 8n];
		const points = [curve.g, curve.negate(curve.g), curve.times(random(curve))];
		const triples = factors.flatMap((u1) => [0n, 1n, most, curve.n - 1n].flatMap((u2) => points.map((key) => [u1, u2, key])));
		return triples.filter((_, i) => i % every === 0).map(([u1, u2, key]) => {
			const sum = curve.add(curve.times(u1), curve.times(u2, key));
			const r = sum ? modulo(sum[0], curve.n) : random(curve);
			const numbers = [u1, u2, ...key, r].map((value) => hex(value, curve.words));
			return question(`${curve.name}, factors ${u1} and ${u2}`, `verify ${curve.name} ${numbers.join(" ")}`, sum ? "yes" : "no");
		});
	});
}

/* --- Multiplication of points, signing --- */

const point = (curve, value) => value.map((coordinate) => hex(coordinate, curve.words)).join(" ");

/** Multiples of points on P-256 and P-384 by special and random factors. */
export function multiples(count) {
	return [P256, P384].flatMap((curve) => {
		const factors = [1n, 2n, 3n, 4n, 5n, 7n, 8n, curve.n - 1n, curve.n - 2n, (curve.n - 1n) / 2n, 2n ** 128n, 2n ** 255n - 1n];
		const cases = [...factors.map((k) => [k, curve.g]), ...Array.from({ length: count }, () => [random(curve), curve.times(random(curve))])];
		return cases.map(([k, base]) =>
			question(`${curve.name}, ${k} times`, `times ${curve.name} ${hex(k, curve.words)} ${point(curve, base)}`, point(curve, curve.times(k, base))));
	});
}

/** X25519 as OpenSSL does it. */
export function exchanges(count) {
	const prefix = { pkcs8: Buffer.from("302e020100300506032b656e04220420", "hex"), spki: Buffer.from("302a300506032b656e032100", "hex") };
	const wrap = (type, bytes) => ({ key: Buffer.concat([prefix[type], bytes]), format: "der", type });
	return Array.from({ length: count }, () => {
		const secret = randomBytes(32), open = randomBytes(32);
		const shared = diffieHellman({ privateKey: createPrivateKey(wrap("pkcs8", secret)), publicKey: createPublicKey(wrap("spki", open)) });
		return exchange("OpenSSL's", secret, open, shared);
	});
}

/** X25519 of bytes as they are sent. */
export function exchange(what, secret, open, shared) {
	const text = `times x25519 ${hex(X25519.scalar(secret), 8)} ${hex(X25519.coordinate(open), 8)}`;
	return question(`x25519, ${what}`, text, Buffer.from(shared).reverse().toString("hex"));
}

/** Points of low order on Curve25519 and its twist, with every way to write them, are refused (RFC 7748, section 6.1). */
export function lowOrder() {
	const { p } = X25519;
	const eight = [39382357235489614581723060781553021112529911719440698176882885853963445705823n, 325606250916557431795983626356110631294008115727848805560023387167927233504n];
	return [0n, 1n, ...eight, p - 1n, p, p + 1n].map((x) =>
		question(`x25519, low order ${x}`, `times x25519 ${hex(X25519.scalar(randomBytes(32)), 8)} ${hex(x, 8)}`, "-19584"));
}

/** ECDSA with a given secret number, for RFC 6979. */
export function signing(what, curve, { key, digest, k, r, s }) {
	return question(what, `sign ${curve.name} ${hex(key, curve.words)} ${digest.toString("hex")} ${hex(k, curve.words)}`, `${hex(r, curve.words)} ${hex(s, curve.words)}`);
}

/** Products of polynomials, of words and in the field of GCM. */
export function polynomials(count) {
	const word = () => hex(someNumber(1), 1);
	const element = () => hex(someNumber(4), 4);
	const bits = Array.from({ length: 128 }, (_, i) => hex(1n << BigInt(i), 4));
	const special = ["0".repeat(32), "f".repeat(32), "8".repeat(32), "1".repeat(32)];
	const pairs = [
		...bits.map((h) => [h, element()]), ...bits.map((x) => [element(), x]), ...special.flatMap((h) => special.map((x) => [h, x])),
		...Array.from({ length: count }, () => [element(), element()]),
	];
	return [
		...Array.from({ length: count }, () => [word(), word()]).concat([["ffffffff", "ffffffff"], ["80000000", "80000000"]]).map(([a, b]) =>
			question("polynomial", `polynomial ${a} ${b}`, hex(polynomialProduct(BigInt(`0x${a}`), BigInt(`0x${b}`)) & 0xFFFFFFFFn, 1))),
		...pairs.map(([h, x]) => question("GHASH", `ghash ${h} ${x}`, hex(multiplyInGcm(BigInt(`0x${h}`), BigInt(`0x${x}`)), 4))),
	];
}

/** AES-GCM as OpenSSL does it, with texts of all lengths. */
export function gcm(count) {
	return Array.from({ length: count }, (_, i) => {
		const [key, nonce, additional, text] = [i % 2 ? 32 : 16, 12, 1 + i % 40, 1 + i % 100].map((size) => randomBytes(size));
		const cipher = createCipheriv(`aes-${8 * key.length}-gcm`, key, nonce).setAAD(additional);
		const sealed = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
		return question("AES-GCM", `gcm ${[key, nonce, additional, text].map((bytes) => bytes.toString("hex")).join(" ")}`, sealed.toString("hex"));
	});
}
