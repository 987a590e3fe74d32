/* SPDX-License-Identifier: MIT */
/*
 * The transport over the system's sockets on its own, against a peer in the same program: more bytes than the
 * system takes, readers that pause, ends and closes. Runs under the sanitizers.
 */

#define _DEFAULT_SOURCE

#include "tap.h"
#include "tlsTransportPosix.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE 30 /* seconds: a watchdog */
#define MANY     (2 * 1024 * 1024)

struct Both {
	struct TlsTransport *transport; /* NULL: closed */
	struct TlsFailure failure;
	int listener, peer; /* descriptors; -1: none */
	unsigned changed;   /* calls */
	size_t sent;        /* by the transport: bytes of the pattern */
	size_t taken;       /* by the peer: the same, checked */
	bool wrong;         /* one was not right */
	ssize_t last;       /* what the peer's last recv returned */
	int error;          /* and why, if that was -1 */
};

/* Every byte's value follows from its place in the stream. */
static uint8_t patternAt(size_t place)
{
	return (uint8_t)(place ^ place >> 8 ^ place >> 16);
}

static void changed(void *context)
{
	((struct Both *)context)->changed++;
}

static void turn(void)
{
	g_main_context_iteration(NULL, FALSE);
}

static bool await(struct Both *both, bool (*reached)(struct Both *both), const char *what)
{
	time_t begun = time(NULL);

	while (!reached(both)) {
		if (time(NULL) - begun > PATIENCE)
			return ok(false, "%s in %d seconds", what, PATIENCE);
		turn();
	}
	return true;
}

#define AWAIT(both, reached) await(both, reached, #reached)

/* A socket that listens on a port of the loopback, with little room for what comes in. */
static int listenOn(struct sockaddr_in *address)
{
	socklen_t length = sizeof(*address);
	int listener = socket(AF_INET, SOCK_STREAM, 0), little = 4096;

	memset(address, 0, sizeof(*address));
	address->sin_family = AF_INET;
	address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &little, sizeof(little));
	if (bind(listener, (struct sockaddr *)address, sizeof(*address)) != 0 || listen(listener, 1) != 0 ||
		getsockname(listener, (struct sockaddr *)address, &length) != 0)
		ok(false, "a socket to listen on");
	return listener;
}

static bool hasLeft(struct Both *both)
{
	return both->transport->state != TLS_TRANSPORT_CONNECTING;
}

/* Connects. `listens`: somebody does. */
static void start(struct Both *both, bool listens)
{
	struct TlsDestination destination = {.address = {127, 0, 0, 1}, .addressSize = 4, .noDelay = true};
	struct sockaddr_in address;

	memset(both, 0, sizeof(*both));
	tlsFailureClear(&both->failure);
	both->peer = -1;
	both->listener = listenOn(&address);
	if (!listens)
		close(both->listener);
	destination.port = ntohs(address.sin_port);
	both->transport = tlsTransportPosixConnect(&destination, &both->failure);
	both->transport->changed = changed;
	both->transport->context = both;
}

static void begin(struct Both *both)
{
	start(both, true);
	AWAIT(both, hasLeft);
	both->peer = accept(both->listener, NULL, NULL);
	close(both->listener);
	both->changed = 0;
}

/* The same by a socket that was connected before, and whose system takes little at a time. */
static void adopt(struct Both *both)
{
	struct sockaddr_in address;
	int descriptor = socket(AF_INET, SOCK_STREAM, 0), little = 4096;

	memset(both, 0, sizeof(*both));
	tlsFailureClear(&both->failure);
	both->listener = listenOn(&address);
	setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &little, sizeof(little));
	ok(connect(descriptor, (struct sockaddr *)&address, sizeof(address)) == 0, "a socket that is connected");
	both->peer = accept(both->listener, NULL, NULL);
	close(both->listener);
	both->transport = tlsTransportPosixAdopt(descriptor, &both->failure);
	both->transport->changed = changed;
	both->transport->context = both;
}

static void closeTransport(struct Both *both)
{
	both->transport->operations->close(both->transport);
	both->transport = NULL;
}

static void closeAll(struct Both *both)
{
	if (both->transport != NULL)
		closeTransport(both);
	if (both->peer >= 0)
		close(both->peer);
	for (int i = 0; i < 10; i++)
		turn();
}

static size_t space(const struct Both *both)
{
	return both->transport->operations->space(both->transport);
}

static void flush(const struct Both *both)
{
	both->transport->operations->flush(both->transport);
}

static size_t receive(struct Both *both, uint8_t *bytes, size_t length)
{
	return both->transport->operations->receive(both->transport, bytes, length);
}

