// SPDX-License-Identifier: MIT
// Host names to addresses: resolve(name, callback) calls callback(error, addresses), the addresses as strings.

export default function resolve(name, callback) {
	native("xs_resolve").call(this, String(name), callback);
}
