/* SPDX-License-Identifier: MIT */
/*
 * The stream transport on its own: bytes through both queues, ends from either side, and who frees it. Runs
 * under the sanitizers.
 */

#include "tap.h"
#include "tlsConfiguration.h"
#include "tlsTransportStream.h"

#include <string.h>

#define RECORD 16384

/* Both sides. */
struct Both {
	struct TlsTransportStream *stream;
	struct TlsTransport *transport; /* the TLS side's */
	unsigned wanted, changed;       /* calls */
};

static void wanted(void *context)
{
	((struct Both *)context)->wanted++;
}

static void changed(void *context)
{
	((struct Both *)context)->changed++;
}

static void open(struct Both *both, bool connect)
{
	memset(both, 0, sizeof(*both));
	both->stream = tlsTransportStreamCreate(wanted, both);
	if (both->stream == NULL) {
		ok(false, "memory for the test");
		return;
	}
	both->transport = tlsTransportStreamTransport(both->stream);
	both->transport->changed = changed;
	both->transport->context = both;
	if (connect)
		tlsTransportStreamConnected(both->stream, "192.0.2.1", 443);
}

static size_t space(const struct Both *both)
{
	return both->transport->operations->space(both->transport);
}

static size_t send(struct Both *both, const uint8_t *bytes, size_t length)
{
	return both->transport->operations->send(both->transport, bytes, length);
}

static size_t receive(struct Both *both, uint8_t *bytes, size_t length)
{
	return both->transport->operations->receive(both->transport, bytes, length);
}

static void closeTls(struct Both *both)
{
	both->transport->operations->close(both->transport);
}

static void closeAll(struct Both *both)
{
	closeTls(both);
	tlsTransportStreamRelease(both->stream);
}

/* Every byte's value follows from its place in the stream. */
static void fill(uint8_t *bytes, size_t length, size_t place)
{
	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)((place + i) ^ (place + i) >> 8);
}

static bool isFilled(const uint8_t *bytes, size_t length, size_t place)
{
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] != (uint8_t)((place + i) ^ (place + i) >> 8))
			return false;
	}
	return true;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void testConnecting(void)
{
	char address[TLS_ADDRESS_SIZE], tooLong[TLS_ADDRESS_SIZE + 1];
	uint16_t port = 0;
	struct Both both;

	open(&both, false);
	ok(both.transport->state == TLS_TRANSPORT_CONNECTING && space(&both) == 0 &&
			send(&both, (uint8_t *)"x", 1) == 0 &&
			!both.transport->operations->remote(both.transport, address, &port),
		"it is connecting at first");
	tlsTransportStreamConnected(both.stream, "192.0.2.1", 443);
	ok(both.transport->state == TLS_TRANSPORT_OPEN && both.changed == 1 && space(&both) >= TLS_OUTPUT &&
			both.transport->operations->remote(both.transport, address, &port) &&
			strcmp(address, "192.0.2.1") == 0 && port == 443,
		"then it is open, to that peer, with space for a record");
	tlsTransportStreamConnected(both.stream, "192.0.2.2", 444);
	ok(both.changed == 1 && both.transport->operations->remote(both.transport, address, &port) && port == 443,
		"once");
	closeAll(&both);

	memset(tooLong, '1', sizeof(tooLong) - 1);
	tooLong[sizeof(tooLong) - 1] = 0;
	open(&both, false);
	tlsTransportStreamConnected(both.stream, tooLong, 443);
	ok(both.transport->state == TLS_TRANSPORT_OPEN &&
			!both.transport->operations->remote(both.transport, address, &port),
		"an address of no known kind is none");
	closeAll(&both);

	open(&both, false);
	tlsTransportStreamEnded(both.stream);
	ok(both.transport->state == TLS_TRANSPORT_FAILED && both.transport->failure.code == TLS_UNREACHABLE &&
			both.changed == 1 && space(&both) == 0,
		"an end before that is a failure");
	tlsTransportStreamEnded(both.stream);
	ok(both.transport->state == TLS_TRANSPORT_FAILED, "and stays one, however often it ends");
	closeAll(&both);

	open(&both, false);
	tlsTransportStreamReceived(both.stream, (const uint8_t *)"early", 5);
	tlsTransportStreamEnded(both.stream);
	ok(receive(&both, (uint8_t *)address, 5) == 5 && both.transport->state == TLS_TRANSPORT_FAILED,
		"whatever had arrived by then");
	closeAll(&both);
}

