// SPDX-License-Identifier: MIT
/*
 * Workers that end with connections open, one after the other and side by side.
 *
 *     port=number silent=number      the servers of connecting.js
 */

import config from "mc/config";
import Timer from "timer";
import Worker from "worker";

const ROUNDS = 6;
const AT_ONCE = 3;

let ended = 0;

function end(worker) {
	worker.terminate();
	if (++ended === ROUNDS * AT_ONCE)
		trace("all workers ended\n");
	else if (ended % AT_ONCE === 0)
		begin(ended / AT_ONCE);
}

/**
 * Half of the rounds end as soon as the connections stand, the others in the middle of something. In these, the workers say nothing:
 * the SDK, version 8.2.3, does not put up with a message of a worker that has ended meanwhile.
 */
function begin(round) {
	const mute = round % 2 === 1;
	for (let i = 0; i < AT_ONCE; i++) {
		const worker = new Worker("connecting", { static: 256 * 1024, stack: 512, heap: 1024 });
		worker.onmessage = ({ failed, open }) => {
			if (failed)
				trace(`failed: ${failed}\n`);
			if (open)
				end(worker);
		};
		worker.postMessage({ port: Number(config.port), silent: Number(config.silent), mute });
		if (mute)
			Timer.set(() => end(worker), i * 3);
	}
}

begin(0);
