// SPDX-License-Identifier: MIT
// Finds out which root a server's chain needs, by connecting to it once as a device would.

import { once } from "node:events";
import { connect, isIP } from "node:net";
import { Client, findAnchor, Refusal } from "./client.mjs";
import { encodeStore } from "./format.mjs";
import { StoreError } from "./storeError.mjs";

const PATIENCE = 10_000; // milliseconds
const UNKNOWN_ISSUER = ["certificate-issuer", "certificate-self-signed", "certificate-signature"];

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

/** Connects, and verifies the peer as a device with `store` does. Resolves to the certificate that its chain ends in. */
async function connectOnce({ host, port }, store) {
	const client = new Client(host, store);
	const socket = connect({ host, port }).on("error", () => {}); // whoever waits gets it as well
	socket.setTimeout(PATIENCE, () => socket.destroy(new Error(`no answer in ${PATIENCE / 1000} seconds`)));
	try {
		await once(socket, "connect");
		return await findAnchor(client, socket);
	}
	finally {
		socket.destroySoon();
	}
}

/** Of the roots with the name and the key of `found`, which are as good, the one that lasts longest. */
function longest(found, roots) {
	const now = new Date();
	const same = (root) => root.x509.subject === found.x509.subject && root.publicKey.equals(found.publicKey) && root.isValidAt(now);
	return roots.filter(same).sort((a, b) => b.lastDay.localeCompare(a.lastDay) || a.der.compare(b.der))[0];
}

/**
 * The root that a server's chain needs: of several, the one nearest to the server's own certificate.
 * @param {{host: string, port: number}} where
 * @param {import("./certificates.mjs").Anchor[]} roots the set to choose from
 * @returns {Promise<import("./certificates.mjs").Anchor>}
 */
export async function rootOfHost(where, roots) {
	let anchor;
	try {
		anchor = await connectOnce(where, encodeStore(roots.map(({ der }) => der)));
	}
	catch (error) {
		if (error instanceof StoreError)
			throw error;
		const advice = UNKNOWN_ISSUER.includes(error.code)
			? "\nNo root of the set issued its chain. If you trust the issuer, pass its certificate with --ca, or choose from another set with --from." : "";
		const reason = (error instanceof Refusal) ? error.message.replace(`${where.host}: `, "") : error.message || error.code;
		throw new StoreError(`${where.host}:${where.port}: ${reason}${advice}`, { cause: error });
	}
	return longest(roots.find(({ der }) => der.equals(anchor)), roots);
}
