// SPDX-License-Identifier: MIT
// The globals `console` and `trace`.

function describe(value) {
	if (typeof value === "string")
		return value;
	if (typeof value === "object" && value !== null) {
		if (value instanceof Error)
			return value.stack;
		if (value instanceof ArrayBuffer || ArrayBuffer.isView(value))
			return `${value.constructor.name}(${value.byteLength})`;
		return JSON.stringify(value) ?? String(value);
	}
	return String(value);
}

function write(error, text) {
	native("xs_console_write").call(this, error, text);
}

function line(error, values) {
	write(error, values.map(describe).join(" ") + "\n");
}

globalThis.console = {
	log(...values) {
		line(false, values);
	},
	info(...values) {
		line(false, values);
	},
	debug(...values) {
		line(false, values);
	},
	warn(...values) {
		line(true, values);
	},
	error(...values) {
		line(true, values);
	},
};

// As in the SDK: the values one behind the other, and no line end of its own.
globalThis.trace = function trace(...values) {
	write(false, values.map(String).join(""));
};
