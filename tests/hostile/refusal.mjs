// SPDX-License-Identifier: MIT
// What every refusal has in common: the error's code, and that not one byte of the application's data went either way.

import assert from "node:assert/strict";
import { join } from "node:path";
import { BUILD } from "../../scripts/lib/paths.mjs";
import { connect } from "../support/xsrun.mjs";

// Under AddressSanitizer and LeakSanitizer: a refusal neither oversteps nor leaks.
process.env.XSRUN_BUILD ??= join(BUILD, "desktop-asan");

export const SECRET = "the application's secret";

/**
 * Tries to connect and to send something; the connection must fail.
 * @param {object} options for the class
 * @param {string|string[]} codes the error's code, or those that will do
 * @param {{connections: object[]}} [server] a Node server, which must not have seen the end of a handshake
 * @returns {Promise<object>} the error, and after how many `milliseconds` of the client's the end came
 */
export async function assertRefused(options, codes, server) {
	const { connected, error, end } = await connect({ options, first: Buffer.from(SECRET), receive: 1 });
	assert.equal(connected, undefined, "it connected");
	assert.ok([codes].flat().includes(error?.code), `the error is ${error?.code}: ${error?.message}`);
	assert.ok(error.message.length > error.code.length, `the message is "${error.message}"`);
	assert.equal(end.received, 0, "the application got data");
	for (const { socket, received } of server?.connections ?? []) {
		assert.equal(socket, undefined, "the server finished the handshake");
		assert.equal(received, 0, "the server got data");
	}
	return { ...error, milliseconds: end.milliseconds };
}
