// SPDX-License-Identifier: MIT
// The module "Resource" of the SDK: read-only bytes that are part of the program.

function bound(value, length, missing) {
	if (value === undefined)
		return missing;
	value = Math.trunc(value) || 0;
	return value < 0 ? Math.max(length + value, 0) : Math.min(value, length);
}

export default class Resource extends Native("xs_resource_destructor") {
	constructor(name) {
		super();
		native("xs_resource_open").call(this, String(name));
	}
	static exists(name) {
		return native("xs_resource_exists").call(this, String(name));
	}
	get byteLength() {
		return native("xs_resource_byteLength").call(this);
	}
	slice(begin, end, copy = true) {
		const length = this.byteLength;
		const from = bound(begin, length, 0);
		return native("xs_resource_slice").call(this, from, Math.max(from, bound(end, length, length)), copy);
	}
}
