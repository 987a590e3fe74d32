/* SPDX-License-Identifier: MIT */
/*
 * The client of the lwIP transport's scenarios, and the event loop around it. What is checked ends the
 * program if it does not hold.
 */

#ifndef TRANSPORT_CLIENT_H
#define TRANSPORT_CLIENT_H

#include <stdint.h>
#include <string.h>

#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"

#include "boardClock.h"
#include "boardHeap.h"
#include "boardLink.h"
#include "boardMessages.h"
#include "boardNetwork.h"
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

extern uint16_t clientPort; /* the server's */

/* How the machine takes messages. */
extern struct ClientMachine {
	unsigned refusedPosts; /* so many posts fail */
	bool losing;           /* posts succeed, but nothing is delivered: the machine is about to end */
	unsigned lost;         /* posts meanwhile */
	bool gone;             /* the machine has ended: nobody may post */
} clientMachine;

void clientFail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#define CHECK(condition)                                                                                     \
	do {                                                                                                     \
		if (!(condition))                                                                                    \
			clientFail("%s, %s:%d", #condition, __FILE__, __LINE__);                                         \
	} while (0)

/* The event loop: one turn, and as many as there are in a time. */
void clientTurn(void);
void clientTurnFor(uint32_t milliseconds);

/* Turns until `reached` holds for the client. */
void clientAwait(struct Client *client, bool (*reached)(struct Client *client), const char *what);
#define AWAIT(client, reached) clientAwait(client, reached, #reached)

/* Connects to that address. False: the transport says no, and the client's failure says why. */
bool clientStart(struct Client *client, const char *address, uint16_t port, bool noDelay);

/* Connects to the server, and waits until that is done. */
void clientBegin(struct Client *client);

/* Closes. */
void clientStop(struct Client *client);

/* Takes up to `length` bytes and checks them. */
size_t clientTake(struct Client *client, size_t length);

/* Offers up to `length` bytes of the pattern; returns how many were accepted. */
size_t clientGive(struct Client *client, size_t length);

size_t clientSpace(struct Client *client);
void clientFlush(struct Client *client);

/* Sends `length` bytes more, and waits until all are back. */
void clientEcho(struct Client *client, size_t length);

/* For AWAIT. */
bool clientIsOpen(struct Client *client);
bool clientHasFailed(struct Client *client);
bool clientHasEnded(struct Client *client);
bool clientHasSpace(struct Client *client);
bool clientIsClosed(struct Client *client);
bool clientReadsToEnd(struct Client *client); /* reads what is there */
bool clientEchoes(
	struct Client *client); /* sends what the transport promises to take, and holds it to that */

/* Somebody else who takes lwIP's heap in blocks of `size`, until there is none left. */
struct Hog {
	void *blocks[MEM_SIZE / 24 + 1];
	unsigned count;
};
void hogTake(struct Hog *hog, mem_size_t size);
void hogGiveBack(struct Hog *hog);

/* A scenario; the last of a list has no name. */
struct Scenario {
	const char *name;
	void (*run)(void);
};
extern const struct Scenario connectingScenarios[], trafficScenarios[], closingScenarios[];

#endif
