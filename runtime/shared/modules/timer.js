// SPDX-License-Identifier: MIT
// The module "timer" of the SDK.

export default class Timer {
	static set(callback, interval, repeat) {
		return native("xs_timer_set").call(this, callback, interval, repeat);
	}
	static repeat(callback, interval) {
		return native("xs_timer_set").call(this, callback, interval, interval);
	}
	static schedule(timer, interval, repeat) {
		if (interval === undefined)
			native("xs_timer_schedule").call(this, timer);
		else
			native("xs_timer_schedule").call(this, timer, interval, repeat);
	}
	static clear(timer) {
		native("xs_timer_clear").call(this, timer);
	}
	static delay(milliseconds) {
		native("xs_timer_delay").call(this, milliseconds);
	}
}
