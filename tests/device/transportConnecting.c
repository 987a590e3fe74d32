/* SPDX-License-Identifier: MIT */
/*
 * Connections that are made or not, and lost: who answers, who does not any more, and how it is told.
 */

#include "transportClient.h"

static void scenarioEcho(void)
{
	struct Client client;
	char address[TLS_ADDRESS_SIZE];
	uint16_t number = 0;

	clientBegin(&client);
	CHECK(client.transport->operations->remote(client.transport, address, &number));
	CHECK(!strcmp(address, HOST) && number == clientPort);
	clientEcho(&client, 200000);
	clientStop(&client);
}

static void scenarioRefused(void)
{
	struct Client client;
	char address[TLS_ADDRESS_SIZE];
	uint16_t number;

	CHECK(clientStart(&client, HOST, clientPort, false));
	CHECK(!client.transport->operations->remote(client.transport, address, &number));
	AWAIT(&client, clientHasFailed);
	CHECK(client.transport->failure.code == TLS_REFUSED);
	CHECK(client.changes == 1);
	CHECK(clientGive(&client, 1) == 0 && clientTake(&client, 1) == 0 && clientSpace(&client) == 0);
	clientFlush(&client);
	clientStop(&client);
}

/* Nobody answers at this address of the network. */
static void scenarioSilence(void)
{
	struct Client client;
	uint32_t begun = boardMilliseconds();

	CHECK(clientStart(&client, "10.0.2.77", clientPort, false));
	while (!clientHasFailed(&client)) {
		CHECK(boardMilliseconds() - begun < 300 * SECOND);
		clientTurn();
	}
	CHECK(client.transport->failure.code == TLS_UNREACHABLE);
	clientStop(&client);
}

/* lwIP makes nothing of this address; that is told like everything else. */
static void scenarioNoRoute(void)
{
	struct Client client;

	CHECK(clientStart(&client, NO_ADDRESS, clientPort, false));
	CHECK(client.transport->state == TLS_TRANSPORT_CONNECTING);
	AWAIT(&client, clientHasFailed);
	CHECK(client.transport->failure.code == TLS_UNREACHABLE && client.changes == 1);
	clientStop(&client);
}

/* The same, and closed before it is told. */
static void scenarioNoRouteClosed(void)
{
	struct Client client;

	CHECK(clientStart(&client, NO_ADDRESS, clientPort, false));
	clientStop(&client);
	clientTurnFor(1 * SECOND);
	CHECK(client.changes == 0);
}

/* The same where no message can be posted for a while. */
static void scenarioNoRouteUntold(void)
{
	struct Client client;

	clientMachine.refusedPosts = 10;
	CHECK(clientStart(&client, NO_ADDRESS, clientPort, false));
	AWAIT(&client, clientHasFailed);
	CHECK(clientMachine.refusedPosts == 0);
	CHECK(client.transport->failure.code == TLS_UNREACHABLE && client.changes == 1);
	clientStop(&client);
}

/* All that lwIP has connect at a time: one message tells of all. */
static void scenarioAllAtOnce(void)
{
	struct Client clients[MEMP_NUM_TCP_PCB];
	uint32_t begun;
	unsigned index;

	clientBegin(&clients[0]); /* finds the server, which takes a while */
	for (index = 1; index < MEMP_NUM_TCP_PCB; index++)
		CHECK(clientStart(&clients[index], HOST, clientPort, false));
	begun = boardMilliseconds();
	while (boardMilliseconds() - begun < 1 * SECOND)
		boardNetworkPoll();
	CHECK(boardMessagesDeliver() && !boardMessagesPending());
	for (index = 0; index < MEMP_NUM_TCP_PCB; index++) {
		CHECK(clientIsOpen(&clients[index]) && clients[index].changes == 1);
		clientStop(&clients[index]);
	}
}

/* The one whose news the message was posted for is closed before it arrives: it tells of the others all the
   same. */
static void scenarioFirstOfTwoClosed(void)
{
	struct Client first, second;

	CHECK(clientStart(&first, HOST, clientPort, false));
	while (!boardMessagesPending())
		boardNetworkPoll();
	CHECK(clientStart(&second, HOST, clientPort, false));
	clientStop(&first);
	AWAIT(&second, clientIsOpen);
	clientStop(&second);
}

/* All of lwIP's connections are taken. */
static void scenarioTooMany(void)
{
	struct Client clients[MEMP_NUM_TCP_PCB], client;
	unsigned index;

	for (index = 0; index < MEMP_NUM_TCP_PCB; index++)
		clientBegin(&clients[index]);
	if (clientStart(&client, HOST, clientPort, false))
		clientFail("one connection more than lwIP has");
	CHECK(client.failure.code == TLS_MEMORY);
	for (index = 0; index < MEMP_NUM_TCP_PCB; index++)
		clientStop(&clients[index]);
}

