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

test("timers fire in the order of their times, however late", async () => {
	const order = [];
	Timer.set(() => order.push("c"), 30);
	Timer.set(() => order.push("b"), 15);
	Timer.set(() => order.push("a"));
	Timer.set(() => order.push("a too"));
	Timer.delay(50);
	await wait(40);
	same(order, ["a", "a too", "b", "c"]);
});

test("set with a repeat, and repeat, go on until they are cleared", async () => {
	let first = 0;
	let second = 0;
	await Promise.all([
		new Promise((resolve) => Timer.set((it) => ++first === 3 && (Timer.clear(it), resolve()), 1, 5)),
		new Promise((resolve) => Timer.repeat((it) => ++second === 3 && (Timer.clear(it), resolve()), 5)),
	]);
	await wait(30);
	equal(first, 3);
	equal(second, 3);
});

test("a repeating timer does not make up for the times it missed", async () => {
	let calls = 0;
	const timer = Timer.repeat(() => calls++, 300);
	Timer.delay(700);
	await wait(1);
	equal(calls, 1);
	Timer.clear(timer);
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
	const order = [];
	const timer = Timer.set(() => order.push("moved"), 10);
	Timer.set(() => order.push("fixed"), 20);
	Timer.schedule(timer, 400);
	await wait(500);
	same(order, ["fixed", "moved"]);

	let calls = 0;
	const stopped = Timer.repeat(() => calls++, 5);
	Timer.schedule(stopped);
	await wait(20);
	equal(calls, 0);
	await new Promise((resolve) => {
		const again = Timer.repeat(() => calls >= 2 && resolve(Timer.clear(again)), 1);
		Timer.schedule(stopped, 1, 5);
	});
	Timer.clear(stopped);
});

test("a callback can reschedule, stop and clear its own timer", async () => {
	let calls = 0;
	const again = await new Promise((resolve) =>
		Timer.set((it) => (++calls < 3 ? Timer.schedule(it, 1) : Timer.set(() => resolve(it))), 1));
	equal(calls, 3);
	throws(() => Timer.schedule(again, 1), Error, "has ended");

	let stops = 0;
	let stopped;
	const stop = (resolve) => (it) => {
		stops++;
		Timer.schedule(it);
		resolve(it);
	};
	await new Promise((resolve) => (stopped = Timer.set((it) => stop(resolve)(it), 1)));
	await wait(5);
	Timer.schedule(stopped, 1);
	await wait(10);
	equal(stops, 2);
	Timer.clear(stopped);
});

test("a scheduled timer survives collection, a finished one does not", async () => {
	let fired = false;
	Timer.set(() => (fired = true), 20);
	const finished = new WeakRef(Timer.set(() => {}, 1));
	await wait(2);
	Debug.gc();
	await wait(30);
	Debug.gc();
	ok(fired);
	equal(finished.deref(), undefined);
});

test("wrong arguments", () => {
	throws(() => Timer.set(), TypeError);
	throws(() => Timer.set(1, 2), TypeError);
	throws(() => Timer.schedule({}, 1), Error);
	throws(() => Timer.clear({}), Error);
});
