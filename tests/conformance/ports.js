// SPDX-License-Identifier: MIT
// The ports of the conformance server, from the first one on. For the server, in Node, and the tests, on XS.

const PORTS = [
	"tls",               // TLS 1.2 or 1.3, then commands (see server.mjs)
	"tls12",             // TLS 1.2 only, then commands
	"tls13",             // TLS 1.3 only, then commands
	"greeting",          // as "tls", but sends GREETING first
	"clientCertificate", // as "tls", but wants a client certificate
	"alpn",              // as "tls", and takes the client's first protocol
	"alpnOther",         // knows the protocol "other" only
	"resuming",          // as "tls", and takes its own session tickets back
	"farm",              // as "resuming", but only TLS 1.3 and only TLS 1.2 in turn, as several servers behind an address are
	"unwilling",         // as "resuming", but resets who comes with a session
	"expired",           // its certificate has expired
	"silent",            // accepts TCP and never says a word
	"deaf",              // TCP: ends the connection at the client's first bytes
	"hostile",           // TCP: resets the connection at the client's first bytes
	"text",              // TCP: sends GREETING, and never TLS
	"textThenTls",       // TCP: sends GREETING, then commands in TLS
	"startTls",          // TCP: answers a line with READY, then commands in TLS
	"nobody",            // nobody listens here
];

export const GREETING = "220 at your service\r\n";
export const READY = "go ahead\r\n";

export const PORT_COUNT = PORTS.length;

/** @param {string} name one of PORTS */
export function portOf(first, name) {
	const index = PORTS.indexOf(name);
	if (index < 0)
		throw new RangeError(`there is no port "${name}"`);
	return first + index;
}
