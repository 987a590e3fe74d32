// SPDX-License-Identifier: MIT
// Tests have a short form, which `npm test` runs, and some a long one, which `npm run test:all` runs: all of what the
// short one takes samples of. The environment variable TLS_LONG says which.

/** Whether the long forms run. */
export const LONG = process.env.TLS_LONG === "1";

/** Stress for what native code holds of the garbage collector's: a run's name, and the flag of bin/xsrun for it. */
export const STRESS = LONG
	? { name: "collecting at every allocation", flag: "--gc-stress" }
	: { name: "collecting at every allocation of native code", flag: "--gc-stress=native" };
