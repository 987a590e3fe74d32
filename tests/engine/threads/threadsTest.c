/* SPDX-License-Identifier: MIT */
/*
 * Two machines of one program, each with a thread of its own, connect at the same time. What they share, the
 * library's store of keys and the sessions in RAM, is locked, or ThreadSanitizer ends the program with an
 * error.
 */

#include "connection.h"
#include "tap.h"
#include "testHeap.h"
#include "tlsSocketSessions.h"

#include <pthread.h>
#include <stdlib.h>

#define THREADS     2
#define CONNECTIONS 20

void *testCalloc(size_t count, size_t size)
{
	return calloc(count, size);
}

void testFree(void *bytes)
{
	free(bytes);
}

/* What one thread does, and what came of it. */
struct Machine {
	pthread_t thread;
	struct ClientWish client;
	struct ServerWish server;
	int connected, resumed;
};

static void connectOnce(struct Machine *machine)
{
	struct Connection connection;
	struct TlsNegotiated negotiated;

	connectionOpen(&connection, &machine->client, &machine->server);
	tlsSocketSessionsTry(connection.engine, NULL);
	connectionHandshake(&connection);
	while (connectionTurn(&connection)) /* tickets of TLS 1.3 come behind it */
		continue;
	if (tlsEngineNegotiated(connection.engine, &negotiated)) {
		machine->connected++;
		machine->resumed += negotiated.resumed;
	}
	tlsSocketSessionsKeep(connection.engine);
	connectionClose(&connection);
}

static void *run(void *context)
{
	struct Machine *machine = context;

	for (int i = 0; i < CONNECTIONS; i++) {
		machine->client.maximum = i % 4 == 3 ? TLS_VERSION_1_2 : TLS_VERSION_1_3;
		connectOnce(machine);
	}
	return NULL;
}

int main(void)
{
	struct Machine machines[THREADS];
	mbedtls_ssl_ticket_context tickets[THREADS];
	int connected = 0, resumed = 0;

	for (int i = 0; i < THREADS; i++) {
		machines[i] = (struct Machine){.client = usualClient(), .server = usualServer()};
		connectionTickets(&tickets[i]);
		machines[i].server.ticketsOf = &tickets[i];
	}
	/* The test's library makes its list of all suites when it is first asked for. The product's has a list
	   from the start. */
	(void)mbedtls_ssl_list_ciphersuites();
	for (int i = 0; i < THREADS; i++)
		pthread_create(&machines[i].thread, NULL, run, &machines[i]);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(machines[i].thread, NULL);
		connected += machines[i].connected;
		resumed += machines[i].resumed;
		mbedtls_ssl_ticket_free(&tickets[i]);
	}
	ok(connected == THREADS * CONNECTIONS, "%d connections by %d threads", connected, THREADS);
	ok(resumed > 0, "%d of them resumed by a session of either", resumed);
	return finishTests();
}
