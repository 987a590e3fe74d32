// SPDX-License-Identifier: MIT
// Rules B3, B6 and I4 under faults: allocations that fail, and garbage collection at every allocation. Only where there is a
// module "faults"; with the sanitizers, what leaks is seen at the program's end.

import TCP from "embedded:io/socket/tcp";
import TLS from "embedded:io/socket/tcp/tls";
import faults from "faults";
import { heapUsage } from "process";
import { equal, ok, sameBytes, show, test, throws } from "../support/tap.js";
import { address, bytesOf, ca, collect, connect, Connection, file, HOST, optionsFor, patternBytes, port, settle, textOf } from "./support.js";

const data = bytesOf("tried");
const skip = faults.possible ? undefined : "only the checked build has faults";

/**
 * Calls `construct` again and again, letting another allocation fail each time, until none does.
 * @param {() => TLS} construct
 * @param {() => void} [check] called after each failure
 * @returns how many allocations there are
 */
function failEach(construct, check = () => {}) {
	for (let count = 1; ; count++) {
		let socket, error;
		faults.failAllocation(count);
		try {
			socket = construct();
		}
		catch (exception) {
			error = exception;
		}
		const { reached } = faults;
		faults.failAllocation(0);
		if (error === undefined) {
			socket.close();
			if (!reached)
				return count - 1;
			continue; // it could do without
		}
		ok(reached, `allocation ${count}: threw without a fault: ${show(error)}`);
		ok(error.code === "memory" || error.message.includes("memory"), `allocation ${count}: ${show(error)}`); // TCP's have no code
		check();
	}
}

test("B3 whichever allocation fails, the constructor throws, and the next one works", async () => {
	const count = failEach(() => new TLS(optionsFor("tls")));
	ok(count > 10, `${count} allocations`);
	equal(await (await connect("tls")).echo("hello"), "hello");
}, skip);

test("B3 the same with client certificate, protocols and several authorities", async () => {
	const tls = {
		ca: [ca, await file("root-rsa.der"), new Uint8Array(await file("root-p384.der"))],
		clientCertificate: [await file("client-p256.der"), await file("intermediate-p256.der")],
		clientKey: await file("client-p256.key"),
		applicationLayerProtocol: ["a", "b"],
	};
	const count = failEach(() => new TLS(optionsFor("tls", { tls })));
	ok(count > 20, `${count} allocations`);
	equal(await (await connect("tls", { tls })).echo("hello"), "hello");
}, skip);

test("B3 the same over a TCP instance, which stays as it was", async () => {
	const connection = new Connection({ address, port: port("tls") }, (options) => new TCP(options));
	await connection.ready();
	const from = connection.socket;
	const count = failEach(() => new TLS({ from, tls: { host: HOST, ca } }), () => equal(from.format, "buffer"));
	ok(count > 10, `${count} allocations`);
}, skip);

test("B3 taking over a TLS instance allocates nothing", async () => {
	const first = await connect("tls");
	equal(failEach(() => new TLS({ from: first.socket })), 0);
}, skip);

/** Lets allocation `count` fail, from the constructor on; tells how the connection ends. */
async function connectFailing(count) {
	let socket;
	faults.failAllocation(count);
	const end = await new Promise((resolve) => { // nothing here may allocate: a timer would
		try {
			socket = new TLS(optionsFor("tls", { onWritable: () => resolve("connected"), onError: ({ code }) => resolve(code) }));
		}
		catch ({ code }) {
			resolve(code);
		}
	});
	const { reached } = faults;
	faults.failAllocation(0);
	socket?.close();
	return { end, reached };
}

test("B3 whichever allocation fails in the handshake, onError tells of it or the connection is made without", async () => {
	const ends = {};
	for (let count = 1, step = 1; ; count += step) {
		const { end, reached } = await connectFailing(count);
		if (!reached) {
			equal(end, "connected");
			break;
		}
		ends[end] = (ends[end] ?? 0) + 1;
		ok(["memory", "connected"].includes(end), `allocation ${count}: ${end}`);
		if (count > 200)
			step = 1 + Math.floor(count / 97); // there are thousands, alike in their thousands
	}
	ok(ends.memory > 100, show(ends));
}, skip);

for (const name of ["tls12", "tls13"])
	test(`I4 on ${name} a write without memory throws and sends nothing, and onWritable says when to try again`, async () => {
		const connection = await connect(name);
		connection.say("echo 5");
		await settle();
		connection.forget();
		let code;
		faults.failAllocation(1);
		try {
			connection.socket.write(data);
		}
		catch (error) {
			({ code } = error);
		}
		faults.failAllocation(0);
		equal(code, "memory");
		await connection.next("writable");
		connection.socket.write(data);
		equal(textOf(await connection.take(5)), "tried");
	}, skip);

/**
 * Does something again and again until it has left the same bytes in use three times in a row: it never will, if it leaks.
 * At first the memory allocator and the engine take more than they give back. (The sanitizers count nothing, but see above.)
 */
async function untilSteady(round) {
	const used = [];
	while (used.length < 3 || used.slice(-3).some((bytes) => bytes !== used.at(-1))) {
		ok(used.length < 30, `bytes in use after each round: ${used}`);
		await round();
		await collect();
		await settle();
		used.push(heapUsage());
	}
}

test("B3 constructors that throw leak nothing", () => untilSteady(() => {
	for (const more of [
		{ tls: { ca: new ArrayBuffer(10) } }, { tls: { ca: [ca, ca, new ArrayBuffer(1)] } }, { tls: { applicationLayerProtocol: ["a", ""] } },
		{ tls: { clientCertificate: ca, clientKey: new ArrayBuffer(10) } }, { address: "nowhere" }, { format: "text" }, { tls: { handshakeTimeout: 0 } },
	]) {
		for (let i = 0; i < 20; i++)
			throws(() => new TLS(optionsFor("tls", more)));
	}
}));

test("B7 connections that were closed leak nothing", () => untilSteady(async () => {
	for (let i = 0; i < 5; i++) {
		const connection = await connect("tls");
		connection.say("send 1000");
		await connection.take(500);
		connection.close();
	}
}));

for (const name of ["tls12", "tls13"])
	test(`B6 on ${name} garbage collection at every allocation, through a whole connection`, async () => {
		faults.stress(true);
		try {
			const connection = await connect(name, { tls: { applicationLayerProtocol: ["a", "b"] } });
			equal(connection.socket.tls.version.slice(0, 5), "TLSv1");
			connection.say("send 3000 1000");
			sameBytes(await connection.take(3000), patternBytes(0, 3000));
			connection.socket.write(ArrayBuffer.fromString("echo 4\nab"), { more: true, byteLength: 11 });
			connection.socket.write(Uint8Array.of(99, 100));
			equal((await connection.take(4)).byteLength, 4);
			const moved = new Connection({ from: connection.socket });
			moved.say("close");
			equal((await moved.next("error")).code, "closed");
			moved.close();
		}
		finally {
			faults.stress(false);
		}
	}, skip);
