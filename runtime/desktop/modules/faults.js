// SPDX-License-Identifier: MIT
// Faults for tests. Only the checked build (xsrun-checked) has them.

export default {
	/** Whether this build has faults. */
	get possible() {
		return native("xs_faults_possible").call(this);
	},
	/** Garbage collection at every allocation of the engine: on or off. */
	stress(on) {
		native("xs_faults_stress").call(this, on);
	},
	/** Of the allocations of native code from here on, lets number `count` fail, counted from 1; 0: none. */
	failAllocation(count) {
		native("xs_faults_failAllocation").call(this, count);
	},
	/** Whether the allocation that was to fail has been reached. */
	get reached() {
		return native("xs_faults_reached").call(this);
	},
};
