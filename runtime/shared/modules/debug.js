// SPDX-License-Identifier: MIT
// The module "debug" of the SDK: garbage collection on demand.

export default class Debug {
	static gc(enable) {
		native("xs_debug_gc").call(this, enable);
	}
}
