// SPDX-License-Identifier: MIT
// embedded:io/socket/listener: the TCP listener socket of ECMA-419.

import TCP from "embedded:io/socket/tcp";

export default class Listener extends Native("xs_listener_destructor") {
	constructor(options) {
		super();
		if (typeof options !== "object" || options === null)
			throw new TypeError("options: must be an object");
		const { address = "0.0.0.0", port = 0, onReadable, onError, target } = options;
		if (typeof address !== "string")
			throw new TypeError("address: must be a string");
		if (!Number.isInteger(port) || port < 0 || port > 65535)
			throw new RangeError("port: must be an integer from 0 to 65535");
		for (const [name, value] of Object.entries({ onReadable, onError })) {
			if (value !== undefined && value !== null && typeof value !== "function")
				throw new TypeError(`${name}: must be a function`);
		}
		if (target !== undefined)
			this.target = target;
		native("xs_listener_listen").call(this, address, port, onReadable ?? undefined, onError ?? undefined);
	}
	close() {
		native("xs_listener_close").call(this);
	}
	/** The next connection, as an instance of TCP without callbacks; undefined: none waits. */
	read() {
		const connection = native("xs_listener_read").call(this);
		return connection && new TCP({ from: connection });
	}
	get port() {
		return native("xs_listener_port").call(this);
	}
}
