// SPDX-License-Identifier: MIT
// The class's options for a connection to a test server.

export const HOST = "device.test";

/**
 * @param {import("../pki/pki.mjs").Pki} pki
 * @param {number} port
 * @param {object} [tls] more for the `tls` option; `ca`, one or several, and `identity` are names in the PKI
 */
export function optionsFor(pki, port, { ca = "root-p256", identity, address = "127.0.0.1", ...tls } = {}) {
	return {
		address,
		port,
		tls: {
			host: HOST,
			ca: Array.isArray(ca) ? ca.map((name) => pki.der(name)) : pki.der(ca),
			...(identity && { clientCertificate: pki.ders(identity), clientKey: pki.keyDer(identity) }),
			...tls,
		},
	};
}
