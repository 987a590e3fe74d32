/* SPDX-License-Identifier: MIT */
/*
 * One connection to a server that may do what it likes, and what it costs in instructions, without XS: the
 * engine over lwIP, stepped from an event loop as the class does it.
 *
 *    boundsClient PORT ANCHORS VERSION
 *
 * ANCHORS is a file of CA certificates in DER, one behind the other; VERSION is one such as 0304. Prints one
 * line of JSON: `code` and `detail` of the end; `total` and `longest` step up to the end of the handshake,
 * `steps`; the same of what came after it in `after`.
 */

#include <stdio.h>
#include <stdlib.h>

#include "boardClient.h"
#include "boardClock.h"
#include "boardMessages.h"
#include "boardNetwork.h"
#include "boardSemihosting.h"
#include "tlsEngine.h"
#include "tlsTransportLwip.h"
#include "tlsTrust.h"

#define PATIENCE                    60000 /* milliseconds */
#define NANOSECONDS_PER_INSTRUCTION 8     /* emulate.sh, BOARD_COUNT */

struct Usage {
	uint64_t total, longest; /* nanoseconds */
	unsigned steps;
};

static bool due;

static void fail(const char *what)
{
	printf("failed: %s\n", what);
	exit(1);
}

static void changed(void *context)
{
	(void)context;
	due = true;
}

static struct TlsEngine *open(unsigned port, const char *path, unsigned version)
{
	const struct TlsDestination destination = {
		.address = {127, 0, 0, 1}, .addressSize = 4, .port = (uint16_t)port};
	struct TlsEngineConfiguration configuration = {
		.minimumVersion = (enum TlsVersion)version, .maximumVersion = (enum TlsVersion)version};
	struct TlsTransport *transport;
	struct TlsEngine *engine;
	struct TlsFailure failure;
	size_t length;
	const uint8_t *anchors = (const uint8_t *)boardReadFile(path, &length);

	tlsFailureClear(&failure);
	configuration.trust = tlsTrustCreate("device.test", boardClientClock, NULL);
	if (anchors == NULL || configuration.trust == NULL ||
		!tlsTrustAddAnchor(configuration.trust, anchors, length, false, &failure))
		fail("the anchors");
	transport = tlsTransportLwipConnect(&destination, boardClientPost, NULL, &failure);
	if (transport == NULL)
		fail("connecting");
	transport->changed = changed;
	engine = tlsEngineCreate(&configuration, transport, &failure);
	if (engine == NULL)
		fail("the engine");
	return engine;
}

/* One turn: a step of the engine, measured, and what a reader would take. */
static void step(struct TlsEngine *engine, struct Usage *usage)
{
	static uint8_t bytes[1024];
	uint64_t start = boardWorkingNanoseconds(), duration;

	due = tlsEngineAdvance(engine);
	while (tlsEngineRead(engine, bytes, sizeof(bytes)) > 0)
		due = true;
	duration = boardWorkingNanoseconds() - start;
	usage->total += duration;
	usage->steps++;
	if (usage->longest < duration)
		usage->longest = duration;
}

/* Turns while the engine is in that state. */
static void turnWhile(struct TlsEngine *engine, enum TlsState state, struct Usage *usage)
{
	uint32_t start = boardMilliseconds();

	while (tlsEngineState(engine) == state) {
		if (due)
			step(engine, usage);
		boardNetworkPoll();
		if (!boardMessagesDeliver())
			boardSleep();
		if (boardMilliseconds() - start > PATIENCE)
			fail("no progress");
	}
}

static void print(const struct Usage *usage)
{
	printf("\"total\":%lu,\"longest\":%lu,\"steps\":%u",
		(unsigned long)(usage->total / NANOSECONDS_PER_INSTRUCTION),
		(unsigned long)(usage->longest / NANOSECONDS_PER_INSTRUCTION), usage->steps);
}

int main(void)
{
	char line[400], anchors[300];
	unsigned port, version;
	struct Usage handshake = {0, 0, 0}, after = handshake;
	struct TlsEngine *engine;
	const struct TlsFailure *failure;

	if (!boardCommandLine(line, sizeof(line)) ||
		sscanf(line, "%*s %u %299s %x", &port, anchors, &version) != 3)
		fail("usage: boundsClient PORT ANCHORS VERSION");
	if (!boardNetworkStart())
		fail("no network");
	engine = open(port, anchors, version);
	turnWhile(engine, TLS_HANDSHAKING, &handshake);
	turnWhile(engine, TLS_CONNECTED, &after);
	failure = tlsEngineFailure(engine);
	printf("{\"code\":\"%s\",\"detail\":\"%s\",", tlsCodeName(failure->code), failure->detail);
	print(&handshake);
	printf(",\"after\":{");
	print(&after);
	printf("}}\n");
	return 0;
}
