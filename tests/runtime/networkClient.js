// SPDX-License-Identifier: MIT
// The TLS socket of the SDK's network clients, network/client.js: who is told of a failure. Its argument: a certificate, in
// hexadecimal.

import { argv, setUncaughtHandler } from "process";
import Timer from "timer";
import ClientSocket, { onFailure } from "../../network/client.js";
import { fromHex } from "../support/hex.js";
import { afterEach, equal, same, test } from "../support/tap.js";

const NOBODY = 1; // the port where nobody listens
const options = { address: "127.0.0.1", port: NOBODY, tls: { host: "device.test", ca: fromHex(argv[2]) } };

afterEach(() => {
	onFailure();
	setUncaughtHandler(undefined);
});

/** Connects to nobody. Resolves to what its `onError` was called with, and on what. */
function fail() {
	return new Promise((resolve) => {
		const socket = new ClientSocket({ ...options, onError(error) {
			this.close();
			resolve({ code: error.code, own: this === socket });
		} });
	});
}

test("a failure is told to the callback and to onError", async () => {
	const told = [];
	onFailure(({ code }, { port }) => told.push([code, port]));
	same(await fail(), { code: "refused", own: true });
	same(told, [["refused", NOBODY]]);
});

test("a callback that throws does not keep it from onError", async () => {
	const errors = [];
	setUncaughtHandler((error) => errors.push(error));
	onFailure(() => {
		throw new RangeError("report");
	});
	same(await fail(), { code: "refused", own: true });
	await new Promise((resolve) => Timer.set(resolve)); // the exception comes to the top after that
	equal(String(errors), "RangeError: report");
});

test("without onError it is told all the same", async () => {
	const code = await new Promise((resolve) => {
		onFailure((error) => resolve(error.code));
		new ClientSocket(options);
	});
	equal(code, "refused");
});
