// SPDX-License-Identifier: MIT
// Rule I6 for instances that are never closed: once the connection is lost and onError was called, they ask for no more turns
// of the event loop. So this program, which leaves them as they are, ends; that is all that there is to see, and only on the
// desktop runtime. (Where TCP is still open, the instance goes on to listen to it.)

import TLS from "embedded:io/socket/tcp/tls";
import { equal, test } from "../support/tap.js";
import { bytesOf, optionsFor } from "./support.js";

const ENDS = [
	{ name: "tls", command: "cut", code: "truncated" },
	{ name: "tls", command: "reset", code: "reset" },
	{ name: "nobody", code: "refused" },
];

for (const { name, command, code } of ENDS)
	test(`I6 an instance that has ended as ${code} and is not closed`, async () => {
		const error = await new Promise((resolve) => new TLS({
			...optionsFor(name),
			onWritable() {
				this.write(bytesOf(`${command}\n`));
			},
			onError: resolve,
		}));
		equal(error.code, code);
	});
