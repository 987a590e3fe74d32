// SPDX-License-Identifier: MIT
// The certificates that the tests and the demo use: authorities, servers and clients, good and bad ones.
//
// Made anew once a day into build/pki:
//     NAME.pem   the certificate, followed by those of its intermediates, as servers want it
//     NAME.der   the certificate alone, as the class wants it
//     NAME.key   its private key, PEM (PKCS#8)

import { createHash, createPrivateKey, generateKeyPair } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { BUILD } from "../../scripts/lib/paths.mjs";
import { forge, issue } from "./certificate.mjs";
import { NULL, oid, sequence } from "./der.mjs";

const DAY = 24 * 60 * 60 * 1000;
const NAMES = ["localhost", "device.test", "*.wild.test", "127.0.0.1", "::1"];
const SDK_EXAMPLES = ["www.example.edu", "httpbin.org", "api.openai.com", "broker.hivemq.com"]; // whom the SDK's examples call
const SERVER = {
	basicConstraints: { ca: false },
	keyUsage: ["digitalSignature"],
	extendedKeyUsage: ["serverAuth"],
	names: NAMES,
};
const CLIENT = { ...SERVER, extendedKeyUsage: ["clientAuth"], names: undefined };
const AUTHORITY = { basicConstraints: { ca: true }, keyUsage: ["keyCertSign", "cRLSign"] };
const POLICIES = { id: "2.5.29.32", value: sequence(sequence(oid("1.3.6.1.4.1.99999.1"))) }; // certificatePolicies
const VENDORS_OWN = { id: "1.3.6.1.4.1.99999.2", value: NULL };
const PASSPHRASE = "passphrase";

/** A certificate with its key and its intermediates; also an issuer for the next. */
class Entity {
	/**
	 * @param {object} fields as `issue` takes them; without `issuer`, it is its own
	 * @param {Entity} [fields.issuer]
	 */
	constructor(fields) {
		const now = Date.now();
		this.subject = fields.subject;
		this.key = fields.key;
		this.issuer = fields.issuer;
		this.certificate = issue({
			notBefore: new Date(now - DAY),
			notAfter: new Date(now + 30 * DAY),
			...fields,
			issuer: fields.issuer ?? this,
		});
	}

	/** Its certificate and those above it, without the root, as a server sends them. */
	get chain() {
		const above = this.issuer?.issuer ? this.issuer.chain : [];
		return [this.certificate, ...above];
	}

	/** The same, with a broken signature. */
	forged() {
		return Object.assign(Object.create(Entity.prototype), this, { certificate: forge(this.certificate) });
	}
}

/** The keys, made at the same time. Several certificates share one where it does not matter. */
async function makeKeys() {
	const generate = promisify(generateKeyPair);
	const ec = (namedCurve) => generate("ec", { namedCurve });
	const rsa = (modulusLength) => generate("rsa", { modulusLength });
	const keys = {
		p256: ec("P-256"), p256Root: ec("P-256"), p256Intermediate: ec("P-256"), p256Other: ec("P-256"), p256Client: ec("P-256"),
		p384: ec("P-384"), p384Root: ec("P-384"), p384Intermediate: ec("P-384"), p224: ec("secp224r1"), p521: ec("P-521"),
		rsa: rsa(2048), rsaRoot: rsa(2048), rsaIntermediate: rsa(2048), rsaClient: rsa(2048), rsa1024: rsa(1024),
	};
	return Object.fromEntries(await Promise.all(Object.entries(keys).map(async ([name, pair]) => [name, await pair])));
}

/** Root, intermediate and a good server for each kind of key: root-KIND, intermediate-KIND, server-KIND. */
function makeChains(keys) {
	const all = {};
	for (const [kind, hash] of [["p256", "sha256"], ["p384", "sha384"], ["rsa", "sha256"]]) {
		const root = new Entity({ ...AUTHORITY, subject: `Root ${kind}`, key: keys[`${kind}Root`], hash });
		const intermediate = new Entity({
			...AUTHORITY, basicConstraints: { ca: true, pathLength: 0 }, subject: `Intermediate ${kind}`,
			key: keys[`${kind}Intermediate`], issuer: root, hash,
		});
		const keyUsage = (kind === "rsa") ? ["digitalSignature", "keyEncipherment"] : SERVER.keyUsage;
		all[`root-${kind}`] = root;
		all[`intermediate-${kind}`] = intermediate;
		all[`server-${kind}`] = new Entity({ ...SERVER, keyUsage, subject: "device.test", key: keys[kind], issuer: intermediate, hash });
	}
	return all;
}

