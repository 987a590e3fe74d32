// SPDX-License-Identifier: MIT
// A TLS client on the XS engine that connects several times, one connection after the other, run by xsrun.mjs. Its only
// argument is JSON:
//     options    for the class; byte buffers in it are {"hex":"…"}, dates {"date":milliseconds}
//     times      how many connections; 1 by default
//     first      bytes to send on each; it is closed when as many have come back
// Its output is one line of JSON:
//     {"event":"end","resumed":[…],"session":"…","code":…,"message":…}   for each connection whether it was resumed; the
//                                                   last one's session, in hexadecimal; the error that ended it, if any

import TLS from "embedded:io/socket/tcp/tls";
import process from "process";
import { fromHex, toHex } from "./hex.js";

const { options, times = 1, first } = JSON.parse(process.argv[process.argv.length - 1], revive);
const resumed = [];
let session;

function revive(key, value) {
	if (typeof value?.date === "number")
		return new Date(value.date);
	return (typeof value?.hex === "string") ? fromHex(value.hex) : value;
}

function end(error) {
	console.log(JSON.stringify({ event: "end", resumed, session: session && toHex(session), code: error?.code, message: error?.message }));
}

function connect() {
	let left = first.byteLength;
	let written = false;
	new TLS({
		...options,
		onWritable() {
			if (!written)
				this.write(first);
			written = true;
		},
		onReadable() {
			left -= this.read().byteLength;
			if (left > 0)
				return;
			resumed.push(this.tls.resumed);
			session = this.tls.session;
			this.close();
			if (resumed.length < times)
				connect();
			else
				end();
		},
		onError(error) {
			this.close();
			end(error);
		},
	});
}

connect();
