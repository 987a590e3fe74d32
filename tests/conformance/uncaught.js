// SPDX-License-Identifier: MIT
// Rule B8: what a callback throws is reported like any exception that nobody catches, and harms nobody else. Only where
// there is a module "process" that tells of such exceptions: elsewhere they end the program.

import { setUncaughtHandler } from "process";
import TLS from "embedded:io/socket/tcp/tls";
import { equal, ok, same, sameBytes, show, test } from "../support/tap.js";
import { GREETING } from "./ports.js";
import { connect, Connection, optionsFor, patternBytes, port, settle, textOf, turns, until } from "./support.js";

/** Runs `body` with a list that gets what nobody catches. */
async function uncaughtIn(body) {
	const errors = [];
	setUncaughtHandler((error) => errors.push(error));
	try {
		await body(errors);
		await settle();
	}
	finally {
		setUncaughtHandler(undefined);
	}
	return errors;
}

for (const name of ["onReadable", "onWritable", "onError"])
	test(`B8 an exception in ${name} is reported once, and the instance goes on`, async () => {
		let thrown = 0;
		const errors = await uncaughtIn(async (seen) => {
			const other = await connect("tls");
			const connection = new Connection(optionsFor("greeting", { [name]() {
				if (thrown++ === 0)
					throw new RangeError(name);
			} }));
			await connection.ready();
			equal(textOf(await connection.take(GREETING.length)), GREETING);
			equal(await connection.echo("still here"), "still here");
			connection.say("close");
			equal((await connection.next("error")).code, "closed");
			await turns(3);
			connection.close();
			ok(seen.length <= 1);
			equal(await other.echo("not touched"), "not touched");
		});
		equal(show(errors), show([new RangeError(name)]));
	});

test("B8 an exception in every call of every callback", async () => {
	let calls = 0, received = 0;
	const fail = function () {
		calls++;
		received += this.read()?.byteLength ?? 0;
		throw calls;
	};
	const errors = await uncaughtIn(async () => {
		const socket = new TLS(optionsFor("tls", { onReadable: fail, onWritable: fail, onError: fail }));
		await until(() => socket.tls !== undefined);
		socket.write(ArrayBuffer.fromString("send 5000 500\nclose\n"));
		await until(() => received >= 5000);
		await settle();
		socket.close();
	});
	ok(calls >= 3);
	same(errors, Array.from({ length: calls }, (_, index) => index + 1));
});

test("B8 an exception after close in the same callback", async () => {
	let calls = 0;
	const errors = await uncaughtIn(async () => {
		new TLS(optionsFor("greeting", {
			onWritable() {
				calls++;
				this.close();
				throw new Error("after close");
			},
			onReadable: () => calls++,
			onError: () => calls++,
		}));
		await until(() => calls > 0);
	});
	equal(show(errors), show([new Error("after close")]));
	equal(calls, 1);
});

test("B8 an exception after the connection moved in the same callback", async () => {
	let second;
	const errors = await uncaughtIn(async () => {
		const first = new Connection(optionsFor("tls", { onWritable() {
			if (!second) {
				second = new Connection({ from: this });
				throw new Error("after the move");
			}
		} }));
		await until(() => second);
		second.say("send 100");
		sameBytes(await second.take(100), patternBytes(0, 100));
		equal(first.calls.length, 1);
	});
	equal(show(errors), show([new Error("after the move")]));
});

test("B8 an exception in the callback of one instance does not stop the others that are due", async () => {
	const errors = await uncaughtIn(async () => {
		const connections = await Promise.all([1, 2, 3].map(() => connect("tls")));
		const failing = new Connection(optionsFor("tls", { onReadable() {
			throw new Error("one");
		} }));
		await failing.ready();
		for (const connection of [failing, ...connections])
			connection.say("send 50");
		const start = Date.now();
		while (Date.now() < start + 50); // all answers are there before the next turn
		for (const connection of [...connections, failing])
			equal((await connection.take(50)).byteLength, 50);
	});
	equal(show(errors), show([new Error("one")]));
});

test("B8 an exception in onError of a constructor's first turn", async () => {
	const errors = await uncaughtIn(async () => {
		const connection = new Connection({ ...optionsFor("tls"), port: port("nobody"), onError() {
			throw new Error("from onError");
		} });
		equal((await connection.next("error")).code, "refused");
		await turns(3);
	});
	equal(show(errors), show([new Error("from onError")]));
});
