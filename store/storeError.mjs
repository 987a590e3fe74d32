// SPDX-License-Identifier: MIT
// An error for the person who runs the command: its message says what is wrong and, where that is known, what to do.

export class StoreError extends Error {
	constructor(message, options) {
		super(message, options);
		this.name = "StoreError";
	}

	/** Runs `work`; a StoreError that it throws gets `where` in front of its message. */
	static at(where, work) {
		try {
			return work();
		}
		catch (error) {
			throw (error instanceof StoreError) ? new StoreError(`${where}: ${error.message}`, { cause: error }) : error;
		}
	}
}
