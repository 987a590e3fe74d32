// SPDX-License-Identifier: MIT
// The module "timer".

import Debug from "debug";
import Timer from "timer";
import { equal, ok, same, test, throws } from "../support/tap.js";

const wait = (milliseconds) => new Promise((resolve) => Timer.set(resolve, milliseconds));

test("set fires once, later, with the timer", async () => {
	let calls = 0;
	let argument;
	const before = Date.now();
	const timer = Timer.set((it) => {
		calls++;
		argument = it;
	}, 20);
	equal(calls, 0);
	await wait(60);
	equal(calls, 1);
	equal(argument, timer);
	ok(Date.now() - before >= 59);
});

test("timers fire in the order of their times", async () => {
	const order = [];
	Timer.set(() => order.push("c"), 30);
	Timer.set(() => order.push("b"), 15);
	Timer.set(() => order.push("a"));
	await wait(60);
	same(order, ["a", "b", "c"]);
});

test("set with a repeat, and repeat, go on until they are cleared", async () => {
	let first = 0;
	let second = 0;
	const one = Timer.set(() => ++first === 3 && Timer.clear(one), 1, 5);
	const two = Timer.repeat(() => ++second === 3 && Timer.clear(two), 5);
	await wait(80);
	equal(first, 3);
	equal(second, 3);
});

test("clear before it fires, twice, after it has fired, and of nothing", async () => {
	let calls = 0;
	const never = Timer.set(() => calls++, 5);
	Timer.clear(never);
	Timer.clear(never);
	const once = Timer.set(() => calls++, 1);
	await wait(20);
	Timer.clear(once);
	Timer.clear(undefined);
	Timer.clear(null);
	equal(calls, 1);
});

test("schedule moves a timer, and stops it", async () => {
	const times = [];
	const before = Date.now();
	const timer = Timer.set(() => times.push(Date.now() - before), 10);
	Timer.schedule(timer, 40);
	await wait(25);
	same(times, []);
	await wait(40);
	equal(times.length, 1);

	let calls = 0;
	const stopped = Timer.repeat(() => calls++, 5);
	Timer.schedule(stopped);
	await wait(20);
	equal(calls, 0);
	Timer.schedule(stopped, 1, 5);
	await wait(30);
	ok(calls >= 2);
	Timer.clear(stopped);
});

test("a callback can reschedule, stop and clear its own timer", async () => {
	let calls = 0;
	const again = Timer.set((it) => ++calls < 3 && Timer.schedule(it, 1), 1);
	await wait(30);
	equal(calls, 3);
	throws(() => Timer.schedule(again, 1), Error, "has ended");

	let stops = 0;
	const stopped = Timer.set((it) => {
		stops++;
		Timer.schedule(it);
	}, 1);
	await wait(20);
	Timer.schedule(stopped, 1);
	await wait(20);
	equal(stops, 2);
	Timer.clear(stopped);
});

test("a scheduled timer survives collection, a finished one does not", async () => {
	let fired = false;
	Timer.set(() => (fired = true), 20);
	const finished = new WeakRef(Timer.set(() => {}, 1));
	await wait(10);
	Debug.gc();
	await wait(20);
	Debug.gc();
	ok(fired);
	await wait(1);
	equal(finished.deref(), undefined);
});

test("wrong arguments", () => {
	throws(() => Timer.set(), TypeError);
	throws(() => Timer.set(1, 2), TypeError);
	throws(() => Timer.schedule({}, 1), Error);
	throws(() => Timer.clear({}), Error);
});
