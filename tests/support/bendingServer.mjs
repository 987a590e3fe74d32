// SPDX-License-Identifier: MIT
// A server of TLS 1.3, and of 1.2 up to its ServerHelloDone, that does what a test wants of it: shows any certificates, signs or
// only seems to, asks for another key share, cuts and pads its records as told.

import { createECDH, createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import net from "node:net";
import { digest, KeySchedule, Sealer, SUITES } from "./keySchedule.mjs";
import { record, RECORD } from "./wire.mjs";

const MESSAGE = { serverHello: 2, ticket: 4, encryptedExtensions: 8, certificate: 11, keyExchange: 12, request: 13, helloDone: 14, verify: 15, finished: 20, keyUpdate: 24, hash: 254 };
const EXTENSION = { pointFormats: 11, signatures: 13, masterSecret: 23, versions: 43, cookie: 44, keyShare: 51, renegotiation: 0xFF01 };
const GROUPS = { "x25519": 29, "P-384": 24 };
const SUITES_12 = { RSA: 0xCCA8, ECDSA: 0xCCA9 };
const RETRY = digest("sha256", "HelloRetryRequest"); // the random of one: RFC 8446, section 4.1.3

const uint = (value, size) => Buffer.from(Array.from({ length: size }, (_, i) => (value >>> (8 * (size - 1 - i))) & 0xFF));
const vector = (size, ...parts) => {
	const bytes = Buffer.concat(parts);
	return Buffer.concat([uint(bytes.length, size), bytes]);
};

/** An extension of any message: RFC 8446, section 4.2. */
export function extension(type, ...parts) {
	return Buffer.concat([uint(type, 2), vector(2, ...parts)]);
}

/** A handshake message with its header. */
export function message(type, ...parts) {
	return Buffer.concat([Buffer.of(type), vector(3, ...parts)]);
}

/** @returns {{random: Buffer, session: Buffer, shares: Map<number, Buffer>}} of a ClientHello */
function parseHello(hello) {
	let at = 4 + 2 + 32;
	const take = (size) => {
		const length = hello.readUIntBE(at, size);
		at += size + length;
		return hello.subarray(at - length, at);
	};
	const session = take(1);
	take(2);
	take(1);
	const shares = new Map();
	for (at += 2; at < hello.length;) {
		const type = hello.readUInt16BE(at);
		at += 2;
		const body = take(2);
		for (let i = 2; type === EXTENSION.keyShare && i < body.length; i += 4 + body.readUInt16BE(i + 2))
			shares.set(body.readUInt16BE(i), body.subarray(i + 4, i + 4 + body.readUInt16BE(i + 2)));
	}
	return { random: hello.subarray(6, 38), session, shares };
}

/** A key exchange: what the server says, and the shared secret from what the client says. */
function keyExchange(group) {
	if (group === "x25519") {
		const { publicKey, privateKey } = generateKeyPairSync("x25519");
		const prefix = publicKey.export({ type: "spki", format: "der" }).subarray(0, -32);
		return {
			own: publicKey.export({ type: "spki", format: "der" }).subarray(-32),
			secret: (theirs) => diffieHellman({ privateKey, publicKey: createPublicKey({ key: Buffer.concat([prefix, theirs]), type: "spki", format: "der" }) }),
		};
	}
	const ecdh = createECDH("secp384r1");
	return { own: ecdh.generateKeys(), secret: (theirs) => ecdh.computeSecret(theirs) };
}

/**
 * @typedef {object} Bending
 * @property {Buffer[]} chain certificates in DER, the server's own first
 * @property {{scheme: number, sign: (content: Buffer) => Buffer}} proof signs, or gives whatever bytes
 * @property {"TLSv1.2"|"TLSv1.3"} [version] TLS 1.3 by default
 * @property {"x25519"|"P-384"} [group] if the client has no share for it, it is asked for one
 * @property {"chacha"|"aes256"} [suite] of TLS 1.3
 * @property {Buffer} [cookie] in the request for another share, which with a share that is there asks for nothing but the cookie
 * @property {boolean} [retry] asks anew also where there is nothing to ask for
 * @property {Buffer[]} [answers] extensions of EncryptedExtensions, or more of them in the ServerHello of TLS 1.2
 * @property {Buffer[]} [entry] extensions beside the server's own certificate, in TLS 1.3
 * @property {Buffer[]} [extra] messages between EncryptedExtensions and Certificate; in TLS 1.2 behind Certificate
 * @property {(message: Buffer) => {content: Buffer, padding?: number}[]} [cut] the records that a message of TLS 1.3 goes into
 * @property {boolean} [together] all that comes before the client's answer leaves at once: a client that refuses a part of it
 *     resets the connection when there comes more, and its alert may be lost
 * @property {(peer: Peer, record: {type: number, payload: Buffer}) => void} [after] the client's Finished has come, or in TLS 1.2 what
 *     it says to ServerHelloDone; or an alert; by default the connection ends
 */

/** One client, and the server's side of its handshake. */
class Peer {
	#socket;
	#bending;
	#pending = Buffer.alloc(0);
	#transcript = Buffer.alloc(0);

	constructor(socket, bending) {
		this.#socket = socket;
		this.#bending = { version: "TLSv1.3", group: "x25519", suite: "chacha", cut: (content) => [{ content }], answers: [], entry: [], extra: [], after: (peer) => peer.end(), ...bending };
		this.suite = SUITES[this.#bending.suite];
	}

	async #bytes(count) {
		while (this.#pending.length < count) {
			const [bytes] = await once(this.#socket, "data");
			this.#pending = Buffer.concat([this.#pending, bytes]);
		}
		const taken = this.#pending.subarray(0, count);
		this.#pending = this.#pending.subarray(count);
		return taken;
	}

	/** The client's next record but for change_cipher_spec. */
	async record() {
		for (;;) {
			const header = await this.#bytes(5);
			const payload = await this.#bytes(header.readUInt16BE(3));
			if (header[0] !== RECORD.changeCipherSpec)
				return { type: header[0], payload };
		}
	}

	#add(...messages) {
		this.#transcript = Buffer.concat([this.#transcript, ...messages]);
	}

	#sendPlain(...messages) {
		this.#add(...messages);
		this.#socket.write(record(RECORD.handshake, Buffer.concat(messages)));
	}

	/** A record of TLS 1.3 with the keys of the moment. */
	send(type, content, padding) {
		this.#socket.write(this.sealer.seal(type, content, padding));
	}

	#sendMessage(content) {
		this.#add(content);
		for (const part of this.#bending.cut(content))
			this.send(RECORD.handshake, part.content, part.padding);
	}

	async run() {
		const { payload } = await this.record();
		this.#add(payload);
		await (this.#bending.version === "TLSv1.2" ? this.#serve12(payload) : this.#serve13(payload));
	}

	#hello(hello, random, ...extensions) {
		return message(MESSAGE.serverHello, uint(0x0303, 2), random, vector(1, hello.session), uint(this.suite.number, 2), Buffer.of(0),
			vector(2, extension(EXTENSION.versions, uint(0x0304, 2)), ...extensions));
	}

	/** The client's hello, the second if it is asked for a share of the group, where there is none; undefined if it refuses. */
	async #share(first) {
		const group = GROUPS[this.#bending.group];
		const { cookie, retry } = this.#bending;
		const hello = parseHello(first);
		const share = hello.shares.get(group);
		if (share && !cookie && !retry)
			return hello;
		this.#transcript = message(MESSAGE.hash, digest(this.suite.hash, first));
		this.#sendPlain(this.#hello(hello, RETRY, ...(share ? [] : [extension(EXTENSION.keyShare, uint(group, 2))]),
			...(cookie ? [extension(EXTENSION.cookie, vector(2, cookie))] : [])));
		const { type, payload } = await this.record();
		if (type === RECORD.alert)
			return undefined;
		this.#add(payload);
		const second = parseHello(payload);
		if (share && !second.shares.get(group)?.equals(share)) // RFC 8446, section 4.1.2
			throw new Error("the client changed a key share that was not asked about");
		return second;
	}

	async #serve13(first) {
		const { chain, answers, entry, extra, together, after } = this.#bending;
		if (together)
			this.#socket.cork();
		const hello = await this.#share(first);
		if (!hello) {
			this.end();
			return;
		}
		const group = GROUPS[this.#bending.group];
		const { own, secret } = keyExchange(this.#bending.group);
		this.#sendPlain(this.#hello(hello, randomBytes(32), extension(EXTENSION.keyShare, uint(group, 2), vector(2, own))));
		const keys = new KeySchedule(this.suite, secret(hello.shares.get(group)));
		const handshakeSecret = keys.derive("s hs traffic", this.#transcript);
		this.sealer = new Sealer(this.suite, handshakeSecret);
		this.#sendMessage(message(MESSAGE.encryptedExtensions, vector(2, ...answers)));
		for (const one of extra)
			this.#sendMessage(one);
		this.#sendMessage(message(MESSAGE.certificate, Buffer.of(0), vector(3, ...chain.map((der, i) => Buffer.concat([vector(3, der), vector(2, ...(i === 0 ? entry : []))])))));
		this.#sendMessage(this.#proof13());
		this.#sendMessage(message(MESSAGE.finished, keys.finished(handshakeSecret, this.#transcript)));
		keys.master();
		this.sealer = new Sealer(this.suite, keys.derive("s ap traffic", this.#transcript));
		this.#socket.uncork();
		after(this, await this.record());
	}

	#proof13() {
		const { proof } = this.#bending;
		const content = Buffer.concat([Buffer.alloc(64, 0x20), Buffer.from("TLS 1.3, server CertificateVerify\0"), digest(this.suite.hash, this.#transcript)]);
		return message(MESSAGE.verify, uint(proof.scheme, 2), vector(2, proof.sign(content)));
	}

	async #serve12(first) {
		const { chain, proof, group, answers, extra, together, after } = this.#bending;
		if (together)
			this.#socket.cork();
		const { random } = parseHello(first);
		const ownRandom = randomBytes(32);
		const { own } = keyExchange(group);
		const parameters = Buffer.concat([Buffer.of(3), uint(GROUPS[group], 2), vector(1, own)]);
		const suite = (proof.scheme & 0xFF) === 3 ? SUITES_12.ECDSA : SUITES_12.RSA;
		const extensions = vector(2, extension(EXTENSION.renegotiation, Buffer.of(0)), extension(EXTENSION.masterSecret), extension(EXTENSION.pointFormats, vector(1, Buffer.of(0))), ...answers);
		this.#sendPlain(message(MESSAGE.serverHello, uint(0x0303, 2), ownRandom, vector(1), uint(suite, 2), Buffer.of(0), extensions));
		this.#sendPlain(message(MESSAGE.certificate, vector(3, ...chain.map((der) => vector(3, der)))));
		for (const one of extra)
			this.#sendPlain(one);
		this.#sendPlain(message(MESSAGE.keyExchange, parameters, uint(proof.scheme, 2), vector(2, proof.sign(Buffer.concat([random, ownRandom, parameters])))));
		this.#sendPlain(message(MESSAGE.helloDone));
		this.#socket.uncork();
		after(this, await this.record());
	}

	/** A NewSessionTicket. */
	ticket(size = 100) {
		this.send(RECORD.handshake, message(MESSAGE.ticket, uint(7200, 4), uint(0, 4), vector(1, randomBytes(8)), vector(2, randomBytes(size)), vector(2)));
	}

	/** A KeyUpdate, which may ask for one. */
	update(ask) {
		this.send(RECORD.handshake, message(MESSAGE.keyUpdate, Buffer.of(ask ? 1 : 0)));
		this.sealer.update();
	}

	/** Ends the connection as one should, where there are keys to do so. */
	end() {
		if (this.sealer)
			this.send(RECORD.alert, Buffer.of(1, 0));
		this.#socket.end();
	}
}

/** A request for a client's certificate, with so many bytes of authorities' names, and other extensions. */
export function certificateRequest(size, ...others) {
	const NAME = 200, AUTHORITIES = 47;
	const names = Array.from({ length: Math.floor(size / (NAME + 2)) }, () => vector(2, Buffer.alloc(NAME)));
	return message(MESSAGE.request, vector(1), vector(2, extension(EXTENSION.signatures, vector(2, uint(0x0403, 2))), extension(AUTHORITIES, vector(2, ...names)), ...others));
}

/** The chain of server-p256, and its proof by its key: in the scheme of its curve, unless another is named. For startBending. */
export function serverP256(pki, scheme = 0x0403, hash = "sha256") {
	const key = createPrivateKey(readFileSync(pki.key("server-p256")));
	return { chain: pki.ders("server-p256"), proof: { scheme, sign: (content) => sign(hash, content, key) } };
}

/**
 * Starts one.
 * @param {Bending} bending
 */
export async function startBending(bending) {
	const sockets = new Set();
	const problems = [];
	const server = net.createServer((socket) => {
		sockets.add(socket.setNoDelay());
		socket.on("error", () => {}); // a client that has had enough
		new Peer(socket, bending).run().catch((error) => {
			if (!socket.errored)
				problems.push(error);
			socket.destroy();
		});
	});
	await once(server.listen(0, "127.0.0.1"), "listening");
	return {
		port: server.address().port,
		async stop() {
			server.close();
			for (const socket of sockets)
				socket.destroy();
			await once(server, "close");
			if (problems.length > 0)
				throw problems[0];
		},
	};
}