/** More servers that must be accepted. */
function makeGoodServers(keys, { "root-p256": root, "intermediate-p256": intermediate }) {
	const server = { ...SERVER, subject: "device.test", key: keys.p256 };
	const far = { notAfter: new Date("2060-01-01T00:00:00Z") };
	const farRoot = new Entity({ ...AUTHORITY, ...far, subject: "Root until 2060", key: keys.p256Root });
	const within = new Entity({
		...AUTHORITY, subject: "Intermediate for device.test", key: keys.p256Other, issuer: root,
		nameConstraints: { permitted: ["device.test"], critical: false },
	});
	return {
		"direct": new Entity({ ...server, issuer: root }),
		"root-2060": farRoot,
		"until-2060": new Entity({ ...server, ...far, issuer: farRoot }),
		"constraints-met": new Entity({ ...server, names: ["device.test"], issuer: within }),
		"sdk-examples": new Entity({ ...server, names: SDK_EXAMPLES, issuer: intermediate }),
		"no-usages": new Entity({ ...server, keyUsage: undefined, extendedKeyUsage: undefined, issuer: intermediate }),
	};
}

/** Servers that must be refused because of their own certificate. */
function makeBadServers(keys, { "root-p256": root, "intermediate-p256": intermediate, "intermediate-rsa": rsaIntermediate, "server-p256": good }) {
	const past = { notBefore: new Date(Date.now() - 3 * DAY), notAfter: new Date(Date.now() - 2 * DAY) };
	const future = { notBefore: new Date(Date.now() + 20 * DAY) };
	const server = (fields) => new Entity({ ...SERVER, subject: "device.test", key: keys.p256, issuer: intermediate, ...fields });
	const otherRoot = new Entity({ ...AUTHORITY, subject: "Root unknown", key: keys.p256Other });
	const sameName = new Entity({ ...AUTHORITY, subject: root.subject, key: keys.p256Other });
	return {
		"expired": server(past),
		"not-yet-valid": server(future),
		"wrong-name": server({ names: ["other.test", "192.0.2.1"] }),
		"common-name-only": server({ names: undefined }),
		"address-as-name": server({ names: [{ dns: "127.0.0.1" }] }),
		"self-signed": server({ issuer: undefined }),
		"unknown-authority": server({ issuer: otherRoot }),
		"same-name-authority": server({ issuer: sameName }),
		"issued-by-server": server({ key: keys.p256Other, issuer: good }),
		"forged": server().forged(),
		"sha1": server({ hash: "sha1" }),
		"rsa-1024": server({ key: keys.rsa1024, issuer: rsaIntermediate }),
		"version-1": server({ version: 1 }),
		"authority-as-server": server({ ...AUTHORITY, keyUsage: [...AUTHORITY.keyUsage, "digitalSignature"], issuer: root }),
		"client-only": server({ extendedKeyUsage: ["clientAuth"] }),
		"no-signing-usage": server({ keyUsage: ["keyEncipherment"] }),
	};
}

/** Servers whose own certificate is good and that must be refused because of one above it. */
function makeBadChains(keys, { "root-p256": root, "intermediate-p256": intermediate, "root-rsa": rsaRoot }) {
	const past = { notBefore: new Date(Date.now() - 3 * DAY), notAfter: new Date(Date.now() - 2 * DAY) };
	const key = keys.p256Other;
	const under = (fields, names = ["device.test"]) => {
		const bad = new Entity({ ...AUTHORITY, subject: "Intermediate bad", key, issuer: root, ...fields });
		return new Entity({ ...SERVER, names, subject: "device.test", key: keys.p256, issuer: bad });
	};
	const constraints = (nameConstraints) => under({ subject: "Intermediate constrained", nameConstraints });
	const expiredRoot = new Entity({ ...AUTHORITY, ...past, subject: "Root expired", key: keys.p256Root });
	const forgedIntermediate = intermediate.forged();
	return {
		"intermediate-expired": under(past),
		"root-expired": expiredRoot,
		"under-expired-root": new Entity({ ...SERVER, subject: "device.test", key: keys.p256, issuer: expiredRoot }),
		"intermediate-not-authority": under({ basicConstraints: undefined, keyUsage: undefined }),
		"intermediate-no-signing-usage": under({ keyUsage: ["cRLSign"] }),
		"intermediate-client-only": under({ extendedKeyUsage: ["clientAuth"] }),
		"intermediate-forged": new Entity({ ...SERVER, subject: "device.test", key: keys.p256, issuer: forgedIntermediate }),
		"intermediate-sha1": under({ hash: "sha1" }),
		"intermediate-rsa-1024": under({ key: keys.rsa1024, issuer: rsaRoot }),
		"intermediate-p224": under({ key: keys.p224 }),
		"path-length": under({ issuer: intermediate }),
		"constraints-not-permitted": constraints({ permitted: ["other.test"], critical: false }),
		"constraints-excluded": constraints({ excluded: ["device.test"], critical: false }),
		"constraints-critical": constraints({ permitted: ["other.test"], critical: true }),
	};
}

