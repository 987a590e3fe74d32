/* SPDX-License-Identifier: MIT */
/*
 * Bytes both ways: windows, memory that lacks, small pieces, messages that cannot be posted.
 */

#include "transportClient.h"

/* More than the window: the rest waits at the server until the client reads. */
static void scenarioBackPressure(void)
{
	struct Client client;

	clientBegin(&client);
	clientTurnFor(1 * SECOND);
	CHECK(clientIsOpen(&client));
	CHECK(clientTake(&client, 1) == 1);
	clientTurnFor(1 * SECOND);
	CHECK(lwip_stats.memp[MEMP_PBUF_POOL]->used * TCP_MSS <= TCP_WND + TCP_MSS);
	AWAIT(&client, clientReadsToEnd);
	CHECK(clientHasEnded(&client) && client.received == 300000);
	clientStop(&client);
}

/* The peer's data keeps coming one byte at a time. */
static void scenarioTrickle(void)
{
	struct Client client;

	clientBegin(&client);
	AWAIT(&client, clientReadsToEnd);
	CHECK(clientHasEnded(&client) && client.received == 200);
	clientStop(&client);
}

/* Another user of lwIP's heap leaves nothing: what was promised stays promised, also when the transport looks
   again, is accepted all the same, and sent when memory is back. */
static void scenarioMemory(void)
{
	static struct Hog hog;
	struct Client client;
	size_t promised;

	clientBegin(&client);
	hogTake(&hog, 16);
	promised = clientSpace(&client);
	CHECK(promised == 2 * TCP_MSS);
	CHECK(clientGive(&client, 1000) == 1000 && clientSpace(&client) == promised - 1000);
	clientFlush(&client);
	CHECK(clientTake(&client, 1) == 0 && clientSpace(&client) == promised - 1000);
	CHECK(clientGive(&client, 1) == 1 && clientGive(&client, SIZE_MAX) == promised - 1001 &&
		  clientSpace(&client) == 0);
	clientTurnFor(3 * SECOND);
	CHECK(clientIsOpen(&client) && clientSpace(&client) == 0 && client.received == 0);
	hogGiveBack(&hog);
	client.echo = promised;
	AWAIT(&client, clientEchoes);
	AWAIT(&client, clientHasSpace);
	clientEcho(&client, 50000);
	clientStop(&client);
}

/* Memory is back before what waits for it has gone: what is sent then goes behind that. */
static void scenarioMemoryBack(void)
{
	static struct Hog hog;
	struct Client client;

	clientBegin(&client);
	hogTake(&hog, 16);
	CHECK(clientGive(&client, 1000) == 1000);
	hogGiveBack(&hog);
	CHECK(clientGive(&client, 500) == 500);
	clientFlush(&client);
	client.echo = 1500;
	AWAIT(&client, clientEchoes);
	clientStop(&client);
}

/* Neither lwIP nor the C library has memory for what was promised. */
static void scenarioNoMemory(void)
{
	static struct Hog hog;
	struct Client client;

	clientBegin(&client);
	hogTake(&hog, 16);
	boardHeapLimit(1);
	CHECK(clientGive(&client, 1000) == 0);
	boardHeapLimit(0);
	CHECK(clientHasFailed(&client) && client.transport->failure.code == TLS_MEMORY);
	CHECK(clientGive(&client, 1) == 0 && clientSpace(&client) == 0);
	hogGiveBack(&hog);
	CHECK(clientTake(&client, 1) == 0 && clientHasFailed(&client));
	clientStop(&client);
}

/* There is memory for a first segment, but not for a second one. */
static void scenarioPartOfMemory(void)
{
	struct Client client;
	void *hog;

	clientBegin(&client);
	hog = mem_malloc(MEM_SIZE - 2 * TCP_MSS);
	CHECK(hog && clientSpace(&client) == 2 * TCP_MSS);
	CHECK(clientGive(&client, SIZE_MAX) == 2 * TCP_MSS && clientSpace(&client) == 0);
	CHECK(boardHeapUsed() > TCP_MSS && boardHeapUsed() < 2 * TCP_MSS); /* the second, and not the first */
	mem_free(hog);
	clientFlush(&client);
	client.echo = 2 * TCP_MSS;
	AWAIT(&client, clientEchoes);
	CHECK(boardHeapUsed() < TCP_MSS);
	clientEcho(&client, 50000);
	clientStop(&client);
}

