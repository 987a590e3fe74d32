/* SPDX-License-Identifier: MIT */
/*
 * Many connections at a time on a small heap: the engine over lwIP, without XS.
 *
 *    manyClients PORT ANCHORS VERSION COUNT ROUNDS LIMIT [BYTES [RECORD HEAP]]
 *
 * opens COUNT connections to a server on the host that sends back what it gets, one handshake after the
 * other, has each send BYTES bytes (100 by default) and read them back, and closes all when each has them or
 * has failed; that ROUNDS times, on a heap of LIMIT bytes above what there was before. ANCHORS is the file of
 * a CA certificate, VERSION one such as 0304. With RECORD, records have random sizes up to that, else the
 * sizes that there is room for, up to 512. With HEAP, the C library's heap has so many bytes in all, so that
 * it can be in pieces that are too small. Prints a line of JSON:
 *
 *    echoed   connections that got their bytes back
 *    failed   by code: connections that failed
 *    idle     heap of all connections of the last round when each was idle
 *    peak     the highest heap
 *    left     heap that a round left behind: 0, or it is a leak
 *    largest  the largest block that could be allocated: before the first round, after the last one, and the least there was
 *             while all connections of a round were idle
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boardClient.h"
#include "boardClock.h"
#include "boardHeap.h"
#include "boardMessages.h"
#include "boardNetwork.h"
#include "boardSemihosting.h"
#include "tlsEngine.h"
#include "tlsTransportLwip.h"
#include "tlsTrust.h"

#define MOST     16
#define PATIENCE 60000 /* milliseconds without an end of the round */
#define CHUNK    512

static struct Arguments {
	unsigned port, version, count, rounds, limit, bytes, record, heap;
	uint8_t *anchor; /* in memory that stands for flash */
	size_t anchorLength;
} arguments;

struct Client {
	struct TlsTransport *transport;
	struct TlsEngine *engine;
	bool changed;
	size_t sent, received;
	uint32_t hungrySince; /* 0: it is not */
	size_t next;          /* size of the next record, 0: not chosen yet */
	enum TlsCode code;    /* why it failed */
};

static struct Client clients[MOST];
static unsigned echoed, failed[TLS_CODE_COUNT];
static size_t idle, largestIdle = SIZE_MAX;

static void stop(const char *what)
{
	printf("failed: %s\n", what);
	exit(1);
}

static void changed(void *context)
{
	struct Client *client = context;

	client->changed = true;
}

static bool create(struct Client *client, struct TlsFailure *failure)
{
	const struct TlsDestination destination = {
		.address = {127, 0, 0, 1}, .addressSize = 4, .port = (uint16_t)arguments.port};
	struct TlsEngineConfiguration configuration = {
		.minimumVersion = (enum TlsVersion)arguments.version,
		.maximumVersion = (enum TlsVersion)arguments.version,
	};

	configuration.trust = tlsTrustCreate("device.test", boardClientClock, NULL);
	if (!configuration.trust)
		return tlsFail(failure, TLS_MEMORY, 0), false;
	if (!tlsTrustAddAnchor(configuration.trust, arguments.anchor, arguments.anchorLength, false, failure)) {
		tlsTrustFree(configuration.trust);
		return false;
	}
	client->engine = tlsEngineCreate(&configuration, NULL, failure);
	if (!client->engine)
		return false;
	client->transport = tlsTransportLwipConnect(&destination, boardClientPost, NULL, failure);
	if (!client->transport)
		return false;
	client->transport->changed = changed;
	client->transport->context = client;
	tlsEngineSetTransport(client->engine, client->transport);
	return true;
}

static void closeClient(struct Client *client)
{
	if (client->engine) {
		tlsEngineClose(client->engine);
		tlsEngineFree(client->engine);
	}
	if (client->transport)
		client->transport->operations->close(client->transport);
	client->engine = NULL;
	client->transport = NULL;
}

static void open(struct Client *client)
{
	struct TlsFailure failure;

	tlsFailureClear(&failure);
	client->changed = create(client, &failure);
	if (!client->changed) {
		client->code = (enum TlsCode)failure.code;
		closeClient(client);
	}
}

static bool isHandshaking(const struct Client *client)
{
	return client->code == TLS_OK && tlsEngineState(client->engine) == TLS_HANDSHAKING;
}

/* As the class does: what waits for memory is tried again, but not for ever. */
static void outlastHunger(struct Client *client)
{
	if (!tlsEngineIsHungry(client->engine)) {
		client->hungrySince = 0;
		return;
	}
	if (client->hungrySince == 0)
		client->hungrySince = boardMilliseconds() | 1;
	if (boardMilliseconds() - client->hungrySince > TLS_PATIENCE)
		tlsEngineStarve(client->engine);
	client->changed = true;
}

/* The same sizes in every run. */
static size_t randomSize(size_t most)
{
	static uint32_t state = 1;

	state = state * 1664525 + 1013904223;
	return 1 + (state >> 8) % most;
}

/* How much to write now: as much as there is room for, or a record of random size once there is room for
   it. */
