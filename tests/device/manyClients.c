/* SPDX-License-Identifier: MIT */
/*
 * Many connections at a time on a small heap: the engine over lwIP, without XS.
 *
 *    manyClients PORT ANCHORS VERSION COUNT ROUNDS LIMIT [BYTES]
 *
 * opens COUNT connections to a server on the host that sends back what it gets, one handshake after the other, has each send
 * BYTES bytes (100 by default) and read them back, and closes all when each has them or has failed; that ROUNDS times, on a heap of LIMIT bytes above what
 * there was before. ANCHORS is the file of a CA certificate, VERSION one such as 0304. Prints a line of JSON:
 *
 *    echoed   connections that got their bytes back
 *    failed   by code: connections that failed
 *    idle     heap of all connections of the last round when each was idle
 *    peak     the highest heap
 *    left     heap that a round left behind: 0, or it is a leak
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	unsigned port, version, count, rounds, limit, bytes;
	uint8_t *anchor; /* in memory that stands for flash */
	size_t anchorLength;
} arguments;

struct Client {
	struct TlsTransport *transport;
	struct TlsEngine *engine;
	bool changed;
	size_t sent, received;
	uint32_t hungrySince; /* 0: it is not */
	enum TlsCode code;    /* why it failed */
};

static struct Client clients[MOST];
static unsigned echoed, failed[TLS_CODE_COUNT];
static size_t idle;

static void stop(const char *what)
{
	printf("failed: %s\n", what);
	exit(1);
}

static void deliver(void *machine, void *transport, uint8_t *message, uint16_t length)
{
	(void)machine, (void)message, (void)length;
	tlsTransportLwipDeliver(transport);
}

static bool post(void *machine, struct TlsTransport *transport)
{
	return modMessagePostToMachine(machine, NULL, 0, deliver, transport) == 0;
}

static void changed(void *context)
{
	struct Client *client = context;

	client->changed = true;
}

static int64_t readClock(void *context)
{
	(void)context;
	return boardHostSeconds();
}

static bool create(struct Client *client, struct TlsFailure *failure)
{
	const struct TlsDestination destination = {
		.address = {127, 0, 0, 1}, .addressSize = 4, .port = (uint16_t)arguments.port};
	struct TlsEngineConfiguration configuration = {
		.minimumVersion = (enum TlsVersion)arguments.version,
		.maximumVersion = (enum TlsVersion)arguments.version,
	};

	configuration.trust = tlsTrustCreate("device.test", readClock, NULL);
	if (!configuration.trust)
		return tlsFail(failure, TLS_MEMORY, 0), false;
	if (!tlsTrustAddAnchor(configuration.trust, arguments.anchor, arguments.anchorLength, false, failure)) {
		tlsTrustFree(configuration.trust);
		return false;
	}
	client->engine = tlsEngineCreate(&configuration, NULL, failure);
	if (!client->engine)
		return false;
	client->transport = tlsTransportLwipConnect(&destination, post, NULL, failure);
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

static void exchange(struct Client *client)
{
	static uint8_t bytes[CHUNK];
	size_t count = arguments.bytes - client->sent;
	size_t writable = tlsEngineWritable(client->engine);

	if (count > writable)
		count = writable;
	if (count > sizeof(bytes))
		count = sizeof(bytes);
	if (count > 0 && tlsEngineWrite(client->engine, bytes, count, false, 0))
		client->sent += count;
	if (client->sent < arguments.bytes)
		client->changed = true;
	while ((count = tlsEngineRead(client->engine, bytes, sizeof(bytes))) > 0)
		client->received += count;
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
		sscanf(line, "%*s %u %199s %x %u %u %u %u", &arguments.port, anchor, &arguments.version,
			&arguments.count, &arguments.rounds, &arguments.limit, &arguments.bytes) < 6 ||
		arguments.count > MOST)
		stop("usage: manyClients PORT ANCHORS VERSION COUNT ROUNDS LIMIT [BYTES]");
	arguments.anchor = (uint8_t *)boardReadFile(anchor, &arguments.anchorLength);
	if (!arguments.anchor)
		stop("the anchor cannot be read");
}

int main(void)
{
	unsigned count;
	size_t base;
	const char *separator = "";

	readArguments();
	if (!boardNetworkStart())
		stop("no network");
	/* One connection first: what it sets up lives as long as the program. */
	count = arguments.count;
	arguments.count = 1;
	runRound(0);
	arguments.count = count;
	echoed = 0;
	base = boardHeapUsed();
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
	printf("},\"idle\":%lu,\"peak\":%lu,\"left\":%ld}\n", (unsigned long)idle,
		(unsigned long)(boardHeapPeak() - base), (long)boardHeapUsed() - (long)base);
	return 0;
}
