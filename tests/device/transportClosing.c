/* SPDX-License-Identifier: MIT */
/*
 * A close at every moment: what was accepted goes out, and nobody is told any more.
 */

#include "transportClient.h"

/* Everything accepted goes out although the transport is closed at once. */
static void scenarioCloseWithUnsent(void)
{
	struct Client client;

	clientBegin(&client);
	CHECK(clientGive(&client, SIZE_MAX) == 2 * TCP_MSS);
	clientStop(&client);
	clientTurnFor(1 * SECOND);
}

/* The same with bytes of the peer's unread, for which lwIP would reset the connection. */
static void scenarioCloseWithUnread(void)
{
	struct Client client;

	clientBegin(&client);
	clientTurnFor(300);
	CHECK(clientGive(&client, SIZE_MAX) == 2 * TCP_MSS);
	clientStop(&client);
	clientTurnFor(1 * SECOND);
}

/* The same while lwIP has no memory for the FIN. */
static void scenarioCloseWithoutMemory(void)
{
	static struct Hog hog;
	struct Client client;

	clientBegin(&client);
	CHECK(clientGive(&client, 1000) == 1000);
	hogTake(&hog, 16);
	clientStop(&client);
	clientTurnFor(1 * SECOND);
	hogGiveBack(&hog);
	clientTurnFor(2 * SECOND);
}

/* The same while lwIP has no memory for the bytes, and the peer goes on sending. */
static void closeWithPending(struct Client *client, struct Hog *hog)
{
	clientBegin(client);
	hogTake(hog, 16);
	CHECK(clientGive(client, SIZE_MAX) == 2 * TCP_MSS);
	clientStop(client);
}

static void scenarioCloseWithPending(void)
{
	static struct Hog hog;
	struct Client client;

	closeWithPending(&client, &hog);
	clientTurnFor(2 * SECOND);
	CHECK(boardHeapUsed() > 2 * TCP_MSS);
	hogGiveBack(&hog);
	clientTurnFor(3 * SECOND);
	CHECK(boardHeapUsed() < TCP_MSS);
}

/* The same with a message under way: it is the last that sees the transport. */
static void scenarioCloseWithPendingWhilePosted(void)
{
	static struct Hog hog;
	struct Client client;

	clientBegin(&client);
	hogTake(&hog, 16);
	CHECK(clientGive(&client, SIZE_MAX) == 2 * TCP_MSS);
	while (!boardMessagesPending())
		boardNetworkPoll();
	clientStop(&client);
	hogGiveBack(&hog);
	while (tcp_active_pcbs != NULL)
		boardNetworkPoll();
	CHECK(boardMessagesPending());
	clientTurnFor(10);
	CHECK(client.changes == 1); /* of the connection */
}

/* The same as before, and the peer has gone by then. The machine, too. */
static void scenarioCloseWithPendingAndReset(void)
{
	static struct Hog hog;
	struct Client client;

	closeWithPending(&client, &hog);
	clientMachine.gone = true;
	clientTurnFor(1 * SECOND);
	hogGiveBack(&hog);
	CHECK(client.changes == 1); /* of the connection */
}

static void scenarioCloseWhileConnecting(void)
{
	struct Client client;

	CHECK(clientStart(&client, HOST, clientPort, false));
	clientStop(&client);
	clientTurnFor(1 * SECOND);
	CHECK(client.changes == 0);
}

/* The message is under way when the transport is closed; it must find nobody. */
static void scenarioCloseWhilePosted(void)
{
	struct Client client;

	CHECK(clientStart(&client, HOST, clientPort, false));
	while (!boardMessagesPending())
		boardNetworkPoll();
	clientStop(&client);
	clientTurnFor(1 * SECOND);
	CHECK(client.changes == 0);
}

/* The machine ends, and the message that is under way is lost with it: the transport must not wait for it. */
static void scenarioMachineEndsWhilePosted(void)
{
	struct Client client;

	clientMachine.losing = true;
	CHECK(clientStart(&client, HOST, clientPort, false));
	while (clientMachine.lost == 0)
		boardNetworkPoll();
	clientStop(&client);
	clientTurnFor(1 * SECOND);
	CHECK(clientMachine.lost == 1);
}

static void scenarioCloseInChanged(void)
{
	struct Client client;

	CHECK(clientStart(&client, HOST, clientPort, false));
	client.closeOnChange = true;
	AWAIT(&client, clientIsClosed);
	clientTurnFor(1 * SECOND);
	CHECK(client.changes == 1);
}

const struct Scenario closingScenarios[] = {
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
	{NULL, NULL},
};
