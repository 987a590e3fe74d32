// SPDX-License-Identifier: MIT
// The SDK's own TLS socket with the options that client.js gives, so that both do the same. Its versions and sessions are its
// own choice.

import SDKSocket from "sdk/tls";
import TCP from "embedded:io/socket/tcp";

export default class extends SDKSocket {
	constructor({ tls: { host, ca }, onReadable, onWritable, onError, ...options }) {
		super({
			...options,
			host,
			secure: { certificate: new Uint8Array(ca), cache: false },
			TCP: { io: TCP },
			// It calls them without the socket as `this`.
			onReadable: (count) => onReadable.call(this, count),
			onWritable: (count) => onWritable.call(this, count),
			onError: () => onError.call(this, new Error("the SDK's TLS socket failed")),
		});
	}
}
