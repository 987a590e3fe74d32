// SPDX-License-Identifier: MIT
// A TLS client on the XS engine that does as it is told, run by xsrun.mjs. Its only argument is JSON, its output is one
// line of JSON for each thing that happens:
//
//     {"event":"connected","tls":{…},"remoteAddress":…,"writable":…}   the first onWritable
//     {"event":"error","code":…,"message":…}                          onError; or the constructor threw ("thrown":true)
//     {"event":"end", …}                                              always the last: what was sent and received
//
// The argument:
//     options    for the class; byte buffers in it are {"hex":"…"}
//     send       how many bytes of the pattern to send; 0 by default
//     piece      at most so many of them in one write
//     receive    closes after so many bytes were received and all was sent; by default only an error ends it
//     first      bytes sent before it
//     slow       {"after":ms} reads nothing before; {"every":ms,"bytes":n} reads so many so often
//     keep       true: the received bytes are reported, too, in hexadecimal
//     closeAfter milliseconds after which it closes, come what may

import TLS from "embedded:io/socket/tcp/tls";
import Timer from "timer";
import process from "process";
import { fromHex, toHex } from "./hex.js";
import { Checksum, patternAt } from "./pattern.js";

const plan = JSON.parse(process.argv[process.argv.length - 1], revive);
const { send = 0, piece = Infinity, receive = Infinity, slow } = plan;
const received = new Checksum();
const start = Date.now();
let sent = 0;
let readableCalls = 0;
let connected = false;
let paused = slow?.after !== undefined;
let { first } = plan;
let kept = "";
let ended = false;
let timer;

function revive(key, value) {
	return (typeof value?.hex === "string") ? fromHex(value.hex) : value;
}

function report(event, details) {
	console.log(JSON.stringify({ event, ...details }));
}

function describe({ version, cipherSuite, applicationLayerProtocol, resumed, peerCertificate }) {
	return { version, cipherSuite, applicationLayerProtocol, resumed, peerCertificate: peerCertificate && toHex(peerCertificate) };
}

function end(socket) {
	if (ended)
		return;
	ended = true;
	socket?.close();
	if (timer)
		Timer.clear(timer);
	report("end", {
		connected, sent, received: received.length, digest: received.digest, readableCalls, milliseconds: Date.now() - start,
		...(plan.keep && { hex: kept }),
	});
}

function take(socket, size) {
	const bytes = socket.read(size);
	if (bytes === undefined)
		return false;
	received.update(new Uint8Array(bytes));
	if (plan.keep)
		kept += toHex(bytes);
	return true;
}

function fill(socket, writable) {
	if (first) {
		writable = socket.write(first);
		first = undefined;
	}
	while (sent < send && writable > 0) {
		const bytes = patternAt(sent, Math.min(send - sent, writable, piece));
		writable = socket.write(bytes);
		sent += bytes.length;
	}
}

function endIfDone(socket) {
	if (received.length >= receive && sent >= send)
		end(socket);
}

try {
	const socket = new TLS({
		...plan.options,
		onReadable() {
			readableCalls++;
			if (paused || slow?.every)
				return;
			while (take(this));
			endIfDone(this);
		},
		onWritable(writable) {
			if (!connected) {
				connected = true;
				report("connected", { tls: describe(this.tls), remoteAddress: this.remoteAddress, remotePort: this.remotePort, writable });
			}
			fill(this, writable);
			endIfDone(this);
		},
		onError(error) {
			if (slow?.every)
				while (take(this));
			report("error", { code: error?.code, message: error?.message });
			end(this);
		},
	});
	if (slow?.after)
		timer = Timer.set(() => {
			timer = undefined;
			paused = false;
			while (take(socket));
			endIfDone(socket);
		}, slow.after);
	if (slow?.every)
		timer = Timer.repeat(() => {
			take(socket, slow.bytes);
			endIfDone(socket);
		}, slow.every);
	if (plan.closeAfter)
		Timer.set(() => end(socket), plan.closeAfter);
}
catch (error) {
	report("error", { thrown: true, code: error.code, message: error.message });
	end();
}
