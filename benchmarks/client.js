// SPDX-License-Identifier: MIT
// The class at work, for run.mjs to measure. benchmarkClient.c does the same in C, clientNode.mjs in Node.
//
//     client.js MODE PORT CA VERSION COUNT PIECE
//
//     connect      makes connections, one after another, and on each sends a message and waits for its answer: one that
//                  does not count, for what a program needs once, then COUNT
//     resume       the same, each with the session of the one before
//     together     makes COUNT connections at a time, and on each sends a message and waits for its answer; closes none
//                  before the last has it
//     download     sends a message, then receives COUNT bytes in reads of up to PIECE
//     upload       sends COUNT bytes in writes of PIECE, then waits for one byte
//     echo         sends COUNT messages, each after the answer to the one before
//
// A message is a line of 64 bytes, and so is its answer.
// CA is the file of the authority's certificate. Prints one line of JSON when done: `clock` and `cpu`, microseconds
// in all, for "connect" and "resume" from the second connection on, for "together" from the first, else from the end of the
// handshake. Calls heapUsage between the phases, for countAllocations.c: before and after each handshake, and after the transfer.

import TLS from "embedded:io/socket/tcp/tls";
import Resource from "Resource";
import Timer from "timer";
import process from "process";

const [, , mode, port, caFile, version, argument, pieceArgument] = process.argv;
const ca = new Resource(caFile);
const count = Number(argument);
const piece = new Uint8Array(Number(pieceArgument));
const message = new Uint8Array(64).fill(0x30);
message[message.length - 1] = 0x0A;
const answer = new Uint8Array(message.length);
let session; // for the next connection
let start;

function begin() {
	start = { clock: Date.now(), cpu: process.cpuUsage() };
}

function report() {
	const clock = (Date.now() - start.clock) * 1000;
	const cpu = process.cpuUsage() - start.cpu;
	console.log(JSON.stringify({ clock, cpu }));
}

/** Connects with the callbacks given. */
function connect(callbacks) {
	return new TLS({
		address: "127.0.0.1",
		port: Number(port),
		noDelay: true,
		tls: { host: "device.test", ca, minimumVersion: version, maximumVersion: version, session },
		...callbacks,
		onError(error) {
			throw error;
		},
	});
}

/** Ends what begin() began. */
function finish(socket) {
	report();
	process.heapUsage();
	socket.close();
}

function makeConnections(made) {
	let asked = false;
	let received = 0;
	if (made === 1)
		begin();
	process.heapUsage();
	connect({
		onWritable() {
			if (asked)
				return; // what was written has left
			asked = true;
			process.heapUsage();
			this.write(message);
		},
		onReadable() {
			received += this.read(answer);
			if (received < message.length)
				return;
			if (mode === "resume")
				session = this.tls.session ?? session; // not each connection gets a new one
			this.close();
			if (made < count)
				Timer.set(() => makeConnections(made + 1)); // when this one's memory is free
			else
				report();
		},
	});
}

function makeTogether() {
	const answered = [];
	begin();
	process.heapUsage();
	for (let i = 0; i < count; i++) {
		let asked = false;
		let received = 0;
		connect({
			onWritable() {
				if (!asked)
					this.write(message);
				asked = true;
			},
			onReadable() {
				received += this.read(answer);
				if (received < message.length)
					return;
				answered.push(this);
				if (answered.length < count)
					return;
				report();
				process.heapUsage();
				for (const socket of answered)
					socket.close();
			},
		});
	}
}

function download() {
	let received = 0;
	connect({
		onWritable() {
			if (start)
				return; // what was written has left
			process.heapUsage();
			begin();
			this.write(message);
		},
		onReadable() {
			received += this.read(piece);
			if (received >= count)
				finish(this);
		},
	});
}

function upload() {
	let sent = 0;
	connect({
		onWritable(writable) {
			if (!start) {
				process.heapUsage();
				begin();
			}
			for (; writable >= piece.length && sent < count; sent += piece.length)
				writable = this.write(piece);
		},
		onReadable() {
			finish(this);
		},
	});
}

function echo() {
	let sent = 0;
	let received = 0;
	connect({
		onWritable() {
			if (start)
				return;
			process.heapUsage();
			begin();
			this.write(message);
			sent++;
		},
		onReadable() {
			received += this.read(answer);
			if (received < sent * message.length)
				return;
			if (sent === count)
				finish(this);
			else {
				this.write(message);
				sent++;
			}
		},
	});
}

switch (mode) {
	case "connect":
	case "resume":
		makeConnections(0);
		break;
	case "together":
		makeTogether();
		break;
	case "download":
		download();
		break;
	case "upload":
		upload();
		break;
	case "echo":
		echo();
		break;
	default:
		throw new Error(`there is no mode "${mode}"`);
}
