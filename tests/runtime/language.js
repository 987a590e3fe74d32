// SPDX-License-Identifier: MIT
// The parts of the language and of the global scope that programs rely on.

import { equal, rejects, same, test, throws } from "../support/tap.js";

const encode = (text) => [...new TextEncoder().encode(text)];
const decode = (...bytes) => new TextDecoder().decode(new Uint8Array(bytes));

test("TextEncoder", () => {
	same(encode("a\0é€😀"), [0x61, 0, 0xC3, 0xA9, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80]);
	same(encode("\uD83D" + "\uDE00"), [0xF0, 0x9F, 0x98, 0x80], "a pair that was put together");
	same(encode("x\uD800y"), [0x78, 0xEF, 0xBF, 0xBD, 0x79], "a lone surrogate");
	same(encode("\uDC00\uD800"), [0xEF, 0xBF, 0xBD, 0xEF, 0xBF, 0xBD], "a pair the wrong way round");
	same(encode(), []);
});

test("TextDecoder, well-formed", () => {
	equal(decode(0x61, 0, 0xC3, 0xA9, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80), "a\0é€😀");
	equal(decode(0xF4, 0x8F, 0xBF, 0xBF).codePointAt(0), 0x10FFFF);
	equal(decode(), "");
	equal(new TextDecoder().decode(), "");
	equal(new TextDecoder().decode(new DataView(new Uint8Array([1, 0x41, 2]).buffer, 1, 1)), "A", "a view");
});

test("TextDecoder, ill-formed: one U+FFFD for each maximal part", () => {
	const cases = [
		[[0x80], "\uFFFD"],
		[[0xC0, 0x80], "\uFFFD\uFFFD"],
		[[0xE0, 0x80, 0x80], "\uFFFD\uFFFD\uFFFD"],
		[[0xED, 0xA0, 0x80], "\uFFFD\uFFFD\uFFFD"],
		[[0xF0, 0x9F, 0x98], "\uFFFD"],
		[[0xF0, 0x9F, 0x98, 0x41], "\uFFFDA"],
		[[0xF4, 0x90, 0x80, 0x80], "\uFFFD\uFFFD\uFFFD\uFFFD"],
		[[0xF5], "\uFFFD"],
		[[0xFF, 0x41], "\uFFFDA"],
		[[0xE2, 0x82], "\uFFFD"],
		[[0xE2, 0x82, 0xE2, 0x82, 0xAC], "\uFFFD€"],
	];
	for (const [bytes, text] of cases) {
		equal(decode(...bytes), text, `bytes ${bytes}`);
		throws(() => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes)), TypeError);
	}
});

test("TextDecoder, byte order mark", () => {
	const bytes = new Uint8Array([0xEF, 0xBB, 0xBF, 0x41, 0xEF, 0xBB, 0xBF]);
	equal(new TextDecoder().decode(bytes), "A\uFEFF");
	equal(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes), "\uFEFFA\uFEFF");
});

test("TextDecoder, in pieces of every size", () => {
	const text = "\uFEFFaé€😀\0z";
	const bytes = new TextEncoder().encode(text);
	for (let size = 1; size <= bytes.length; size++) {
		const decoder = new TextDecoder();
		let result = "";
		for (let offset = 0; offset < bytes.length; offset += size)
			result += decoder.decode(bytes.subarray(offset, offset + size), { stream: true });
		result += decoder.decode();
		equal(result, text.slice(1), `pieces of ${size}`);
	}
	const decoder = new TextDecoder();
	equal(decoder.decode(new Uint8Array([0xF0, 0x9F]), { stream: true }), "");
	equal(decoder.decode(), "\uFFFD", "an end inside a sequence");
	equal(decoder.decode(new Uint8Array([0x41])), "A", "used again");
});

test("TextDecoder refuses other encodings", () => {
	throws(() => new TextDecoder("utf-16"), RangeError);
	equal(new TextDecoder(" UTF8 ").encoding, "utf-8");
});

test("promise jobs run in order", async () => {
	const order = [];
	Promise.resolve().then(() => order.push(1)).then(() => order.push(3));
	Promise.resolve().then(() => order.push(2));
	order.push(0);
	await new Promise((resolve) => Promise.resolve().then(() => Promise.resolve().then(() => resolve())));
	same(order, [0, 1, 2, 3]);
});

test("modules: relative imports without extension, namespaces, import()", async () => {
	const direct = await import("./fixtures/counter.js");
	const again = await import("./fixtures/counter");
	equal(direct, again, "one instance for both spellings");
	equal(direct.next(), 1);
	equal(again.next(), 2);
	await rejects(import("./fixtures/missing.js"), Error, "not found");
	await rejects(import("no-such-module"), Error, "not found");
});
