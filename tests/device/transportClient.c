/* SPDX-License-Identifier: MIT */
/* The client of the lwIP transport's scenarios. */

#include "transportClient.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

uint16_t clientPort;
struct ClientMachine clientMachine;

static bool underWay; /* a message to be delivered */

void clientFail(const char *format, ...)
{
	va_list arguments;

	printf("failed: ");
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	puts("");
	exit(1);
}

static void deliver(void *machine, void *refcon, uint8_t *message, uint16_t length)
{
	(void)refcon, (void)message, (void)length;
	underWay = false;
	tlsTransportLwipDeliver(machine);
}

static bool post(void *machine)
{
	if (clientMachine.refusedPosts) {
		clientMachine.refusedPosts--;
		return false;
	}
	CHECK(!clientMachine.gone);
	if (clientMachine.losing) {
		clientMachine.lost++;
		return true;
	}
	CHECK(!underWay); /* one message at a time, for all transports */
	underWay = modMessagePostToMachine(machine, NULL, 0, deliver, NULL) == 0;
	return underWay;
}

void clientTurn(void)
{
	boardNetworkPoll();
	if (!boardMessagesDeliver())
		boardSleep();
}

void clientTurnFor(uint32_t milliseconds)
{
	uint32_t start = boardMilliseconds();

	while (boardMilliseconds() - start < milliseconds)
		clientTurn();
}

void clientAwait(struct Client *client, bool (*reached)(struct Client *client), const char *what)
{
	uint32_t start = boardMilliseconds();

	while (!reached(client)) {
		if (boardMilliseconds() - start > PATIENCE)
			clientFail("no %s after %u ms, state %d, %u changes", what, (unsigned)PATIENCE,
				client->transport->state, client->changes);
		clientTurn();
	}
}

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

bool clientStart(struct Client *client, const char *address, uint16_t number, bool noDelay)
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

void clientStop(struct Client *client)
{
	client->transport->operations->close(client->transport);
	client->transport = NULL;
}

size_t clientTake(struct Client *client, size_t length)
{
	uint8_t bytes[2000];
	size_t count, index;

	if (length > sizeof(bytes))
		length = sizeof(bytes);
	count = client->transport->operations->receive(client->transport, bytes, length);
	CHECK(count <= length);
	for (index = 0; index < count; index++)
		if (bytes[index] != patternAt(client->received + index))
			clientFail("byte %u is wrong", (unsigned)(client->received + index));
	client->received += count;
	return count;
}

size_t clientGive(struct Client *client, size_t length)
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

size_t clientSpace(struct Client *client)
{
	return client->transport->operations->space(client->transport);
}

void clientFlush(struct Client *client)
{
	client->transport->operations->flush(client->transport);
}

bool clientIsOpen(struct Client *client)
{
	return client->transport->state == TLS_TRANSPORT_OPEN;
}

bool clientHasFailed(struct Client *client)
{
	return client->transport->state == TLS_TRANSPORT_FAILED;
}

bool clientHasEnded(struct Client *client)
{
	return client->transport->state == TLS_TRANSPORT_ENDED;
}

bool clientHasSpace(struct Client *client)
{
	return clientSpace(client) > 0;
}

bool clientIsClosed(struct Client *client)
{
	return !client->transport;
}

bool clientReadsToEnd(struct Client *client)
{
	while (clientTake(client, SIZE_MAX))
		;
	return clientHasEnded(client) || clientHasFailed(client);
}

bool clientEchoes(struct Client *client)
{
	size_t promised = clientSpace(client), offered = client->echo - client->sent;

	while (clientTake(client, SIZE_MAX))
		;
	if (offered > promised)
		offered = promised;
	if (offered) {
		CHECK(clientGive(client, offered) == offered);
		CHECK(clientSpace(client) + offered <= promised || promised == 0);
		clientFlush(client);
	}
	if (clientHasFailed(client))
		clientFail("%s after %u of %u bytes", tlsCodeName(client->transport->failure.code),
			(unsigned)client->received, (unsigned)client->echo);
	return client->received == client->echo;
}

void clientEcho(struct Client *client, size_t length)
{
	client->echo += length;
	AWAIT(client, clientEchoes);
}

void clientBegin(struct Client *client)
{
	CHECK(clientStart(client, HOST, clientPort, false));
	CHECK(client->transport->state == TLS_TRANSPORT_CONNECTING);
	CHECK(clientSpace(client) == 0);
	AWAIT(client, clientIsOpen);
}

void hogTake(struct Hog *hog, mem_size_t size)
{
	hog->count = 0;
	while ((hog->blocks[hog->count] = mem_malloc(size)))
		hog->count++;
}

void hogGiveBack(struct Hog *hog)
{
	while (hog->count)
		mem_free(hog->blocks[--hog->count]);
}
