// SPDX-License-Identifier: MIT
// What a small message costs on the board with a script: instructions, those of XS, of lwIP and of the records too. What the
// engine and the library take for the same without one is measured by budgetClient.c.
//
//     messages.js PORT CA VERSION COUNT      (see echoClient.js)
//
// sends COUNT messages, each after the answer to the one before, then receives some in the format "number". Prints one line of JSON: instructions for a message and its
// answer (`message`), and for a byte that is read, above those of a read that finds nothing (`byte`).

import board from "board";
import { connect, count, message, SIZE } from "./echoClient.js";

const NANOSECONDS = 8; // of an instruction: see board.js

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
