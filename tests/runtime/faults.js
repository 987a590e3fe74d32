// SPDX-License-Identifier: MIT
// No memory: whichever allocation fails, a constructor throws, nothing leaks (under LeakSanitizer), and the next one works.

import Debug from "debug";
import TCP from "embedded:io/socket/tcp";
import Listener from "embedded:io/socket/listener";
import faults from "faults";
import Timer from "timer";
import { equal, ok, test, throws } from "../support/tap.js";

const skip = faults.possible ? undefined : "only the checked build has faults";

/** Calls `construct` again and again, letting another allocation fail each time, until none does. Returns how many. */
function failEach(construct) {
	for (let count = 1; ; count++) {
		let result;
		faults.failAllocation(count);
		try {
			result = construct();
		} catch (error) {
			ok(faults.reached, `threw without a fault: ${error.message}`);
			ok(error.message.length > 0);
			continue;
		} finally {
			if (!faults.reached)
				faults.failAllocation(0);
		}
		ok(!faults.reached, `allocation ${count} failed unnoticed`);
		result.close?.();
		return count - 1;
	}
}

const turn = () => new Promise((resolve) => Timer.set(resolve));

test("connecting", async () => {
	ok(failEach(() => new TCP({ address: "127.0.0.1", port: 1 })) >= 4);
	await turn();
}, skip);

test("listening", () => {
	ok(failEach(() => new Listener({ address: "127.0.0.1" })) >= 1);
}, skip);

test("accepting", async () => {
	let incoming;
	const listener = new Listener({ address: "127.0.0.1", onReadable: () => incoming() });
	const sockets = [];
	let failures = 0;
	for (let count = 1; ; count++) {
		const arrived = new Promise((resolve) => (incoming = resolve));
		sockets.push(new TCP({ address: "127.0.0.1", port: listener.port }));
		await arrived;
		faults.failAllocation(count);
		try {
			sockets.push(listener.read());
		} catch {
			failures++;
		}
		if (!faults.reached)
			break;
	}
	faults.failAllocation(0);
	ok(failures >= 4, `${failures} failures`);
	for (const it of [listener, ...sockets])
		it.close();
}, skip);

test("timers", () => {
	ok(failEach(() => {
		const timer = Timer.set(() => {}, 1000);
		return { close: () => Timer.clear(timer) };
	}) >= 2);
}, skip);

test("the flag of xsrun is off by default", () => {
	equal(faults.reached, false);
	throws(() => faults.failAllocation(-1), RangeError);
}, skip);

test("collection at every allocation can be switched on and off", () => {
	faults.stress(true);
	const values = Array.from({ length: 20 }, (_, i) => ({ text: `${i}` }));
	faults.stress(false);
	equal(values.map(({ text }) => text).join(), Array.from({ length: 20 }, (_, i) => i).join());
	Debug.gc();
}, skip);