/* What is promised holds byte by byte, although each flush sends a segment that has room for more. */
static void scenarioFlushes(void)
{
	struct Client client;

	CHECK(clientStart(&client, HOST, clientPort, true));
	AWAIT(&client, clientIsOpen);
	while (client.echo < 20 * 2 * TCP_MSS) {
		size_t promised;

		AWAIT(&client, clientHasSpace);
		for (promised = clientSpace(&client); promised; promised = clientSpace(&client)) {
			size_t count = promised < 541 ? promised : 541;

			CHECK(clientGive(&client, count) == count && clientSpace(&client) >= promised - count);
			client.echo += count;
			clientFlush(&client);
		}
		clientTake(&client, SIZE_MAX);
	}
	AWAIT(&client, clientEchoes);
	clientStop(&client);
}

/* Many small writes, each its own segment: what `space` promises holds for them too. */
static void scenarioSmallWrites(void)
{
	struct Client client;
	unsigned index;

	CHECK(clientStart(&client, HOST, clientPort, true));
	AWAIT(&client, clientIsOpen);
	for (index = 0; index < 500; index++) {
		AWAIT(&client, clientHasSpace);
		CHECK(clientGive(&client, 1) == 1);
		clientFlush(&client);
		client.echo++;
		clientTake(&client, SIZE_MAX);
	}
	AWAIT(&client, clientEchoes);
	clientStop(&client);
}

/* The peer takes everything and says nothing: that there is room again is told by its acknowledgements. */
static void scenarioRoom(void)
{
	struct Client client;
	unsigned before;

	clientBegin(&client);
	CHECK(clientGive(&client, SIZE_MAX) == 2 * TCP_MSS && clientSpace(&client) == 0);
	before = lwip_stats.tcp.xmit;
	clientFlush(&client);
	CHECK(lwip_stats.tcp.xmit != before); /* it leaves now, and not at lwIP's next tick */
	before = client.changes;
	AWAIT(&client, clientHasSpace);
	CHECK(client.changes > before);
	clientStop(&client);
}

/* The peer offers to take one byte at a time. */
static void scenarioNarrowWindow(void)
{
	struct Client client;

	clientBegin(&client);
	CHECK(clientSpace(&client) >= 6 && clientGive(&client, 6) == 6);
	client.echo = 6;
	clientFlush(&client);
	clientTurnFor(1 * SECOND);
	CHECK(clientTake(&client, SIZE_MAX) < 6);
	AWAIT(&client, clientEchoes);
	clientStop(&client);
}

/* The peer sends byte by byte on two connections and nobody reads: a third one still works, and nothing is
   lost. */
static void scenarioSmallUnread(void)
{
	struct Client idle[2], client;

	clientBegin(&idle[0]);
	clientBegin(&idle[1]);
	clientTurnFor(2 * SECOND);
	clientBegin(&client);
	clientEcho(&client, 20000);
	clientStop(&client);
	AWAIT(&idle[0], clientReadsToEnd);
	AWAIT(&idle[1], clientReadsToEnd);
	CHECK(idle[0].received == 200 && idle[1].received == 200);
	clientStop(&idle[0]);
	clientStop(&idle[1]);
}

/* Messages cannot be posted for a while: lwIP's tick makes up for it. */
static void scenarioRefusedPosts(void)
{
	struct Client client;

	clientMachine.refusedPosts = 3;
	clientBegin(&client);
	CHECK(clientMachine.refusedPosts == 0);
	clientEcho(&client, 20000);
	clientMachine.refusedPosts = 5;
	clientEcho(&client, 20000);
	CHECK(clientMachine.refusedPosts == 0);
	clientStop(&client);
}

const struct Scenario trafficScenarios[] = {
	{"backPressure", scenarioBackPressure},
	{"trickle", scenarioTrickle},
	{"memory", scenarioMemory},
	{"memoryBack", scenarioMemoryBack},
	{"noMemory", scenarioNoMemory},
	{"partOfMemory", scenarioPartOfMemory},
	{"flushes", scenarioFlushes},
	{"smallWrites", scenarioSmallWrites},
	{"room", scenarioRoom},
	{"narrowWindow", scenarioNarrowWindow},
	{"smallUnread", scenarioSmallUnread},
	{"refusedPosts", scenarioRefusedPosts},
	{NULL, NULL},
};
