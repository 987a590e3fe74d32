// SPDX-License-Identifier: MIT
// Mutants of native/transport: text, what replaces it, and, where no test can tell the two apart, why.

export const MUTANTS = [
	{
		file: "native/transport/tlsTransportStream.c",
		suites: ["from"],
		changes: [
			["length = smaller(length, ring->size - ring->count);", "length = smaller(length, ring->size - ring->count - 1);"],
			["% ring->size;\n\t\tsize_t part", "% (ring->size - 1);\n\t\tsize_t part"],
			["ring->count -= part;", ""],
			["if (--stream->holds == 0)", "if (false)"],
			["if (stream->ended && !stream->in.count)", "if (stream->ended)"],
			["stream->closed = true;\n\twant(stream);", "stream->closed = true;"],
			["if (length > tlsTransportStreamRoom(stream))\n\t\treturn false;", ""],
			["stream->out.count = 0;", ""],
			["return stream->closed && !stream->out.count;", "return stream->closed;"],
			["if (taken)\n\t\ttellChanged(stream);", ""],
		],
	},
	{
		file: "native/transport/tlsTransportPosix.c",
		suites: ["class", "faults"],
		changes: [
			["(posix->queueLength > 0 && !posix->held)", "(posix->queueLength > 0)", "a turn of the event loop earlier at most: what is held is flushed in the same turn"],
			["if (open && !posix->base.waiting)", "if (open)"],
			["case ECONNREFUSED:\n\t\treturn TLS_REFUSED;", "case ECONNREFUSED:"],
			["posix->queueStart += sent;", ""],
			["if (length > TLS_POSIX_QUEUE - posix->queueStart - posix->queueLength) {", "if (false) {"],
			["else if (count == 0) {", "else if (false) {"],
			["return TLS_POSIX_QUEUE - posix->queueLength;", "return TLS_POSIX_QUEUE;"],
			["posix->held = length < HOLD_SIZE;", "posix->held = false;", "small records leave one by one, which is slower only"],
			["flush(transport);\n\tif (transport->state", "if (transport->state"],
			["(void)shutdown(posix->descriptor, SHUT_WR);", ""],
			["if (posix->queueLength == 0) {\n\t\tendConnection(posix);\n\t\tfreePosix(posix);\n\t\treturn;\n\t}", ""],
			["g_source_set_ready_time(source, -1);", ""],
		],
	},
];
