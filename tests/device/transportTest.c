/* SPDX-License-Identifier: MIT */
/*
 * The lwIP transport against a server on the host, in one scenario per run: `transportTest <scenario>
 * <port>`. The server's side of each scenario, and what it must have seen, is in transportTest.mjs. Prints
 * `passed`, or what failed.
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"

#include "boardClock.h"
#include "boardHeap.h"
#include "boardLink.h"
#include "boardMessages.h"
#include "boardNetwork.h"
#include "boardSemihosting.h"
#include "tlsTransportLwip.h"

#define HOST       "10.0.2.2"
#define NO_ADDRESS "::1" /* this lwIP has no IPv6 */
#define SECOND     1000u
#define PATIENCE   (30 * SECOND)

struct Client {
	struct TlsTransport *transport;
	struct TlsFailure failure;
	unsigned changes; /* calls of `changed` */
	size_t received;  /* bytes, all of them checked */
	size_t sent;
	size_t echo; /* bytes to send in all, of which all come back */
	bool closeOnChange;
};

static uint16_t port;
static unsigned refusedPosts; /* so many posts fail */
static bool losing;           /* posts succeed, but nothing is delivered: the machine is about to end */
static unsigned lost;         /* posts meanwhile */
static bool gone;             /* the machine has ended: nobody may post */
static struct TlsTransport *underWay[MEMP_NUM_TCP_PCB + 1]; /* transports with a message to be delivered */

static void fail(const char *format, ...) __attribute__((noreturn));

static void fail(const char *format, ...)
{
	va_list arguments;

	printf("failed: ");
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	puts("");
	exit(1);
}

