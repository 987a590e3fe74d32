// SPDX-License-Identifier: MIT
// What an idle connection has of memory on the board with a script, and what small messages take of it.
//
//     instance.js PORT CA VERSION COUNT      (see echoClient.js)
//
// makes several connections, then sends COUNT messages by one, each after the answer to the one before, which is read into a
// buffer of the script's. Prints one line of JSON: bytes of XS's slots and chunks, and of the C heap, that the last connection has
// (`slots`, `chunks`, `heap`), one callback included; and bytes of slots and chunks that a message and its answer take (`allocated`).

import board from "board";
import debug from "debug";
import process from "process";
import Timer from "timer";
import { connect, count, message, SIZE } from "./echoClient.js";

const CONNECTIONS = 4; // with the first comes what all have together, and goes what the program began with
const QUIET = 1000; // milliseconds: the handshake, and a ticket behind it
const answer = new ArrayBuffer(SIZE);
const used = { heap: [], slots: [], chunks: [] };
let opened = 0, left = count, start;

for (const figures of Object.values(used))
	figures.length = CONNECTIONS; // no allocation when one is set

const inEngine = () => board.slots + board.chunks;

function look(at) {
	used.heap[at] = board.usage.heap;
	debug.gc();
	used.slots[at] = board.slots;
	used.chunks[at] = board.chunks;
}

function finish() {
	const allocated = (inEngine() - start) / count;
	const last = (figures) => figures[CONNECTIONS - 1] - figures[CONNECTIONS - 2];
	console.log(JSON.stringify({
		slots: last(used.slots), chunks: last(used.chunks), heap: last(used.heap), allocated: Math.round(allocated),
	}));
	process.exit(0);
}

function open() {
	const connection = connect({
		onReadable(length) {
			if (length < SIZE)
				return;
			this.read(answer);
			if (left-- > 0)
				this.write(message);
			else
				finish();
		},
	});
	Timer.set(() => {
		look(opened);
		if (++opened < CONNECTIONS)
			open();
		else {
			start = inEngine();
			connection.write(message);
		}
	}, QUIET);
}

open();
