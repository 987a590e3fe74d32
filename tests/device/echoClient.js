// SPDX-License-Identifier: MIT
// What the programs of this folder share: connections to a server that answers with what it gets.
//
//     PROGRAM.js PORT CA VERSION COUNT
//
// CA is in hexadecimal, VERSION the only one that is spoken.

import TLS from "embedded:io/socket/tcp/tls";
import process from "process";
import { fromHex } from "../support/hex.js";

const [, , port, text, version, argument] = process.argv;
const ca = fromHex(text);

/** Bytes of a message. */
export const SIZE = 100;
export const count = Number(argument);
export const message = new ArrayBuffer(SIZE);

export function connect(options) {
	return new TLS({
		address: "127.0.0.1", port: Number(port), host: "device.test",
		tls: { ca, minimumVersion: version, maximumVersion: version, session: null },
		onError(error) {
			console.log(`${error.code}: ${error.message}`);
			process.exit(1);
		},
		...options,
	});
}