#define CHECK(condition)                                                                                     \
	do {                                                                                                     \
		if (!(condition))                                                                                    \
			fail("%s, line %d", #condition, __LINE__);                                                       \
	} while (0)

/* --- the event loop --- */

/* The place of a transport's message among those under way; NULL: a free one. */
static struct TlsTransport **placeOf(const struct TlsTransport *transport)
{
	struct TlsTransport **place = underWay;

	while (place < underWay + MEMP_NUM_TCP_PCB && *place != transport)
		place++;
	return place;
}

static void deliver(void *machine, void *transport, uint8_t *message, uint16_t length)
{
	(void)machine, (void)message, (void)length;
	*placeOf(transport) = NULL;
	tlsTransportLwipDeliver(transport);
}

static bool post(void *machine, struct TlsTransport *transport)
{
	if (refusedPosts) {
		refusedPosts--;
		return false;
	}
	CHECK(!gone);
	if (losing) {
		lost++;
		return true;
	}
	CHECK(*placeOf(transport) != transport); /* one message at a time */
	if (modMessagePostToMachine(machine, NULL, 0, deliver, transport) != 0)
		return false;
	*placeOf(NULL) = transport;
	return true;
}

static void turn(void)
{
	boardNetworkPoll();
	if (!boardMessagesDeliver())
		boardSleep();
}

static void turnFor(uint32_t milliseconds)
{
	uint32_t start = boardMilliseconds();

	while (boardMilliseconds() - start < milliseconds)
		turn();
}

/* Turns until `reached` holds for the client. */
static void await(struct Client *client, bool (*reached)(struct Client *client), const char *what)
{
	uint32_t start = boardMilliseconds();

	while (!reached(client)) {
		if (boardMilliseconds() - start > PATIENCE)
			fail("no %s after %u ms, state %d, %u changes", what, (unsigned)PATIENCE,
				client->transport->state, client->changes);
		turn();
	}
}

#define AWAIT(client, reached) await(client, reached, #reached)

/* --- the client --- */

/* Every byte's value follows from its place in the stream. */
static uint8_t patternAt(size_t place)
{
	return (uint8_t)(place ^ place >> 8 ^ place >> 16);
}

static void changed(void *context)
{
	struct Client *client = context;

	client->changes++;
	if (client->closeOnChange) {
		client->transport->operations->close(client->transport);
		client->transport = NULL;
	}
}

static bool start(struct Client *client, const char *address, uint16_t number, bool noDelay)
{
	struct TlsDestination destination = {.port = number, .noDelay = noDelay, .keepAlive = 5000};

	destination.addressSize = tlsAddressParse(address, destination.address);
	memset(client, 0, sizeof(*client));
	client->transport = tlsTransportLwipConnect(&destination, post, NULL, &client->failure);
	if (!client->transport)
		return false;
	client->transport->changed = changed;
	client->transport->context = client;
	return true;
}

static void stop(struct Client *client)
{
	client->transport->operations->close(client->transport);
	client->transport = NULL;
}

/* Takes up to `length` bytes and checks them. */
static size_t take(struct Client *client, size_t length)
{
	uint8_t bytes[2000];
	size_t count, index;

	if (length > sizeof(bytes))
		length = sizeof(bytes);
	count = client->transport->operations->receive(client->transport, bytes, length);
	CHECK(count <= length);
	for (index = 0; index < count; index++)
		if (bytes[index] != patternAt(client->received + index))
			fail("byte %u is wrong", (unsigned)(client->received + index));
	client->received += count;
	return count;
}

/* Offers up to `length` bytes of the pattern; returns how many were accepted. */
static size_t give(struct Client *client, size_t length)
{
	static uint8_t bytes[TCP_SND_BUF];
	size_t count, index;

	if (length > sizeof(bytes))
		length = sizeof(bytes);
	for (index = 0; index < length; index++)
		bytes[index] = patternAt(client->sent + index);
	count = client->transport->operations->send(client->transport, bytes, length);
	CHECK(count <= length);
	client->sent += count;
	return count;
}

static size_t space(struct Client *client)
{
	return client->transport->operations->space(client->transport);
}

static void flush(struct Client *client)
{
	client->transport->operations->flush(client->transport);
}

static bool isOpen(struct Client *client)
{
	return client->transport->state == TLS_TRANSPORT_OPEN;
}

static bool hasFailed(struct Client *client)
{
	return client->transport->state == TLS_TRANSPORT_FAILED;
}

static bool hasEnded(struct Client *client)
{
	return client->transport->state == TLS_TRANSPORT_ENDED;
}

static bool hasSpace(struct Client *client)
{
	return space(client) > 0;
}

static bool isClosed(struct Client *client)
{
	return !client->transport;
}

/* Reads what is there. */
static bool readsToEnd(struct Client *client)
{
	while (take(client, SIZE_MAX))
		;
	return hasEnded(client) || hasFailed(client);
}

/* Sends what the transport promises to take, and holds it to that. */
static bool echoes(struct Client *client)
{
	size_t promised = space(client), offered = client->echo - client->sent;

	while (take(client, SIZE_MAX))
		;
	if (offered > promised)
		offered = promised;
	if (offered) {
		CHECK(give(client, offered) == offered);
		CHECK(space(client) + offered <= promised || promised == 0);
		flush(client);
	}
	if (hasFailed(client))
		fail("%s after %u of %u bytes", tlsCodeName(client->transport->failure.code),
			(unsigned)client->received, (unsigned)client->echo);
	return client->received == client->echo;
}

static void echo(struct Client *client, size_t length)
{
	client->echo += length;
	AWAIT(client, echoes);
}

static void begin(struct Client *client)
{
	CHECK(start(client, HOST, port, false));
	CHECK(client->transport->state == TLS_TRANSPORT_CONNECTING);
	CHECK(space(client) == 0);
	AWAIT(client, isOpen);
}

/* --- scenarios --- */

static void scenarioEcho(void)
{
	struct Client client;
	char address[TLS_ADDRESS_SIZE];
	uint16_t number = 0;

	begin(&client);
	CHECK(client.transport->operations->remote(client.transport, address, &number));
	CHECK(!strcmp(address, HOST) && number == port);
	echo(&client, 200000);
	stop(&client);
}

static void scenarioRefused(void)
{
	struct Client client;
	char address[TLS_ADDRESS_SIZE];
	uint16_t number;

	CHECK(start(&client, HOST, port, false));
	CHECK(!client.transport->operations->remote(client.transport, address, &number));
	AWAIT(&client, hasFailed);
	CHECK(client.transport->failure.code == TLS_REFUSED);
	CHECK(client.changes == 1);
	CHECK(give(&client, 1) == 0 && take(&client, 1) == 0 && space(&client) == 0);
	flush(&client);
	stop(&client);
}

/* Nobody answers at this address of the network. */
static void scenarioSilence(void)
{
	struct Client client;
	uint32_t begun = boardMilliseconds();

	CHECK(start(&client, "10.0.2.77", port, false));
	while (!hasFailed(&client)) {
		CHECK(boardMilliseconds() - begun < 300 * SECOND);
		turn();
	}
	CHECK(client.transport->failure.code == TLS_UNREACHABLE);
	stop(&client);
}

/* lwIP makes nothing of this address; that is told like everything else. */
static void scenarioNoRoute(void)
{
	struct Client client;

	CHECK(start(&client, NO_ADDRESS, port, false));
	CHECK(client.transport->state == TLS_TRANSPORT_CONNECTING);
	AWAIT(&client, hasFailed);
	CHECK(client.transport->failure.code == TLS_UNREACHABLE && client.changes == 1);
	stop(&client);
}

/* The same, and closed before it is told. */
static void scenarioNoRouteClosed(void)
{
	struct Client client;

	CHECK(start(&client, NO_ADDRESS, port, false));
	stop(&client);
	turnFor(1 * SECOND);
	CHECK(client.changes == 0);
}

/* The same where no message can be posted: nothing could tell of it, so it is told at once. */
static void scenarioNoRouteUntold(void)
{
	struct Client client;

	refusedPosts = 1;
	CHECK(!start(&client, NO_ADDRESS, port, false));
	CHECK(client.failure.code == TLS_UNREACHABLE);
}

/* All of lwIP's connections are taken. */
static void scenarioTooMany(void)
{
	struct Client clients[MEMP_NUM_TCP_PCB], client;
	unsigned index;

	for (index = 0; index < MEMP_NUM_TCP_PCB; index++)
		begin(&clients[index]);
	if (start(&client, HOST, port, false))
		fail("one connection more than lwIP has");
	CHECK(client.failure.code == TLS_MEMORY);
	for (index = 0; index < MEMP_NUM_TCP_PCB; index++)
		stop(&clients[index]);
}

/* The server resets at once. */
static void scenarioReset(void)
{
	struct Client client;

	CHECK(start(&client, HOST, port, false));
	AWAIT(&client, hasFailed);
	CHECK(client.transport->failure.code == TLS_RESET);
	stop(&client);
}

/* The server sends, waits and resets; the client reads only afterwards, and gets every byte. */
static void scenarioResetBehindData(void)
{
	struct Client client;
	unsigned before;

	begin(&client);
	turnFor(1 * SECOND);
	CHECK(isOpen(&client) && space(&client) == 0);
	CHECK(take(&client, 5000 - 1) == 2000 && take(&client, 2000) == 2000 && take(&client, 999) == 999);
	CHECK(isOpen(&client));
	before = client.changes;
	CHECK(take(&client, 10) == 1);
	CHECK(hasFailed(&client) && client.transport->failure.code == TLS_RESET);
	turnFor(10);
	CHECK(client.changes == before + 1);
	stop(&client);
}

/* The server sends and ends; the client reads only afterwards. Its own direction stays open. */
static void scenarioEndBehindData(void)
{
	struct Client client;
	unsigned before;

	begin(&client);
	turnFor(1 * SECOND);
	CHECK(isOpen(&client));
	while (client.received < 4999)
		CHECK(take(&client, 4999 - client.received));
	CHECK(isOpen(&client));
	before = client.changes;
	CHECK(take(&client, 10) == 1);
	CHECK(hasEnded(&client) && client.transport->failure.code == TLS_OK);
	turnFor(10);
	CHECK(client.changes == before + 1);
	CHECK(give(&client, 100) == 100);
	stop(&client);
}

/* More than the window: the rest waits at the server until the client reads. */
static void scenarioBackPressure(void)
{
	struct Client client;

	begin(&client);
	turnFor(1 * SECOND);
	CHECK(isOpen(&client));
	CHECK(take(&client, 1) == 1);
	turnFor(1 * SECOND);
	CHECK(lwip_stats.memp[MEMP_PBUF_POOL]->used * TCP_MSS <= TCP_WND + TCP_MSS);
	AWAIT(&client, readsToEnd);
	CHECK(hasEnded(&client) && client.received == 300000);
	stop(&client);
}

/* The peer's data keeps coming one byte at a time. */
static void scenarioTrickle(void)
{
	struct Client client;

	begin(&client);
	AWAIT(&client, readsToEnd);
	CHECK(hasEnded(&client) && client.received == 200);
	stop(&client);
}

/* Takes lwIP's heap in blocks of `size`, until there is none left. */
struct Hog {
	void *blocks[MEM_SIZE / 24 + 1];
	unsigned count;
};

static void takeHeap(struct Hog *hog, mem_size_t size)
{
	hog->count = 0;
	while ((hog->blocks[hog->count] = mem_malloc(size)))
		hog->count++;
}

static void giveBackHeap(struct Hog *hog)
{
	while (hog->count)
		mem_free(hog->blocks[--hog->count]);
}

/* Another user of lwIP's heap leaves nothing: what was promised is accepted all the same, and sent when memory is
   back. */
static void scenarioMemory(void)
{
	static struct Hog hog;
	struct Client client;
	size_t promised;

	begin(&client);
	takeHeap(&hog, 16);
	promised = space(&client);
	CHECK(promised == 2 * TCP_MSS);
	CHECK(give(&client, 1000) == 1000 && space(&client) == promised - 1000);
	flush(&client);
	CHECK(give(&client, 1) == 1 && give(&client, SIZE_MAX) == promised - 1001 && space(&client) == 0);
	turnFor(3 * SECOND);
	CHECK(isOpen(&client) && space(&client) == 0 && client.received == 0);
	giveBackHeap(&hog);
	client.echo = promised;
	AWAIT(&client, echoes);
	AWAIT(&client, hasSpace);
	echo(&client, 50000);
	stop(&client);
}

/* Memory is back before what waits for it has gone: what is sent then goes behind that. */
static void scenarioMemoryBack(void)
{
	static struct Hog hog;
	struct Client client;

	begin(&client);
	takeHeap(&hog, 16);
	CHECK(give(&client, 1000) == 1000);
	giveBackHeap(&hog);
	CHECK(give(&client, 500) == 500);
	flush(&client);
	client.echo = 1500;
	AWAIT(&client, echoes);
	stop(&client);
}

/* Neither lwIP nor the C library has memory for what was promised. */
static void scenarioNoMemory(void)
{
	static struct Hog hog;
	struct Client client;

	begin(&client);
	takeHeap(&hog, 16);
	boardHeapLimit(1);
	CHECK(give(&client, 1000) == 0);
	boardHeapLimit(0);
	CHECK(hasFailed(&client) && client.transport->failure.code == TLS_MEMORY);
	CHECK(give(&client, 1) == 0 && space(&client) == 0);
	giveBackHeap(&hog);
	CHECK(take(&client, 1) == 0 && hasFailed(&client));
	stop(&client);
}

/* There is memory for a first segment, but not for a second one. */
static void scenarioPartOfMemory(void)
{
	struct Client client;
	void *hog;

	begin(&client);
	hog = mem_malloc(MEM_SIZE - 2 * TCP_MSS);
	CHECK(hog && space(&client) == 2 * TCP_MSS);
	CHECK(give(&client, SIZE_MAX) == 2 * TCP_MSS && space(&client) == 0);
	CHECK(boardHeapUsed() > TCP_MSS && boardHeapUsed() < 2 * TCP_MSS); /* the second, and not the first */
	mem_free(hog);
	flush(&client);
	client.echo = 2 * TCP_MSS;
	AWAIT(&client, echoes);
	CHECK(boardHeapUsed() < TCP_MSS);
	echo(&client, 50000);
	stop(&client);
}

/* What is promised holds byte by byte, although each flush sends a segment that has room for more. */
static void scenarioFlushes(void)
{
	struct Client client;

	CHECK(start(&client, HOST, port, true));
	AWAIT(&client, isOpen);
	while (client.echo < 20 * 2 * TCP_MSS) {
		size_t promised;

		AWAIT(&client, hasSpace);
		for (promised = space(&client); promised; promised = space(&client)) {
			size_t count = promised < 541 ? promised : 541;

			CHECK(give(&client, count) == count && space(&client) >= promised - count);
			client.echo += count;
			flush(&client);
		}
		take(&client, SIZE_MAX);
	}
	AWAIT(&client, echoes);
	stop(&client);
}

/* Many small writes, each its own segment: what `space` promises holds for them too. */
static void scenarioSmallWrites(void)
{
	struct Client client;
	unsigned index;

	CHECK(start(&client, HOST, port, true));
	AWAIT(&client, isOpen);
	for (index = 0; index < 500; index++) {
		AWAIT(&client, hasSpace);
		CHECK(give(&client, 1) == 1);
		flush(&client);
		client.echo++;
		take(&client, SIZE_MAX);
	}
	AWAIT(&client, echoes);
	stop(&client);
}

/* The peer takes everything and says nothing: that there is room again is told by its acknowledgements. */
static void scenarioRoom(void)
{
	struct Client client;
	unsigned before;

	begin(&client);
	CHECK(give(&client, SIZE_MAX) == 2 * TCP_MSS && space(&client) == 0);
	before = lwip_stats.tcp.xmit;
	flush(&client);
	CHECK(lwip_stats.tcp.xmit != before); /* it leaves now, and not at lwIP's next tick */
	before = client.changes;
	AWAIT(&client, hasSpace);
	CHECK(client.changes > before);
	stop(&client);
}

/* The peer offers to take one byte at a time. */
static void scenarioNarrowWindow(void)
{
	struct Client client;

	begin(&client);
	CHECK(space(&client) >= 6 && give(&client, 6) == 6);
	client.echo = 6;
	flush(&client);
	turnFor(1 * SECOND);
	CHECK(take(&client, SIZE_MAX) < 6);
	AWAIT(&client, echoes);
	stop(&client);
}

/* The peer sends byte by byte on two connections and nobody reads: a third one still works, and nothing is
   lost. */
static void scenarioSmallUnread(void)
{
	struct Client idle[2], client;

	begin(&idle[0]);
	begin(&idle[1]);
	turnFor(2 * SECOND);
	begin(&client);
	echo(&client, 20000);
	stop(&client);
	AWAIT(&idle[0], readsToEnd);
	AWAIT(&idle[1], readsToEnd);
	CHECK(idle[0].received == 200 && idle[1].received == 200);
	stop(&idle[0]);
	stop(&idle[1]);
}

/* Everything accepted goes out although the transport is closed at once. */
static void scenarioCloseWithUnsent(void)
{
	struct Client client;

	begin(&client);
	CHECK(give(&client, SIZE_MAX) == 2 * TCP_MSS);
	stop(&client);
	turnFor(1 * SECOND);
}

/* The same with bytes of the peer's unread, for which lwIP would reset the connection. */
static void scenarioCloseWithUnread(void)
{
	struct Client client;

	begin(&client);
	turnFor(300);
	CHECK(give(&client, SIZE_MAX) == 2 * TCP_MSS);
	stop(&client);
	turnFor(1 * SECOND);
}

/* The same while lwIP has no memory for the FIN. */
static void scenarioCloseWithoutMemory(void)
{
	static struct Hog hog;
	struct Client client;

	begin(&client);
	CHECK(give(&client, 1000) == 1000);
	takeHeap(&hog, 16);
	stop(&client);
	turnFor(1 * SECOND);
	giveBackHeap(&hog);
	turnFor(2 * SECOND);
}

/* The same while lwIP has no memory for the bytes, and the peer goes on sending. */
static void closeWithPending(struct Client *client, struct Hog *hog)
{
	begin(client);
	takeHeap(hog, 16);
	CHECK(give(client, SIZE_MAX) == 2 * TCP_MSS);
	stop(client);
}

static void scenarioCloseWithPending(void)
{
	static struct Hog hog;
	struct Client client;

	closeWithPending(&client, &hog);
	turnFor(2 * SECOND);
	CHECK(boardHeapUsed() > 2 * TCP_MSS);
	giveBackHeap(&hog);
	turnFor(3 * SECOND);
	CHECK(boardHeapUsed() < TCP_MSS);
}

/* The same with a message under way: it is the last that sees the transport. */
static void scenarioCloseWithPendingWhilePosted(void)
{
	static struct Hog hog;
	struct Client client;

	begin(&client);
	takeHeap(&hog, 16);
	CHECK(give(&client, SIZE_MAX) == 2 * TCP_MSS);
	while (!boardMessagesPending())
		boardNetworkPoll();
	stop(&client);
	giveBackHeap(&hog);
	while (tcp_active_pcbs != NULL)
		boardNetworkPoll();
	CHECK(boardMessagesPending());
	turnFor(10);
	CHECK(client.changes == 1); /* of the connection */
}

/* The same as before, and the peer has gone by then. The machine, too. */
static void scenarioCloseWithPendingAndReset(void)
{
	static struct Hog hog;
	struct Client client;

	closeWithPending(&client, &hog);
	gone = true;
	turnFor(1 * SECOND);
	giveBackHeap(&hog);
	CHECK(client.changes == 1); /* of the connection */
}

static void scenarioCloseWhileConnecting(void)
{
	struct Client client;

	CHECK(start(&client, HOST, port, false));
	stop(&client);
	turnFor(1 * SECOND);
	CHECK(client.changes == 0);
}

/* The message is under way when the transport is closed; it must find nobody. */
static void scenarioCloseWhilePosted(void)
{
	struct Client client;

	CHECK(start(&client, HOST, port, false));
	while (!boardMessagesPending())
		boardNetworkPoll();
	stop(&client);
	turnFor(1 * SECOND);
	CHECK(client.changes == 0);
}

/* The machine ends, and the message that is under way is lost with it: the transport must not wait for it. */
static void scenarioMachineEndsWhilePosted(void)
{
	struct Client client;

	losing = true;
	CHECK(start(&client, HOST, port, false));
	while (lost == 0)
		boardNetworkPoll();
	client.transport->machineEnds = true;
	stop(&client);
	turnFor(1 * SECOND);
	CHECK(lost == 1);
}

static void scenarioCloseInChanged(void)
{
	struct Client client;

	CHECK(start(&client, HOST, port, false));
	client.closeOnChange = true;
	AWAIT(&client, isClosed);
	turnFor(1 * SECOND);
	CHECK(client.changes == 1);
}

/* Messages cannot be posted for a while: lwIP's tick makes up for it. */
static void scenarioRefusedPosts(void)
{
	struct Client client;

	refusedPosts = 3;
	begin(&client);
	CHECK(refusedPosts == 0);
	echo(&client, 20000);
	refusedPosts = 5;
	echo(&client, 20000);
	CHECK(refusedPosts == 0);
	stop(&client);
}

/* The plug is pulled in the middle for two seconds. */
static void scenarioLinkDown(void)
{
	struct Client client;

	begin(&client);
	echo(&client, 30000);
	boardNetworkSetUp(false);
	CHECK(give(&client, 1000) == 1000);
	client.echo += 1000;
	flush(&client);
	turnFor(2 * SECOND);
	CHECK(isOpen(&client));
	boardNetworkSetUp(true);
	AWAIT(&client, echoes);
	echo(&client, 30000);
	stop(&client);
}

static const struct BoardFaults deaf = {.loss = 1000};

/* The peer is gone, and nothing is to be sent. */
static void scenarioVanished(void)
{
	struct Client client;

	begin(&client);
	echo(&client, 1000);
	boardLinkSetFaults(&deaf);
	AWAIT(&client, hasFailed);
	CHECK(client.transport->failure.code == TLS_UNREACHABLE);
	stop(&client);
}

/* The same, and something is. */
static void scenarioVanishedBeforeWriting(void)
{
	struct Client client;

	begin(&client);
	echo(&client, 1000);
	boardLinkSetFaults(&deaf);
	CHECK(give(&client, 1000) == 1000);
	flush(&client);
	AWAIT(&client, hasFailed);
	CHECK(client.transport->failure.code == TLS_UNREACHABLE);
	stop(&client);
}

static const struct Scenario {
	const char *name;
	void (*run)(void);
} scenarios[] = {
	{"echo", scenarioEcho},
	{"refused", scenarioRefused},
	{"silence", scenarioSilence},
	{"noRoute", scenarioNoRoute},
	{"noRouteClosed", scenarioNoRouteClosed},
	{"noRouteUntold", scenarioNoRouteUntold},
	{"tooMany", scenarioTooMany},
	{"reset", scenarioReset},
	{"resetBehindData", scenarioResetBehindData},
	{"endBehindData", scenarioEndBehindData},
	{"backPressure", scenarioBackPressure},
	{"trickle", scenarioTrickle},
	{"memory", scenarioMemory},
	{"memoryBack", scenarioMemoryBack},
	{"partOfMemory", scenarioPartOfMemory},
	{"noMemory", scenarioNoMemory},
	{"flushes", scenarioFlushes},
	{"smallWrites", scenarioSmallWrites},
	{"smallUnread", scenarioSmallUnread},
	{"room", scenarioRoom},
	{"narrowWindow", scenarioNarrowWindow},
	{"closeWithUnsent", scenarioCloseWithUnsent},
	{"closeWithUnread", scenarioCloseWithUnread},
	{"closeWithoutMemory", scenarioCloseWithoutMemory},
	{"closeWithPending", scenarioCloseWithPending},
	{"closeWithPendingWhilePosted", scenarioCloseWithPendingWhilePosted},
	{"closeWithPendingAndReset", scenarioCloseWithPendingAndReset},
	{"closeWhileConnecting", scenarioCloseWhileConnecting},
	{"closeWhilePosted", scenarioCloseWhilePosted},
	{"machineEndsWhilePosted", scenarioMachineEndsWhilePosted},
	{"closeInChanged", scenarioCloseInChanged},
	{"refusedPosts", scenarioRefusedPosts},
	{"linkDown", scenarioLinkDown},
	{"vanished", scenarioVanished},
	{"vanishedBeforeWriting", scenarioVanishedBeforeWriting},
};

static bool isClean(size_t blocks)
{
	return boardHeapBlocks() == blocks && !lwip_stats.mem.used && !lwip_stats.memp[MEMP_PBUF_POOL]->used &&
		   !lwip_stats.memp[MEMP_TCP_SEG]->used;
}

/* Nothing may be left once the peer has answered: no block of ours, no buffer of lwIP's. */
static void checkLeaks(size_t blocks)
{
	static const struct BoardFaults perfect;
	uint32_t begun = boardMilliseconds();

	boardLinkSetFaults(&perfect);
	while (!isClean(blocks)) {
		if (boardMilliseconds() - begun > 20 * SECOND)
			fail("leaked: %d blocks; of lwIP %u bytes, %u buffers, %u segments",
				(int)(boardHeapBlocks() - blocks), (unsigned)lwip_stats.mem.used,
				lwip_stats.memp[MEMP_PBUF_POOL]->used, lwip_stats.memp[MEMP_TCP_SEG]->used);
		turn();
	}
}

/* Arguments: scenario, port, and faults of the network if any. */
static void run(const char *name, const char *faultsText)
{
	struct BoardFaults faults;
	size_t blocks, index;

	if (!boardLinkParseFaults(faultsText, &faults))
		fail("faults not understood: %s", faultsText);
	boardLinkSetFaults(&faults);
	blocks = boardHeapBlocks();
	for (index = 0; index < sizeof(scenarios) / sizeof(scenarios[0]); index++)
		if (!strcmp(scenarios[index].name, name)) {
			scenarios[index].run();
			checkLeaks(blocks);
			puts("passed");
			exit(0);
		}
	fail("no scenario of that name: %s", name);
}

int main(void)
{
	char line[200], name[40], faults[100] = "";
	unsigned number;

	if (!boardCommandLine(line, sizeof(line)) || sscanf(line, "%*s %39s %u %99s", name, &number, faults) < 2)
		fail("usage: transportTest scenario port [faults]");
	port = (uint16_t)number;
	if (!boardNetworkStart())
		fail("no network");
	run(name, faults);
}
