// SPDX-License-Identifier: MIT
// Rule I3 for memory that cannot be written: a resource, which on a device is flash. Only where one is at hand: here it is a file
// beside this one.

import Resource from "Resource";
import { equal, test, throws } from "../support/tap.js";
import { GREETING } from "./ports.js";
import { connect, textOf } from "./support.js";

test("I3 read into what cannot be written throws and takes nothing", async () => {
	const resource = new Resource("ports.js");
	const connection = await connect("greeting");
	await connection.next("readable");
	for (const buffer of [resource, new Uint8Array(resource), new DataView(resource, 1)])
		throws(() => connection.socket.read(buffer), TypeError, "read");
	equal(textOf(connection.socket.read()), GREETING);
});
