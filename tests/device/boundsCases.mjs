// SPDX-License-Identifier: MIT
// What a server can make the board's client compute: the dearest honest handshake, and for each dimension the dearest that a
// server was found to be able to do. Figures are in instructions: of the whole handshake, and of its longest step.
//
//     node tests/device/boundsCases.mjs        measures all, and prints what belongs into bounds.json and docs/security.md
//
// Signatures that need not be good are random bytes, and keys that need not be anybody's random numbers.

import { constants, createPrivateKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { issue } from "../pki/certificate.mjs";
import { bits, integer, NULL, octets, oid, sequence } from "../pki/der.mjs";
import { certificateRequest, startBending } from "../support/bendingServer.mjs";
import { RECORD } from "../support/wire.mjs";
import { runImage } from "./emulator.mjs";

const NUMBERS = { "TLSv1.2": "0303", "TLSv1.3": "0304" };
const DAY = 24 * 60 * 60 * 1000;
const USUAL = 65537n;
const LARGE = (1n << 64n) + 1n;
const LARGEST = (1n << 64n) + (1n << 34n) - 1n; // as many bits as are allowed, and as many ones for a key of 4096 bits
const ONES = (1n << 65n) - 1n; // too many ones
const AUTHORITY = { basicConstraints: { ca: true }, keyUsage: ["keyCertSign", "cRLSign"] };
const SERVER = { basicConstraints: { ca: false }, keyUsage: ["digitalSignature"], extendedKeyUsage: ["serverAuth"], names: ["device.test"] };
const P384 = "1.3.132.0.34";
/** Keys of theirs sign; the RSA one is for all that honest servers and authorities sign with 4096 bits. */
const RSA = generateKeyPairSync("rsa", { modulusLength: 4096 });
const P256_KEY = generateKeyPairSync("ec", { namedCurve: "P-256" });
const P384_KEY = generateKeyPairSync("ec", { namedCurve: "P-384" });
const ROOT = { subject: "Root", key: P256_KEY };

function certify(fields) {
	const now = Date.now();
	return issue({ notBefore: new Date(now - DAY), notAfter: new Date(now + 30 * DAY), ...fields });
}

const authority = (subject, key, issuer, more) => certify({ ...AUTHORITY, subject, key, issuer, ...more });
const server = (key, issuer, more) => certify({ ...SERVER, subject: "device.test", key, issuer, ...more });
const times = (count, make) => Array.from({ length: count }, (_, i) => make(i));
const names = (count) => times(count, () => ({ dns: "a" }));

/** A key of which there is the public part only. */
function publicKey(algorithm, key) {
	const der = sequence(sequence(...algorithm), bits(key));
	return { publicKey: { export: () => der } };
}

function rsaOf(modulus, exponent) {
	return publicKey([oid("1.2.840.113549.1.1.1"), NULL], sequence(integer(modulus), integer(exponent)));
}

/** An RSA key of nobody's, above every signature by another of its size. */
function rsaKey(size, exponent = USUAL) {
	const modulus = randomBytes(size / 8);
	modulus[0] = 0xFF;
	modulus[modulus.length - 1] |= 1;
	return rsaOf(modulus, exponent);
}

/** Of the same modulus as RSA, since what a signature takes differs by that: by a few percent. */
function rsaTwin(exponent) {
	return rsaOf(Buffer.from(RSA.publicKey.export({ format: "jwk" }).n, "base64url"), exponent);
}

/** RSA with another exponent, and the private key for it. */
function rsaWith(exponent) {
	const number = (text) => BigInt(`0x${Buffer.from(text, "base64url").toString("hex")}`);
	const text = (value) => Buffer.from(value.toString(16).padStart(1024, "0"), "hex").toString("base64url");
	const jwk = RSA.privateKey.export({ format: "jwk" });
	const p = number(jwk.p) - 1n, q = number(jwk.q) - 1n;
	const d = inverse(exponent, p * q);
	const privateKey = createPrivateKey({ key: { ...jwk, e: Buffer.from(`0${exponent.toString(16)}`, "hex").toString("base64url"), d: text(d), dp: text(d % p), dq: text(d % q) }, format: "jwk" });
	return { ...rsaTwin(exponent), privateKey };
}

function inverse(value, modulus) {
	let [a, b, x, y] = [modulus, value % modulus, 0n, 1n];
	while (b > 0n)
		[a, b, x, y] = [b, a % b, y, x - (a / b) * y];
	return (x + modulus) % modulus;
}

const curveKey = (namedCurve) => () => generateKeyPairSync("ec", { namedCurve });

/** The same key, of whose point there is one coordinate, and of the other the sign (SEC 1, section 2.3.3). */
function halfGiven({ publicKey: key }) {
	const point = key.export({ type: "spki", format: "der" }).subarray(-96);
	return publicKey([oid("1.2.840.10045.2.1"), oid(P384)], Buffer.concat([Buffer.of(2 + (point.at(-1) & 1)), point.subarray(0, 48)]));
}

const SCHEMES = { p256: 0x0403, p384: 0x0503, rsa: 0x0804 };
const byCurve = ({ privateKey }, scheme = SCHEMES.p256, hash = "sha256") => ({ scheme, sign: (content) => sign(hash, content, privateKey) });
const byRsa = ({ privateKey }) => ({
	scheme: SCHEMES.rsa,
	sign: (content) => sign("sha256", content, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
});
const byNobody = { scheme: SCHEMES.rsa, sign: () => Buffer.concat([Buffer.alloc(1), randomBytes(511)]) };

const root = authority("Root", P256_KEY, ROOT);

/** A server that shows these certificates besides its own. */
function showing(own, others = [], more) {
	return { anchors: root, chain: [own, ...others], proof: byCurve(P256_KEY), ...more };
}

/** As many bytes as real certificates have of policies, addresses and proofs of publication. */
const others = [{ id: "1.3.6.1.4.1.99999.3", value: octets(Buffer.alloc(500)) }];

/** A chain with keys of one kind only, and so many intermediates. */
function chainOf(key, hash, depth) {
	const above = times(depth + 1, (i) => ({ subject: (i === 0) ? "Root of the same" : `Intermediate ${i}`, key }));
	const certificates = above.map((subject, i) => authority(subject.subject, key, above[Math.max(i - 1, 0)], { hash, others }));
	return { anchors: certificates[0], chain: [server(key, above.at(-1), { hash, others, names: ["device.test", ...names(100)] }), ...certificates.slice(1).reverse()] };
}

/** Certificates with the name of the server's issuer, and the identifier of its key, but other keys; more of the server's own. */
function ofOneName(signer, makeKey, { count = 14, hash = "sha512", more = {}, own = {} } = {}) {
	const issuer = { subject: "Same", key: signer };
	return showing(server(P256_KEY, issuer, { hash, ...own }), times(count, () => authority("Same", makeKey(), ROOT, { claimedKey: signer, ...more })));
}

/** Certificates of one name and key that issue one another, so that there are more ways than could ever be tried. */
function issuingOneAnother(key, shown, more) {
	const issuer = { subject: "Same", key };
	return showing(server(P256_KEY, issuer), times(14, () => authority("Same", shown, issuer, { claimedKey: key, ...more })));
}

/** A server below an authority with so many names in its constraints, with so many of its own. */
function constrained(entries, own) {
	const issuer = { subject: "Constrained", key: P256_KEY };
	const nameConstraints = { critical: true, permitted: ["test", "a"], excluded: Array(entries).fill("b") };
	return showing(server(P256_KEY, issuer, { names: ["device.test", ...names(own)] }), [authority("Constrained", P256_KEY, ROOT, { nameConstraints })]);
}

/** Each message in so many records, the header whole, with such padding. */
function inPieces(most, padding) {
	return (message) => {
		const cuts = [0, ...times(Math.min(message.length - 4, most - 1), (i) => 4 + i), message.length];
		return cuts.slice(1).map((end, i) => ({ content: message.subarray(cuts[i], end), padding }));
	};
}

/** As much as possible of all that is below, in one handshake. */
function everything() {
	const issuer = { subject: "Same", key: P384_KEY };
	const wrong = times(4, () => authority("Same", curveKey("P-384")(), ROOT, { claimedKey: P384_KEY }));
	const good = authority("Same", P384_KEY, ROOT);
	return showing(server(rsaTwin(LARGEST), issuer), [...wrong, good],
		{ proof: byNobody, group: "P-384", cookie: Buffer.alloc(3000), extra: [certificateRequest(16000)], suite: "aes256", cut: inPieces(90, 0) });
}

const usual = showing(server(P256_KEY, { subject: "Intermediate", key: P384_KEY }), [authority("Intermediate", P384_KEY, ROOT)]);
const afterwards = (count, act) => ({ ...usual, after(peer) {
	for (let i = 0; i < count; i++)
		act(peer);
	peer.end();
} });

/** The one that all are compared with; and where the library's arithmetic of curves is used. */
export const HONEST = "honest: keys of RSA-4096, three intermediates, key exchange by P-384";
export const HONEST_LIBRARY = "honest: keys of P-384, three intermediates, key exchange by P-384";

/**
 * What the server does → how, and the code of the end, "closed" for a connection that stood; and the code without native/curves,
 * where it is another: there a chain may take as much as four signatures by P-384, which is less of those, and more by RSA.
 */
export const CASES = {
	[HONEST]: [() => ({ ...chainOf(RSA, "sha384", 3), proof: byRsa(RSA), group: "P-384", suite: "aes256" }), "closed"],
	[HONEST_LIBRARY]: [() => ({ ...chainOf(P384_KEY, "sha384", 3), proof: byCurve(P384_KEY, SCHEMES.p384, "sha384"), group: "P-384" }), "closed"],
	"honest: keys of P-384, four intermediates": [() => ({ ...chainOf(P384_KEY, "sha384", 4), proof: byCurve(P384_KEY, SCHEMES.p384, "sha384") }), "closed", "certificate-chain"],
	"honest: key of RSA-4096 with exponent 2^64 + 1": [() => showing(server(rsaTwin(LARGE), ROOT), [], { proof: byRsa(rsaWith(LARGE)) }), "closed"],
	"honest: 100 names, below an authority with 100 constraints": [() => constrained(100, 100), "closed"],
	"honest: an expired twin of the intermediate before it, and one that is not yet valid": [() => showing(server(P256_KEY, { subject: "Twin", key: P256_KEY }), [
		authority("Twin", P256_KEY, ROOT, { notAfter: new Date(Date.now() - DAY / 2) }),
		authority("Twin", P256_KEY, ROOT, { notBefore: new Date(Date.now() + DAY) }),
		authority("Twin", P256_KEY, ROOT)]), "closed"],
	"the server's key: RSA-4096, exponent of 65 bits": [() => showing(server(rsaTwin(LARGEST), ROOT), [], { proof: byNobody }), "protocol"],
	"the same in TLS 1.2": [() => showing(server(rsaTwin(LARGEST), ROOT), [], { proof: { ...byNobody }, version: "TLSv1.2", group: "P-384" }), "protocol"],
	"the server's key: RSA-4096, exponent 2^65 - 1": [() => showing(server(rsaTwin(ONES), ROOT), [], { proof: byNobody }), "certificate-weak", "protocol"],
	"issuers of one name: RSA-4096": [() => ofOneName(RSA, () => rsaTwin(65539n), { count: 5 }), "certificate-chain", "certificate-signature"],
	"issuers of one name: RSA-4096, exponents of 65 bits": [() => ofOneName(RSA, () => rsaTwin(LARGEST), { count: 9 }), "certificate-chain"],
	"issuers of one name: P-384": [() => ofOneName(P384_KEY, curveKey("P-384")), "certificate-chain"],
	"issuers of one name: P-384, points half given": [() => ofOneName(P384_KEY, () => halfGiven(curveKey("P-384")())), "certificate-chain"],
	"issuers of one name: P-384, TLS 1.2": [() => ({ ...ofOneName(P384_KEY, curveKey("P-384")), version: "TLSv1.2" }), "certificate-chain"],
	"issuers of one name: P-256, of a certificate of 8 KB": [() => ofOneName(P256_KEY, curveKey("P-256"), { own: { names: ["device.test", ...names(2500)] } }), "certificate-chain"],
	"issuers of one name: expired": [() => ofOneName(P384_KEY, curveKey("P-384"), { more: { notAfter: new Date(Date.now() - DAY / 2) } }), "certificate-expired"],
	"issuers of one another: P-256": [() => issuingOneAnother(P256_KEY, P256_KEY), "certificate-chain"],
	"issuers of one another: P-384, points half given, 100 names each": [() => issuingOneAnother(P384_KEY, halfGiven(P384_KEY), { names: names(100) }), "certificate-chain"],
	"more certificates on the way than there may be": [() => chainDeeper(), "certificate-chain"],
	"certificates of no use: 15": [() => showing(usual.chain[0], [...times(14, (i) => authority(`Stranger ${i}`, curveKey("P-384")(), ROOT)), usual.chain[1]]), "closed"],
	"certificates of no use: more than may be": [() => showing(usual.chain[0], [usual.chain[1], ...times(20, (i) => authority(`Stranger ${i}`, P256_KEY, ROOT))]), "certificate-chain"],
	"5,000 names": [() => showing(server(P256_KEY, ROOT, { names: [...names(5000), "device.test"] }), [], { suite: "aes256" }), "closed"],
	"1,000 names, below an authority with 1,000 constraints": [() => constrained(1000, 1000), "certificate-chain"],
	"another key share, by P-384, with a cookie of 3 KB": [() => ({ ...usual, group: "P-384", cookie: Buffer.alloc(3000) }), "closed"],
	"key exchange by P-384, TLS 1.2": [() => ({ ...usual, group: "P-384", version: "TLSv1.2" }), "truncated"],
	"a request for a certificate, of 16 KB": [() => ({ ...usual, extra: [certificateRequest(16000)], suite: "aes256" }), "closed"],
	"messages in 100 records": [() => ({ ...usual, cut: inPieces(100, 0), suite: "aes256" }), "closed"],
	"messages in 100 records of 16 KB of padding": [() => ({ ...usual, cut: inPieces(100, 16000), suite: "aes256" }), "protocol"],
	"much of all this at a time": [everything, "protocol", "certificate-chain"],
	"afterwards: 100 tickets": [() => afterwards(100, (peer) => peer.ticket(1000)), "closed"],
	"afterwards: 200 changes of keys": [() => afterwards(200, (peer) => peer.update(true)), "protocol"],
	"afterwards: 200 empty records": [() => afterwards(200, (peer) => peer.send(RECORD.applicationData, Buffer.alloc(0))), "protocol"],
};

function chainDeeper() {
	return { ...chainOf(P256_KEY, "sha256", 7), proof: byCurve(P256_KEY) };
}

const EXPONENTS = { "3": 3n, "65,537": USUAL, "2^32 + 1": (1n << 32n) + 1n, "2^64 + 1": LARGE, "2^65 - 1": ONES };

/** Certificates by what a signature with their key takes, each with one that is as long as such a signature is. */
export function certificatesOfAllKinds() {
	const make = (key, signer) => certify({ ...AUTHORITY, subject: "Any", key, issuer: { subject: "Any", key: signer }, hash: "sha512" });
	const rsa = (size, exponent, signer) => [`RSA-${size}, exponent ${exponent}`, make(rsaKey(size, EXPONENTS[exponent]), signer)];
	const signers = { 2048: generateKeyPairSync("rsa", { modulusLength: 2048 }), 3072: generateKeyPairSync("rsa", { modulusLength: 3072 }), 4096: RSA };
	return Object.fromEntries([
		["P-256", make(curveKey("P-256")(), P256_KEY)],
		["P-384", make(curveKey("P-384")(), P384_KEY)],
		["P-384, half given", make(halfGiven(curveKey("P-384")()), P384_KEY)],
		...Object.entries(signers).flatMap(([size, signer]) => Object.keys(EXPONENTS).map((exponent) => rsa(size, exponent, signer))),
	]);
}

/** @returns {Promise<{code: string, total: number, longest: number, after: {total: number, longest: number}}>} */
export async function measureCase(name, image = "boundsClient") {
	const { anchors, ...bending } = CASES[name][0]();
	const folder = mkdtempSync(join(tmpdir(), "bounds-"));
	const peer = await startBending(bending);
	try {
		const file = join(folder, "anchors");
		writeFileSync(file, anchors);
		return JSON.parse(await runImage(image, [String(peer.port), file, NUMBERS[bending.version ?? "TLSv1.3"]], { count: true }));
	} finally {
		await peer.stop();
		rmSync(folder, { recursive: true });
	}
}

/** @returns {Record<string, {total: number, longest: number}>} what was measured when that was written down */
export function readBounds() {
	return JSON.parse(readFileSync(join(import.meta.dirname, "bounds.json"), "utf8"));
}

/** The figures as docs/security.md has them. */
export function boundsTable(bounds) {
	const honest = bounds[HONEST];
	const millions = (count) => (count / 1e6).toFixed(0);
	const rows = Object.entries(bounds).map(([name, { total, longest }]) =>
		[name, millions(total), (total / honest.total).toFixed(2), millions(longest), (longest / honest.longest).toFixed(2)]);
	return ["| | handshake, millions | of the first | longest step | of the first |", "|---|---:|---:|---:|---:|", ...rows.map((row) => `| ${row.join(" | ")} |`)].join("\n");
}

if (import.meta.filename === process.argv[1]) {
	const bounds = {};
	for (const name of Object.keys(CASES)) {
		const { total, longest } = await measureCase(name);
		bounds[name] = { total, longest };
	}
	console.log(`${JSON.stringify(bounds, null, "\t").replaceAll(/\{\s+("total": \d+),\s+("longest": \d+)\s+\}/g, "{ $1, $2 }")}\n\n${boundsTable(bounds)}`);
}