static size_t chooseSize(struct Client *client, size_t writable)
{
	size_t left = arguments.bytes - client->sent, most = CHUNK;

	if (arguments.record > 0) {
		if (client->next == 0)
			client->next = randomSize(arguments.record);
		most = client->next;
		if (writable < (left < most ? left : most))
			return 0;
	}
	if (left > most)
		left = most;
	return left < writable ? left : writable;
}

static void exchange(struct Client *client)
{
	static uint8_t bytes[TLS_OUTPUT];
	size_t count = chooseSize(client, tlsEngineWritable(client->engine));

	if (count > 0 && tlsEngineWrite(client->engine, bytes, count, false, 0)) {
		client->sent += count;
		client->next = 0;
	}
	if (client->sent < arguments.bytes)
		client->changed = true;
	while ((count = tlsEngineRead(client->engine, bytes, sizeof(bytes))) > 0) {
		client->received += count;
		client->changed = true;
	}
}

/* True while there is something to wait for. */
static bool step(struct Client *client)
{
	enum TlsState state;

	if (client->code != TLS_OK || client->received >= arguments.bytes)
		return false;
	if (client->changed) {
		client->changed = tlsEngineAdvance(client->engine);
		outlastHunger(client);
	}
	state = tlsEngineState(client->engine);
	if (state == TLS_CONNECTED)
		exchange(client);
	else if (state != TLS_HANDSHAKING) {
		client->code = (enum TlsCode)tlsEngineFailure(client->engine)->code;
		closeClient(client);
	}
	return true;
}

static void turn(void)
{
	boardNetworkPoll();
	if (!boardMessagesDeliver())
		boardSleep();
}

static void runRound(size_t base)
{
	uint32_t start = boardMilliseconds();
	unsigned opened = 0;
	size_t largest;
	bool busy = true;

	memset(clients, 0, sizeof(clients));
	while (busy || opened < arguments.count) {
		busy = false;
		if (opened == 0 || (opened < arguments.count && !isHandshaking(&clients[opened - 1])))
			open(&clients[opened++]);
		for (unsigned i = 0; i < opened; i++)
			busy |= step(&clients[i]);
		turn();
		if (boardMilliseconds() - start > PATIENCE)
			stop("no progress");
	}
	idle = boardHeapUsed() - base;
	largest = boardHeapLargest();
	if (largestIdle > largest)
		largestIdle = largest;
	for (unsigned i = 0; i < arguments.count; i++) {
		if (clients[i].code == TLS_OK)
			echoed++;
		else
			failed[clients[i].code]++;
		closeClient(&clients[i]);
	}
	boardNetworkDrain();
	boardNetworkPoll();
	boardMessagesDeliver();
}

static void readArguments(void)
{
	char line[400], anchor[200];

	arguments.bytes = 100;
	if (!boardCommandLine(line, sizeof(line)) ||
		sscanf(line, "%*s %u %199s %x %u %u %u %u %u %u", &arguments.port, anchor, &arguments.version,
			&arguments.count, &arguments.rounds, &arguments.limit, &arguments.bytes, &arguments.record,
			&arguments.heap) < 6 ||
		arguments.count > MOST || arguments.record > TLS_OUTPUT)
		stop("usage: manyClients PORT ANCHORS VERSION COUNT ROUNDS LIMIT [BYTES [RECORD HEAP]]");
	arguments.anchor = (uint8_t *)boardReadFile(anchor, &arguments.anchorLength);
	if (!arguments.anchor)
		stop("the anchor cannot be read");
}

int main(void)
{
	unsigned count;
	size_t base, largest;
	const char *separator = "";

	readArguments();
	if (arguments.heap > 0)
		boardHeapBound(arguments.heap);
	if (!boardNetworkStart())
		stop("no network");
	/* One connection first: what it sets up lives as long as the program. */
	count = arguments.count;
	arguments.count = 1;
	runRound(0);
	arguments.count = count;
	echoed = 0;
	base = boardHeapUsed();
	largest = boardHeapLargest();
	largestIdle = SIZE_MAX;
	boardHeapMark();
	boardHeapLimit(base + arguments.limit);
	for (unsigned i = 0; i < arguments.rounds; i++)
		runRound(base);
	boardHeapLimit(0);
	printf("{\"echoed\":%u,\"failed\":{", echoed);
	for (unsigned code = 0; code < TLS_CODE_COUNT; code++) {
		if (failed[code] > 0) {
			printf("%s\"%s\":%u", separator, tlsCodeName((enum TlsCode)code), failed[code]);
			separator = ",";
		}
	}
	printf("},\"idle\":%lu,\"peak\":%lu,\"left\":%ld", (unsigned long)idle,
		(unsigned long)(boardHeapPeak() - base), (long)boardHeapUsed() - (long)base);
	printf(",\"largest\":{\"before\":%lu,\"after\":%lu,\"idle\":%lu}}\n", (unsigned long)largest,
		(unsigned long)boardHeapLargest(), (unsigned long)largestIdle);
	return 0;
}