function makeClients(keys, { "intermediate-p256": intermediate, "root-rsa": rsaRoot }) {
	const otherRoot = new Entity({ ...AUTHORITY, subject: "Root unknown", key: keys.p256Other });
	return {
		"client-p256": new Entity({ ...CLIENT, subject: "client p256", key: keys.p256Client, issuer: intermediate }),
		"client-rsa": new Entity({ ...CLIENT, subject: "client rsa", key: keys.rsaClient, issuer: rsaRoot }),
		"client-unknown": new Entity({ ...CLIENT, subject: "client unknown", key: keys.p256Client, issuer: otherRoot }),
	};
}

/** Clients whose chains say more than a device's TLS understands: that is for servers to judge. */
function makeOddClients(keys, { "intermediate-p256": intermediate, "root-p256": root }) {
	const client = (fields) => new Entity({ ...CLIENT, subject: "client odd", key: keys.p256Client, issuer: intermediate, ...fields });
	const under = (fields) => client({
		issuer: new Entity({ ...AUTHORITY, subject: "Intermediate odd", key: keys.p256Other, issuer: root, ...fields }),
	});
	return {
		"client-policies": client({ critical: [POLICIES] }),
		"client-vendors-own": client({ critical: [VENDORS_OWN] }),
		"client-under-policies": under({ critical: [POLICIES] }),
		"client-under-vendors-own": under({ critical: [VENDORS_OWN] }),
		"client-under-constraints": under({ nameConstraints: { permitted: ["device.test"], critical: true } }),
		"client-under-p521": under({ key: keys.p521 }),
	};
}

/**
 * Makes everything and writes it to a folder.
 * @param {string} folder is made; files that are in it are overwritten
 */
export async function makePki(folder) {
	const keys = await makeKeys();
	const chains = makeChains(keys);
	const entities = {
		...chains,
		...makeGoodServers(keys, chains),
		...makeBadServers(keys, chains),
		...makeBadChains(keys, chains),
		...makeClients(keys, chains),
		...makeOddClients(keys, chains),
	};
	mkdirSync(folder, { recursive: true });
	for (const [name, entity] of Object.entries(entities)) {
		writeFileSync(join(folder, `${name}.der`), entity.certificate);
		writeFileSync(join(folder, `${name}.pem`), entity.chain.map(toPem).join(""));
		writeFileSync(join(folder, `${name}.key`), entity.key.privateKey.export({ type: "pkcs8", format: "pem" }));
	}
}

function toPem(certificate) {
	const lines = certificate.toString("base64").match(/.{1,64}/g).join("\n");
	return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

/** The certificates in a folder, by name. */
export class Pki {
	constructor(folder) {
		this.folder = folder;
	}

	/** The path of a chain in PEM. */
	chain(name) {
		return join(this.folder, `${name}.pem`);
	}

	/** The path of a private key in PEM. */
	key(name) {
		return join(this.folder, `${name}.key`);
	}

	/** A certificate in DER. */
	der(name) {
		return readFileSync(join(this.folder, `${name}.der`));
	}

	/** The certificates of a chain in DER, the entity's own first. */
	ders(name) {
		const pem = readFileSync(this.chain(name), "latin1");
		return [...pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)/g)].map(([, base64]) => Buffer.from(base64, "base64"));
	}

	/** A private key in DER. `type`: "pkcs8", "pkcs1" (RSA only), "sec1" (EC only) or "encrypted" (PKCS#8, PASSPHRASE). */
	keyDer(name, type = "pkcs8") {
		const key = createPrivateKey(readFileSync(this.key(name)));
		if (type === "encrypted")
			return key.export({ type: "pkcs8", format: "der", cipher: "aes-128-cbc", passphrase: PASSPHRASE });
		return key.export({ type, format: "der" });
	}
}

/** The certificates of today, made if need be. @returns {Promise<Pki>} */
export async function todaysPki() {
	const folder = join(BUILD, "pki");
	const stamp = join(folder, ".made");
	const made = `${new Date().toISOString().slice(0, 10)} ${hashOfSources()}`;
	if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== made) {
		const fresh = `${folder}.${process.pid}`;
		await makePki(fresh);
		writeFileSync(join(fresh, ".made"), made);
		rmSync(folder, { recursive: true, force: true });
		renameSync(fresh, folder);
	}
	return new Pki(folder);
}

function hashOfSources() {
	const hash = createHash("sha256");
	for (const name of readdirSync(import.meta.dirname).sort())
		hash.update(readFileSync(join(import.meta.dirname, name)));
	return hash.digest("hex");
}
