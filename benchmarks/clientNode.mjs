// SPDX-License-Identifier: MIT
// A client on Node's module tls. Does the same as client.js, with the same arguments and output; see there.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import tls from "node:tls";
import { X509Certificate } from "node:crypto";

const [, , mode, port, caFile, version, argument, pieceArgument] = process.argv;
const count = Number(argument);
const piece = Buffer.alloc(Number(pieceArgument));
const message = Buffer.alloc(64, "0");
message[message.length - 1] = 0x0A;
const secureContext = tls.createSecureContext({
	ca: new X509Certificate(readFileSync(caFile)).toString(),
	minVersion: version,
	maxVersion: version,
});
let session; // of the connection before
let start;

function begin() {
	start = { clock: performance.now(), cpu: process.cpuUsage() };
}

function report() {
	const { user, system } = process.cpuUsage(start.cpu);
	console.log(JSON.stringify({ clock: Math.round((performance.now() - start.clock) * 1000), cpu: user + system }));
}

function connect(secured) {
	const socket = tls.connect({ host: "127.0.0.1", port: Number(port), servername: "device.test", secureContext, session }, secured);
	socket.setNoDelay(true);
	if (mode === "resume")
		socket.on("session", (bytes) => session = bytes);
	return socket;
}

/** Connects, sends the message, and calls back with the socket when the answer is there. */
function ask(answered) {
	let received = 0;
	const socket = connect(() => socket.write(message));
	socket.on("data", ({ length }) => {
		received += length;
		if (received === message.length)
			answered(socket);
	});
}

function makeConnections(made) {
	if (made === 1)
		begin();
	ask((socket) => {
		socket.end();
		if (made < count)
			makeConnections(made + 1);
		else
			report();
	});
}

function makeTogether() {
	const sockets = [];
	begin();
	for (let i = 0; i < count; i++)
		ask((socket) => {
			sockets.push(socket);
			if (sockets.length < count)
				return;
			report();
			for (const each of sockets)
				each.end();
		});
}

function download() {
	let received = 0;
	const socket = connect(() => {
		begin();
		socket.write(message);
	});
	socket.on("data", ({ length }) => {
		received += length;
		if (received >= count && start) {
			report();
			start = undefined;
			socket.destroy();
		}
	});
}

function upload() {
	let sent = 0;
	const fill = () => {
		for (let room = true; room && sent < count; sent += piece.length)
			room = socket.write(piece);
	};
	const socket = connect(() => {
		begin();
		fill();
	});
	socket.on("drain", fill).on("data", () => {
		report();
		socket.end();
	});
}

function echo() {
	let sent = 1;
	let received = 0;
	const socket = connect(() => {
		begin();
		socket.write(message);
	});
	socket.on("data", ({ length }) => {
		received += length;
		if (received < sent * message.length)
			return;
		if (sent === count) {
			report();
			socket.end();
			return;
		}
		socket.write(message);
		sent++;
	});
}

const modes = { connect: () => makeConnections(0), resume: () => makeConnections(0), together: makeTogether, download, upload, echo };
assert(mode in modes, `there is no mode "${mode}"`);
modes[mode]();
