// SPDX-License-Identifier: MIT
/*
 * The class as the SDK's network clients use it, with one addition: the reason why a connection failed is told. The clients
 * drop it: `fetch` waits for ever, and the others call an `onError` without an error, or with one that says less.
 */

import TLS from "embedded:io/socket/tcp/tls";

let report = print;

function print({ code, message }) {
	trace(`TLS: ${code}: ${message}\n`);
}

/**
 * Says who is told, instead of the console: `callback(error, options)`, with the error of `onError` and the options of the
 * connection. Without a callback, the console is again.
 */
export function onFailure(callback) {
	report = callback ?? print;
}

/** A TLS socket that reports failures, but for the end of the connection, which is none. Its options must be own properties. */
export default class ClientSocket extends TLS {
	constructor(options) {
		const { onError, ...rest } = options;
		super({
			...rest,
			onError(error) {
				try {
					if (error.code !== "closed")
						report(error, options);
				}
				finally {
					onError?.call(this, error);
				}
			},
		});
	}
}
