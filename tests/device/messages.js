// SPDX-License-Identifier: MIT
// What a small message costs on the board with a script: instructions, those of XS, of lwIP and of the records too. What the
// engine and the library take for the same without one is measured by budgetClient.c.
//
//     messages.js PORT CA VERSION COUNT
//
// sends COUNT messages of 100 bytes, each after the answer to the one before, then receives some in the format "number", all
// from a server that answers with what it gets. CA is in hexadecimal. Prints one line of JSON: instructions for a message and its
// answer (`message`), and for a byte that is read, above those of a read that finds nothing (`byte`).

import TLS from "embedded:io/socket/tcp/tls";
import { fromHex } from "../support/hex.js";
import board from "board";
import process from "process";

const NANOSECONDS = 8; // of an instruction: see board.js
const SIZE = 100;

const [, , port, caText, version, argument] = process.argv;
const count = Number(argument);
const ca = fromHex(caText);
const message = new ArrayBuffer(SIZE);

function connect(options) {
	return new TLS({
		address: "127.0.0.1", port: Number(port), host: "device.test",
		tls: { ca: ca, minimumVersion: version, maximumVersion: version, session: null },
		onError(error) {
			console.log(`${error.code}: ${error.message}`);
			process.exit(1);
		},
		...options,
	});
}

const work = () => board.usage.work / NANOSECONDS;

function measureMessages(done) {
	const WARM = 5;
	let left, start;
	connect({
		onWritable() {
			if (left === undefined) {
				left = count + WARM;
				this.write(message);
			}
		},
		onReadable(length) {
			if (length < SIZE)
				return;
			this.read();
			if (--left === count)
				start = work();
			if (left > 0)
				this.write(message);
			else {
				const each = (work() - start) / count;
				this.close();
				done(each);
			}
		},
	});
}

function measureBytes(done) {
	let asked;
	connect({
		onWritable() {
			asked ??= (this.write(new ArrayBuffer(SIZE * 10)), true);
		},
		onReadable(length) {
			if (length < SIZE * 10)
				return;
			this.format = "number";
			const COUNT = length;
			const start = work();
			for (let i = 0; i < COUNT; i++)
				this.read();
			const middle = work();
			for (let i = 0; i < COUNT; i++)
				this.read();
			const end = work();
			this.close();
			done((middle - start - (end - middle)) / COUNT);
		},
	});
}

measureMessages((each) => measureBytes((byte) => console.log(JSON.stringify({ message: Math.round(each), byte: Math.round(byte) }))));
