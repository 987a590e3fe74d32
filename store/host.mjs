// SPDX-License-Identifier: MIT
// Finds out which root a server's chain needs, by connecting to it once.

import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { isIP } from "node:net";
import { connect } from "node:tls";
import { StoreError } from "./storeError.mjs";

const PATIENCE = 10_000; // milliseconds
const UNKNOWN_ISSUER = ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "UNABLE_TO_GET_ISSUER_CERT", "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
	"SELF_SIGNED_CERT_IN_CHAIN", "DEPTH_ZERO_SELF_SIGNED_CERT"];

/**
 * Takes NAME, NAME:PORT, an address, or [ADDRESS]:PORT apart.
 * @returns {{host: string, port: number}}
 */
export function parseHost(text) {
	const [, bracketed, name, digits] = /^(?:\[([^\]]*)\]|([^:[\]]+))(?::(\d+))?$/.exec(text) ?? [];
	const host = (isIP(text) === 6) ? text : bracketed ?? name;
	const port = Number(digits ?? 443);
	if (!host || (bracketed !== undefined && isIP(bracketed) !== 6) || port < 1 || port > 65535)
		throw new StoreError(`"${text}" is not a host: write NAME, NAME:PORT, or [IPV6-ADDRESS]:PORT`);
	return { host, port };
}

function toPem(der) {
	return `-----BEGIN CERTIFICATE-----\n${der.toString("base64").replace(/.{64}(?=.)/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
}

/** Connects, with full verification against `roots`. Resolves to the peer's chain in DER, its own certificate first. */
async function fetchChain({ host, port }, roots) {
	const socket = connect({
		host, port,
		servername: isIP(host) ? "" : host,
		ca: roots.map(({ der }) => toPem(der)),
		rejectUnauthorized: true,
		minVersion: "TLSv1.2",
	});
	socket.setTimeout(PATIENCE, () => socket.destroy(new Error(`no answer in ${PATIENCE / 1000} seconds`)));
	try {
		await once(socket, "secureConnect");
		return chainOf(socket.getPeerCertificate(true));
	}
	finally {
		socket.destroy();
	}
}

/** Node's linked certificates as a list. The last one is linked to itself or to nothing. */
function chainOf(certificate) {
	const chain = [];
	for (let at = certificate; at?.raw && !chain.includes(at.raw); at = at.issuerCertificate)
		chain.push(at.raw);
	return chain;
}

function didIssue(issuer, child) {
	return child.checkIssued(issuer) && child.verify(issuer.publicKey);
}

/**
 * The root that ends a chain first: the one nearest to the server's own certificate. The TLS stack looks for its anchor in
 * the same order. Of several with the same key, the one that lasts longest.
 */
function nearestRoot(chain, roots) {
	const now = new Date();
	for (const [i, child] of chain.entries()) {
		if (i > 0 && !didIssue(child, chain[i - 1]))
			return undefined;
		const found = roots
			.filter((root) => root.isValidAt(now) && (root.der.equals(child.raw) || didIssue(root.x509, child)))
			.sort((a, b) => b.lastDay.localeCompare(a.lastDay) || a.der.compare(b.der));
		if (found.length > 0)
			return found[0];
	}
	return undefined;
}

/**
 * The root that a server's chain needs.
 * @param {{host: string, port: number}} where
 * @param {import("./certificates.mjs").Anchor[]} roots the set to choose from
 * @returns {Promise<import("./certificates.mjs").Anchor>}
 */
export async function rootOfHost(where, roots) {
	const name = `${where.host}:${where.port}`;
	let chain;
	try {
		chain = await fetchChain(where, roots);
	}
	catch (error) {
		const advice = UNKNOWN_ISSUER.includes(error.code)
			? "\nNo root of the set issued its chain. If you trust the issuer, pass its certificate with --ca, or choose from another set with --from." : "";
		// The message may quote the server's certificate: nothing in it may act on a terminal.
		const reason = (error.message || error.code).replace(/\p{Cc}/gu, "?");
		throw new StoreError(`${name}: ${reason}${advice}`, { cause: error });
	}
	const root = nearestRoot(chain.map((der) => new X509Certificate(der)), roots);
	if (!root)
		throw new StoreError(`${name}: its chain was verified, but not by a root of the set`);
	return root;
}