static void testSending(void)
{
	static uint8_t bytes[2 * RECORD];
	size_t sent = 0, taken = 0;
	bool good = true;
	struct Both both;

	open(&both, true);
	for (size_t piece = 1; taken < 20 * RECORD && good; piece = piece * 7 % 4099) {
		size_t promised = space(&both), offered = smaller(piece, promised), queued;
		unsigned before = both.wanted;

		fill(bytes, offered, sent);
		good &= send(&both, bytes, offered) == offered && space(&both) == promised - offered;
		good &= offered == 0 || both.wanted > before;
		sent += offered;
		queued = tlsTransportStreamQueued(both.stream);
		good &= queued == sent - taken;
		before = both.changed;
		queued = tlsTransportStreamSend(both.stream, bytes, piece * 13 % 4099);
		good &= queued <= sent - taken && isFilled(bytes, queued, taken);
		good &= (both.changed > before) == (queued > 0);
		taken += queued;
	}
	ok(good, "bytes to send come out as they went in, whatever the pieces");
	taken += tlsTransportStreamSend(both.stream, bytes, sizeof(bytes));
	good = sent == taken && tlsTransportStreamQueued(both.stream) == 0;
	sent = space(&both);
	ok(good && send(&both, bytes, sizeof(bytes)) == sent && space(&both) == 0 && send(&both, bytes, 1) == 0,
		"what is promised is taken, and no more");
	closeAll(&both);
}

static void testReceiving(void)
{
	static uint8_t bytes[RECORD];
	size_t put = 0, taken = 0;
	bool good = true;
	struct Both both;

	open(&both, true);
	for (size_t piece = 1; taken < 20 * RECORD && good; piece = piece * 7 % 4099) {
		size_t room = tlsTransportStreamRoom(both.stream), offered = smaller(piece, room), count;
		unsigned before = both.changed;

		fill(bytes, offered, put);
		good &= tlsTransportStreamReceived(both.stream, bytes, offered) && both.changed > before;
		put += offered;
		good &= tlsTransportStreamRoom(both.stream) == room - offered;
		good &= both.transport->waiting == (put > taken);
		before = both.wanted;
		count = receive(&both, bytes, piece * 13 % 4099);
		good &= isFilled(bytes, count, taken) && (both.wanted > before) == (count > 0);
		taken += count;
		good &= both.transport->waiting == (put > taken);
	}
	ok(good, "bytes that arrive come out as they went in, whatever the pieces");
	taken += receive(&both, bytes, sizeof(bytes));
	good = put == taken;
	put = tlsTransportStreamRoom(both.stream);
	ok(good && !tlsTransportStreamReceived(both.stream, bytes, put + 1) &&
			tlsTransportStreamRoom(both.stream) == put && !both.transport->waiting &&
			tlsTransportStreamReceived(both.stream, bytes, put) && tlsTransportStreamRoom(both.stream) == 0,
		"there is room for what is said, and of more nothing is taken");
	closeAll(&both);
}

static void testEnd(void)
{
	uint8_t bytes[8];
	struct Both both;

	open(&both, true);
	tlsTransportStreamReceived(both.stream, (const uint8_t *)"four", 4);
	ok(send(&both, (const uint8_t *)"unsent", 6) == 6, "bytes both ways");
	tlsTransportStreamEnded(both.stream);
	ok(tlsTransportStreamQueued(both.stream) == 0 && space(&both) == 0 && send(&both, bytes, 1) == 0,
		"after the end nothing is sent");
	ok(both.transport->state == TLS_TRANSPORT_OPEN && receive(&both, bytes, 3) == 3 &&
			both.transport->state == TLS_TRANSPORT_OPEN && receive(&both, bytes + 3, 5) == 1 &&
			memcmp(bytes, "four", 4) == 0,
		"what arrived before is received");
	ok(both.transport->state == TLS_TRANSPORT_ENDED && both.transport->failure.code == TLS_OK,
		"and then it has ended");
	closeAll(&both);

	open(&both, true);
	tlsTransportStreamEnded(both.stream);
	ok(both.transport->state == TLS_TRANSPORT_ENDED && both.changed == 2, "with nothing to receive, at once");
	closeAll(&both);
}

/* LeakSanitizer and AddressSanitizer see whether the last of the two frees it. */
static void testClosing(void)
{
	uint8_t bytes[8] = {0};
	struct Both both;
	unsigned before;
	bool taken = true;

	open(&both, true);
	ok(!tlsTransportStreamDone(both.stream) && send(&both, (const uint8_t *)"rest", 4) == 4, "bytes to send");
	before = both.wanted;
	closeTls(&both);
	ok(both.wanted > before && !tlsTransportStreamDone(both.stream),
		"closed, the other side has something to do");
	for (int i = 0; i < 10000 && taken; i++)
		taken = tlsTransportStreamReceived(both.stream, bytes, sizeof(bytes));
	ok(taken, "and what arrives meanwhile is taken, and dropped");
	before = both.changed;
	ok(tlsTransportStreamSend(both.stream, bytes, 8) == 4 && memcmp(bytes, "rest", 4) == 0 &&
			tlsTransportStreamDone(both.stream),
		"which is to send the rest, and to end");
	tlsTransportStreamEnded(both.stream);
	ok(both.changed == before, "of which nobody is told");
	tlsTransportStreamRelease(both.stream);

	open(&both, true);
	tlsTransportStreamRelease(both.stream);
	before = both.wanted;
	ok(send(&both, (const uint8_t *)"x", 1) == 1 && both.wanted == before,
		"the other side goes first: it wants nothing more");
	closeTls(&both);
	ok(both.wanted == before, "to the end");
}

int main(void)
{
	testConnecting();
	testSending();
	testReceiving();
	testEnd();
	testClosing();
	return finishTests();
}
