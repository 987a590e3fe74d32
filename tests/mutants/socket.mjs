// SPDX-License-Identifier: MIT
// Mutants of native/socket: text, what replaces it, and, where no test can tell the two apart, why.

export const MUTANTS = [
	{
		file: "native/socket/tlsSocket.c",
		suites: ["life"],
		changes: [
			["(*markRoot)(the, socket->onReadable);", ";"],
			["(*markRoot)(the, socket->onWritable);", ";"],
			["(*markRoot)(the, socket->onError);", ";"],
			["xsForget(socket->object);\n\tdispose(socket);", "dispose(socket);"],
			["xsForget(socket->object);\n\tattach", "attach"],
			["xsRemember(socket->object);", ""],
			["xsmcSetHostData(*instance, CLOSED);", ""],
			["socket->told = 0;", ""],
			["socket->promised = 0;", ""],
		],
	},
];
