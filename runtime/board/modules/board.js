// SPDX-License-Identifier: MIT
// What only the emulated board has: measurements, and faults of its network.

export default {
	/** Starts new peaks: heap, stack and the event loop's longest step. */
	mark() {
		native("xs_board_mark").call(this);
	},
	/**
	 * What was used since the last mark: `heap`, `heapPeak`: bytes; `blocks`: how many; `stackPeak`: bytes of C stack below
	 * the event loop; `longest`, `work`: nanoseconds of the processor's work, the event loop's longest step and all since
	 * the start. Under QEMU's -icount shift=3, eight are an instruction.
	 */
	get usage() {
		return native("xs_board_usage").call(this);
	},
	/** Bytes that the engine has of slots and of chunks, garbage among them. To ask takes none. */
	get slots() {
		return native("xs_board_slots").call(this);
	},
	get chunks() {
		return native("xs_board_chunks").call(this);
	},
	/** Above so many bytes, C's allocations fail; 0: no limit. */
	limitHeap(bytes) {
		native("xs_board_limitHeap").call(this, bytes);
	},
	/** Faults of the network from here on, such as "loss=20,delay=5-40,seed=7"; "": none. */
	setFaults(text) {
		native("xs_board_setFaults").call(this, text);
	},
	/** Pulls the network's plug, or puts it in again. */
	setLink(up) {
		native("xs_board_setLink").call(this, up);
	},
};