/* Sends up to `length` bytes of the pattern; what was promised must be taken, and no more be. */
static size_t give(struct Both *both, size_t length)
{
	static uint8_t bytes[2 * TLS_POSIX_QUEUE];
	size_t promised = space(both), count;

	if (length > sizeof(bytes))
		length = sizeof(bytes);
	for (size_t i = 0; i < length; i++)
		bytes[i] = patternAt(both->sent + i);
	count = both->transport->operations->send(both->transport, bytes, length);
	both->wrong |= count > length || count < (length < promised ? length : promised);
	both->sent += count;
	return count;
}

/* The peer takes up to `length` bytes of what is there. */
static size_t take(struct Both *both, size_t length)
{
	static uint8_t bytes[65536];

	if (length > sizeof(bytes))
		length = sizeof(bytes);
	both->last = recv(both->peer, bytes, length, MSG_DONTWAIT);
	both->error = errno;
	for (ssize_t i = 0; i < both->last; i++)
		both->wrong |= bytes[i] != patternAt(both->taken + (size_t)i);
	both->taken += both->last > 0 ? (size_t)both->last : 0;
	return both->last > 0 ? (size_t)both->last : 0;
}

static bool tookAll(struct Both *both)
{
	take(both, SIZE_MAX);
	return both->taken >= both->sent;
}

/* The peer reads to the end, or to an error. */
static bool sawEnd(struct Both *both)
{
	while (take(both, SIZE_MAX) > 0)
		continue;
	return both->last == 0 || (both->error != EAGAIN && both->error != EWOULDBLOCK);
}

static bool wasTold(struct Both *both)
{
	return both->changed > 0;
}

/* The peer takes until there is room again. */
static bool tookForSpace(struct Both *both)
{
	take(both, SIZE_MAX);
	return space(both) > 0;
}

static void testConnecting(void)
{
	char address[TLS_ADDRESS_SIZE];
	uint16_t port = 0;
	struct Both both;

	start(&both, true);
	ok(both.transport->state == TLS_TRANSPORT_CONNECTING && space(&both) == 0 && give(&both, 1) == 0 &&
			!both.transport->operations->remote(both.transport, address, &port),
		"it is connecting at first");
	AWAIT(&both, hasLeft);
	ok(both.transport->state == TLS_TRANSPORT_OPEN && both.changed == 1 && space(&both) == TLS_POSIX_QUEUE &&
			both.transport->operations->remote(both.transport, address, &port) &&
			strcmp(address, "127.0.0.1") == 0 && port != 0,
		"then it is open, to that peer");
	both.peer = accept(both.listener, NULL, NULL);
	close(both.listener);
	closeAll(&both);

	start(&both, false);
	AWAIT(&both, hasLeft);
	ok(both.transport->state == TLS_TRANSPORT_FAILED && both.transport->failure.code == TLS_REFUSED &&
			both.changed == 1 && space(&both) == 0,
		"nobody listens: it is refused");
	closeAll(&both);

	start(&both, true);
	closeTransport(&both);
	close(both.listener);
	for (int i = 0; i < 10; i++)
		turn();
	ok(both.changed == 0, "closed before it is open, it tells nothing");
}

/* A peer that takes nothing for a while, and then little at a time, gets every byte in its place. */
static void testSlowPeer(void)
{
	struct Both both;

	adopt(&both);
	for (size_t piece = 1; both.sent < MANY && !both.wrong; piece = piece * 7 % 40009) {
		give(&both, piece);
		if (piece % 3 == 0)
			flush(&both);
		if (piece % 5 == 0)
			turn();
		if (space(&both) > 0)
			continue;
		for (int i = 0; i < 100 && space(&both) == 0; i++) {
			take(&both, piece * 13 % 40009);
			turn();
		}
	}
	flush(&both);
	AWAIT(&both, tookAll);
	ok(!both.wrong && both.taken == both.sent, "two megabytes to a slow peer, in pieces of all sizes");
	closeAll(&both);
}

static void testRoom(void)
{
	struct Both both;

	begin(&both);
	while (space(&both) > 0)
		give(&both, SIZE_MAX);
	ok(!both.wrong && give(&both, 1) == 0, "the peer takes nothing: there is room for so much, and no more");
	for (int i = 0; i < 100; i++)
		turn();
	both.changed = 0;
	for (int i = 0; i < 100; i++)
		turn();
	ok(both.changed == 0, "until it does, nobody is disturbed");
	AWAIT(&both, tookForSpace);
	ok(both.changed > 0, "that there is room again is told");
	closeTransport(&both);
	AWAIT(&both, sawEnd);
	ok(!both.wrong && both.last == 0 && both.taken == both.sent,
		"closed then, the peer gets all, and an end");
	closeAll(&both);
}

/* What is held back for what follows leaves when it is told to, in front of that. */
static void testFlush(void)
{
	struct Both both;

	begin(&both);
	give(&both, 10);
	flush(&both);
	AWAIT(&both, tookAll);
	ok(!both.wrong && both.taken == 10, "ten bytes");
	give(&both, 10);
	give(&both, 5000);
	AWAIT(&both, tookAll);
	ok(!both.wrong && both.taken == 5020, "ten, and many behind them");
	give(&both, 10);
	closeTransport(&both);
	AWAIT(&both, sawEnd);
	ok(!both.wrong && both.last == 0 && both.taken == 5030, "ten, and a close");
	closeAll(&both);
}