/* The server resets at once. */
static void scenarioReset(void)
{
	struct Client client;

	CHECK(clientStart(&client, HOST, clientPort, false));
	AWAIT(&client, clientHasFailed);
	CHECK(client.transport->failure.code == TLS_RESET);
	clientStop(&client);
}

/* The same where no message can be posted for a while: lwIP's tick for the connection has gone with it. */
static void scenarioResetUntold(void)
{
	struct Client client;

	clientBegin(&client);
	clientMachine.refusedPosts = 10;
	AWAIT(&client, clientHasFailed);
	CHECK(clientMachine.refusedPosts == 0);
	CHECK(client.transport->failure.code == TLS_RESET);
	clientStop(&client);
}

/* The server sends, waits and resets; the client reads only afterwards, and gets every byte. */
static void scenarioResetBehindData(void)
{
	struct Client client;
	unsigned before;

	clientBegin(&client);
	clientTurnFor(1 * SECOND);
	CHECK(clientIsOpen(&client) && clientSpace(&client) == 0);
	CHECK(clientTake(&client, 5000 - 1) == 2000 && clientTake(&client, 2000) == 2000 &&
		  clientTake(&client, 999) == 999);
	CHECK(clientIsOpen(&client));
	before = client.changes;
	CHECK(clientTake(&client, 10) == 1);
	CHECK(clientHasFailed(&client) && client.transport->failure.code == TLS_RESET);
	clientTurnFor(10);
	CHECK(client.changes == before + 1);
	clientStop(&client);
}

/* The server sends and ends; the client reads only afterwards. Its own direction stays open. */
static void scenarioEndBehindData(void)
{
	struct Client client;
	unsigned before;

	clientBegin(&client);
	clientTurnFor(1 * SECOND);
	CHECK(clientIsOpen(&client));
	while (client.received < 4999)
		CHECK(clientTake(&client, 4999 - client.received));
	CHECK(clientIsOpen(&client));
	before = client.changes;
	CHECK(clientTake(&client, 10) == 1);
	CHECK(clientHasEnded(&client) && client.transport->failure.code == TLS_OK);
	clientTurnFor(10);
	CHECK(client.changes == before + 1);
	CHECK(clientGive(&client, 100) == 100);
	clientStop(&client);
}

/* The plug is pulled in the middle for two seconds. */
static void scenarioLinkDown(void)
{
	struct Client client;

	clientBegin(&client);
	clientEcho(&client, 30000);
	boardNetworkSetUp(false);
	CHECK(clientGive(&client, 1000) == 1000);
	client.echo += 1000;
	clientFlush(&client);
	clientTurnFor(2 * SECOND);
	CHECK(clientIsOpen(&client));
	boardNetworkSetUp(true);
	AWAIT(&client, clientEchoes);
	clientEcho(&client, 30000);
	clientStop(&client);
}

static const struct BoardFaults deaf = {.loss = 1000};

/* The peer is gone, and nothing is to be sent. */
static void scenarioVanished(void)
{
	struct Client client;

	clientBegin(&client);
	clientEcho(&client, 1000);
	boardLinkSetFaults(&deaf);
	AWAIT(&client, clientHasFailed);
	CHECK(client.transport->failure.code == TLS_UNREACHABLE);
	clientStop(&client);
}

/* The same, and something is. */
static void scenarioVanishedBeforeWriting(void)
{
	struct Client client;

	clientBegin(&client);
	clientEcho(&client, 1000);
	boardLinkSetFaults(&deaf);
	CHECK(clientGive(&client, 1000) == 1000);
	clientFlush(&client);
	AWAIT(&client, clientHasFailed);
	CHECK(client.transport->failure.code == TLS_UNREACHABLE);
	clientStop(&client);
}

const struct Scenario connectingScenarios[] = {
	{"echo", scenarioEcho},
	{"refused", scenarioRefused},
	{"silence", scenarioSilence},
	{"noRoute", scenarioNoRoute},
	{"noRouteClosed", scenarioNoRouteClosed},
	{"noRouteUntold", scenarioNoRouteUntold},
	{"allAtOnce", scenarioAllAtOnce},
	{"firstOfTwoClosed", scenarioFirstOfTwoClosed},
	{"tooMany", scenarioTooMany},
	{"reset", scenarioReset},
	{"resetUntold", scenarioResetUntold},
	{"resetBehindData", scenarioResetBehindData},
	{"endBehindData", scenarioEndBehindData},
	{"linkDown", scenarioLinkDown},
	{"vanished", scenarioVanished},
	{"vanishedBeforeWriting", scenarioVanishedBeforeWriting},
	{NULL, NULL},
};
