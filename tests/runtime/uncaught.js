// SPDX-License-Identifier: MIT
// A handler for exceptions that nobody catches: what it is told, and that everything else goes on.

import Debug from "debug";
import { setUncaughtHandler } from "process";
import Timer from "timer";
import { equal, same, test, throws } from "../support/tap.js";

const wait = (milliseconds) => new Promise((resolve) => Timer.set(resolve, milliseconds));

/** The first `count` exceptions that `body` leaves uncaught, and what else comes soon after. */
async function uncaughtIn(count, body) {
	const errors = [];
	await new Promise((resolve) => {
		setUncaughtHandler((error) => errors.push(error) === count && resolve());
		body();
	});
	await wait(20);
	setUncaughtHandler(undefined);
	return errors;
}

test("it is told of exceptions in callbacks, in jobs, and of rejections", async () => {
	const [first, second, third, ...none] = await uncaughtIn(3, () => {
		Timer.set(() => {
			throw "timer";
		}, 1);
		Promise.reject("rejection");
		(async () => {
			await null;
			throw "async";
		})();
	});
	same([first, second, third].sort(), ["async", "rejection", "timer"]);
	same(none, []);
});

test("the timer that threw goes on, and so do others", async () => {
	let calls = 0;
	let others = 0;
	const errors = await uncaughtIn(3, () => {
		Timer.repeat((timer) => {
			if (++calls === 3)
				Timer.clear(timer);
			throw calls;
		}, 1);
		Timer.set(() => others++, 2);
	});
	same(errors, [1, 2, 3]);
	equal(others, 1);
});

test("what was kept alive stays alive", async () => {
	let fired = 0;
	Timer.set(() => fired++, 5);
	Timer.set(() => fired++, 6);
	await uncaughtIn(1, () => {
		Timer.set(() => {
			throw 1;
		});
	});
	Timer.set(() => fired++, 5);
	Debug.gc();
	await wait(30);
	equal(fired, 3);
});

test("anything but a function is refused", () => {
	for (const wrong of [null, 1, {}])
		throws(() => setUncaughtHandler(wrong), TypeError);
});
