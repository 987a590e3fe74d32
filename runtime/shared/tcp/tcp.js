// SPDX-License-Identifier: MIT
// embedded:io/socket/tcp: the TCP socket of ECMA-419.

function integer(name, value, minimum, maximum) {
	if (!Number.isInteger(value) || value < minimum || value > maximum)
		throw new RangeError(`${name}: must be an integer from ${minimum} to ${maximum}`);
	return value;
}

// One get for each option that is there (B2).
function option(options, name) {
	return name in options ? options[name] : undefined;
}

function callback(options, ...names) {
	for (const name of names) {
		const value = option(options, name);
		if (value === undefined || value === null)
			continue;
		if (typeof value !== "function")
			throw new TypeError(`${name}: must be a function`);
		return value;
	}
	return undefined;
}

function checkFormat(value) {
	if (value !== "buffer" && value !== "number")
		throw new RangeError('format: must be "buffer" or "number"');
	return value;
}

function checkPeer(options) {
	const address = option(options, "address");
	const port = option(options, "port");
	if (typeof address !== "string")
		throw new TypeError("address: must be a string");
	if (port === undefined)
		throw new TypeError("port: is missing");
	return { address, port: integer("port", port, 0, 65535) };
}

export default class TCP extends Native("xs_tcp_destructor") {
	constructor(options) {
		super();
		if (typeof options !== "object" || options === null)
			throw new TypeError("options: must be an object");
		const from = option(options, "from");
		const peer = from === undefined ? checkPeer(options) : undefined;
		const noDelay = option(options, "noDelay") ?? option(options, "nodelay") ?? false;
		if (typeof noDelay !== "boolean")
			throw new TypeError("noDelay: must be a boolean");
		const keepAlive = option(options, "keepAlive");
		const milliseconds = keepAlive === undefined ? 0 : integer("keepAlive", keepAlive, 1, 0x7FFFFFFF);
		const number = checkFormat(option(options, "format") ?? "buffer") === "number";
		const onReadable = callback(options, "onReadable");
		const onWritable = callback(options, "onWritable", "onWriteable");
		const onError = callback(options, "onError");
		const target = option(options, "target");
		if (target !== undefined)
			this.target = target;
		const common = [onReadable, onWritable, onError, number, noDelay, milliseconds];
		if (peer)
			native("xs_tcp_connect").call(this, ...common, peer.address, peer.port);
		else
			native("xs_tcp_take").call(this, ...common, from);
	}
	close() {
		native("xs_tcp_close").call(this);
	}
	read(target) {
		return native("xs_tcp_read").call(this, target);
	}
	/** The options `more` and `byteLength` change nothing here: the system forms the packets. */
	write(data) {
		return native("xs_tcp_write").call(this, data);
	}
	get format() {
		return native("xs_tcp_number").call(this) ? "number" : "buffer";
	}
	set format(value) {
		native("xs_tcp_number").call(this, checkFormat(value) === "number");
	}
	get remoteAddress() {
		return native("xs_tcp_remote").call(this)?.[0];
	}
	get remotePort() {
		return native("xs_tcp_remote").call(this)?.[1];
	}
}
