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

/** Half of the rounds end as soon as the connections stand, the others in the middle of something. */
function begin(round) {
	for (let i = 0; i < AT_ONCE; i++) {
		const worker = new Worker("connecting", { static: 256 * 1024, stack: 512, heap: 1024 });
		worker.onmessage = ({ failed }) => {
			if (failed)
				trace(`failed: ${failed}\n`);
			if (round % 2 === 0)
				end(worker);
		};
		worker.postMessage({ port: Number(config.port), silent: Number(config.silent) });
		if (round % 2 === 1)
			Timer.set(() => end(worker), i * 3);
	}
}

begin(0);