/* A reader that leaves what is there is left in peace. */
static void testPause(void)
{
	uint8_t bytes[8];
	struct Both both;

	begin(&both);
	ok(receive(&both, bytes, sizeof(bytes)) == 0 && !both.transport->waiting, "nothing to receive");
	send(both.peer, "one", 3, 0);
	AWAIT(&both, wasTold);
	ok(both.transport->waiting, "something has come");
	for (int i = 0; i < 100; i++)
		turn();
	ok(both.changed == 1, "which is told once");
	ok(receive(&both, bytes, 2) == 2 && memcmp(bytes, "on", 2) == 0 && receive(&both, bytes, 8) == 1 &&
			bytes[0] == 'e' && receive(&both, bytes, 8) == 0,
		"it is received");
	both.changed = 0;
	send(both.peer, "two", 3, 0);
	AWAIT(&both, wasTold);
	ok(receive(&both, bytes, 8) == 3 && memcmp(bytes, "two", 3) == 0, "and so is the next");
	closeAll(&both);
}

static bool hasEnded(struct Both *both)
{
	uint8_t byte;

	return receive(both, &byte, 1) == 0 && both->transport->state != TLS_TRANSPORT_OPEN;
}

static void testEnd(void)
{
	uint8_t bytes[8];
	struct linger abort = {1, 0};
	struct Both both;

	begin(&both);
	send(both.peer, "last", 4, 0);
	shutdown(both.peer, SHUT_WR);
	AWAIT(&both, wasTold);
	ok(both.transport->state == TLS_TRANSPORT_OPEN && receive(&both, bytes, 8) == 4, "the peer's last bytes");
	AWAIT(&both, hasEnded);
	ok(both.transport->state == TLS_TRANSPORT_ENDED && both.transport->failure.code == TLS_OK, "and its end");
	both.changed = 0;
	for (int i = 0; i < 100; i++)
		turn();
	ok(both.changed <= 1, "which is told once");
	give(&both, 100);
	flush(&both);
	AWAIT(&both, tookAll);
	ok(!both.wrong && both.taken == 100, "the other direction stays open");
	closeAll(&both);

	begin(&both);
	setsockopt(both.peer, SOL_SOCKET, SO_LINGER, &abort, sizeof(abort));
	close(both.peer);
	both.peer = -1;
	AWAIT(&both, hasEnded);
	ok(both.transport->state == TLS_TRANSPORT_FAILED && both.transport->failure.code == TLS_RESET &&
			space(&both) == 0,
		"a peer that resets");
	closeAll(&both);
}

/* Bytes of the peer's that nobody has read: the system would reset the connection for them, and lose what was
   sent. */
static void testCloseWithUnread(void)
{
	struct Both both;

	begin(&both);
	send(both.peer, "unread", 6, 0);
	AWAIT(&both, wasTold);
	give(&both, 2000);
	closeTransport(&both);
	AWAIT(&both, sawEnd);
	ok(!both.wrong && both.last == 0 && both.taken == 2000,
		"closed with bytes unread: the peer gets all, and an end");
	closeAll(&both);
}

/* The peer goes while something waits to be sent to it: then nothing does any more. */
static void testCloseBeforeReset(void)
{
	struct linger abort = {1, 0};
	struct Both both;

	begin(&both);
	while (space(&both) > 0)
		give(&both, SIZE_MAX);
	closeTransport(&both);
	setsockopt(both.peer, SOL_SOCKET, SO_LINGER, &abort, sizeof(abort));
	closeAll(&both);
	ok(g_main_context_pending(NULL) == FALSE, "closed with bytes unsent, and the peer resets");
}

static bool isQuiet(struct Both *both)
{
	(void)both;
	return !g_main_context_pending(NULL);
}

/* The peer has ended, but has not taken all: closed then, before the loop has told of the end, it does not
   turn for nothing. */
static void testCloseAfterEnd(void)
{
	struct Both both;

	begin(&both);
	while (space(&both) > 0)
		give(&both, SIZE_MAX);
	shutdown(both.peer, SHUT_WR);
	AWAIT(&both, hasEnded);
	closeTransport(&both);
	AWAIT(&both, isQuiet);
	AWAIT(&both, sawEnd);
	ok(!both.wrong && both.last == 0 && both.taken == both.sent,
		"closed after the peer's end: it gets all, and the loop rests until it takes it");
	closeAll(&both);
}

int main(void)
{
	testConnecting();
	testSlowPeer();
	testRoom();
	testFlush();
	testPause();
	testEnd();
	testCloseWithUnread();
	testCloseBeforeReset();
	testCloseAfterEnd();
	return finishTests();
}
