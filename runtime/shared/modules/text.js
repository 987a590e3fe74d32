// SPDX-License-Identifier: MIT
// The globals TextEncoder and TextDecoder (WHATWG Encoding), for UTF-8.

const labels = ["utf-8", "utf8", "unicode-1-1-utf-8"];
const byteOrderMark = "\uFEFF";

class TextEncoder {
	get encoding() {
		return "utf-8";
	}
	encode(input = "") {
		return new Uint8Array(native("xs_text_encode").call(this, String(input)));
	}
}

function toBytes(input) {
	if (ArrayBuffer.isView(input))
		return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
	return new Uint8Array(input);
}

class TextDecoder {
	#fatal;
	#ignoreBOM;
	#pending = new Uint8Array(0); // the beginning of a sequence that the last call ended in
	#started = false; // the first character of this stream was seen

	constructor(label = "utf-8", options) {
		if (!labels.includes(String(label).trim().toLowerCase()))
			throw new RangeError(`encoding: "${label}" is not supported, only "utf-8" is`);
		this.#fatal = Boolean(options?.fatal);
		this.#ignoreBOM = Boolean(options?.ignoreBOM);
	}
	get encoding() {
		return "utf-8";
	}
	get fatal() {
		return this.#fatal;
	}
	get ignoreBOM() {
		return this.#ignoreBOM;
	}
	decode(input = new ArrayBuffer(0), options) {
		const stream = Boolean(options?.stream);
		let bytes = toBytes(input);
		if (this.#pending.length > 0) {
			const joined = new Uint8Array(this.#pending.length + bytes.length);
			joined.set(this.#pending);
			joined.set(bytes, this.#pending.length);
			bytes = joined;
		}
		const kept = stream ? native("xs_text_tail").call(this, bytes) : 0;
		this.#pending = bytes.slice(bytes.length - kept);
		let text = native("xs_text_decode").call(this, bytes.subarray(0, bytes.length - kept), this.#fatal);
		if (!this.#started && !this.#ignoreBOM && text.startsWith(byteOrderMark))
			text = text.slice(1);
		this.#started = stream && (this.#started || text.length > 0);
		return text;
	}
}

globalThis.TextEncoder ??= TextEncoder;
globalThis.TextDecoder ??= TextDecoder;
