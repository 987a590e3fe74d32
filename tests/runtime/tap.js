// SPDX-License-Identifier: MIT
// The assertions of tap.js themselves: what they let through and what not.

import Timer from "timer";
import { equal, fail, ok, rejects, same, test, throws } from "../support/tap.js";

const refused = (body) => throws(body, Error);

test("ok", () => {
	ok(1);
	refused(() => ok(0));
});

test("equal tells -0, NaN and types apart", () => {
	equal(NaN, NaN);
	refused(() => equal(0, -0));
	refused(() => equal(1, "1"));
});

test("same looks into objects, arrays and bytes", () => {
	same({ a: [1, { b: undefined }] }, { a: [1, { b: undefined }] });
	refused(() => same({ a: undefined }, { b: undefined }));
	refused(() => same(["1"], [1]));
	refused(() => same(new Uint8Array([1, 2]), new Uint8Array([1, 3])));
});

test("throws checks class and message, and returns the error", () => {
	const error = new RangeError("wrong port");
	const body = () => {
		throw error;
	};
	equal(throws(body, RangeError, "port"), error);
	refused(() => throws(body, TypeError));
	refused(() => throws(body, RangeError, "address"));
	refused(() => throws(() => {}));
});

test("rejects", async () => {
	await rejects(Promise.reject(new TypeError("no")), TypeError);
	await rejects(rejects(Promise.resolve()), Error, "gave undefined");
});

test("fail", () => refused(() => fail("always")));

test("a test can take its time", () => new Promise((resolve) => Timer.set(resolve, 20)));
