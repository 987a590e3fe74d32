/* SPDX-License-Identifier: MIT */
/*
 * The engine's states: which of two failures counts, what is done after the end, and what is given back while
 * it rests.
 */

#include "allocations.h"
#include "connection.h"
#include "tap.h"

#include <string.h>

static uint8_t bytes[16384];

static void serverWrite(struct Connection *connection, size_t length)
{
	ok(mbedtls_ssl_write(&connection->ssl, bytes, length) == (int)length, "the server writes");
}

/* A transport that breaks when something is sent, as TCP does whose peer has reset it. */
static size_t breakIt(struct TlsTransport *transport, const uint8_t *data, size_t length)
{
	(void)data;
	(void)length;
	transport->state = TLS_TRANSPORT_FAILED;
	tlsFail(&transport->failure, TLS_RESET, 104);
	return 0;
}

/* What went wrong first counts: the alert for it may find the transport broken. */
static void testFirstFailure(int version)
{
	static const uint8_t noise[] = {22, 3, 3, 0, 1, 0};
	struct TlsTransportOperations operations;
	struct Connection connection;

	connectionMake(&connection, versions[version], usualServer());
	operations = *connection.pipe.transport.operations;
	operations.send = breakIt;
	connection.pipe.transport.operations = &operations;
	queuePut(&connection.pipe.toClient, noise, sizeof(noise));
	connectionTurnAll(&connection);
	ok(connection.pipe.transport.state == TLS_TRANSPORT_FAILED &&
			connectionCode(&connection) == (version == 0 ? TLS_RECORD_INTEGRITY : TLS_PROTOCOL),
		"%s: a record that is not sealed, and then a broken transport: %s", versionNames[version],
		tlsCodeName(connectionCode(&connection)));
	connectionClose(&connection);
}

/* An end of TCP is none before all that came in front of it was read. */
static void testUnreadEnd(int version)
{
	struct Connection connection;

	connectionMake(&connection, versions[version], usualServer());
	serverWrite(&connection, 6000);
	connectionTurnAll(&connection);
	serverWrite(&connection, 5000);
	mbedtls_ssl_close_notify(&connection.ssl);
	connectionTurnAll(&connection);
	connection.pipe.transport.state = TLS_TRANSPORT_ENDED;
	connectionTurnAll(&connection);
	ok(tlsEngineRead(connection.engine, bytes, sizeof(bytes)) == 6000, "%s: what came before is read",
		versionNames[version]);
	connectionTurnAll(&connection);
	ok(tlsEngineState(connection.engine) == TLS_CONNECTED &&
			tlsEngineRead(connection.engine, bytes, sizeof(bytes)) == 5000,
		"%s: and what came behind it", versionNames[version]);
	connectionTurnAll(&connection);
	ok(tlsEngineState(connection.engine) == TLS_ENDED && connectionCode(&connection) == TLS_CLOSED,
		"%s: and then the end", versionNames[version]);
	connectionClose(&connection);
}

static void testClosed(int version)
{
	struct Connection connection;
	uint64_t sent;

	connectionMake(&connection, versions[version], usualServer());
	serverWrite(&connection, 100);
	tlsEngineClose(connection.engine);
	sent = connection.pipe.toServer.total;
	pipeRelease(&connection.pipe);
	ok(!tlsEngineAdvance(connection.engine) && queueLength(&connection.pipe.toClient) > 100,
		"%s: nothing is taken after the end", versionNames[version]);
	tlsEngineClose(connection.engine);
	ok(connection.pipe.toServer.total == sent && !connection.pipe.burst, "%s: nor sent, nor held back",
		versionNames[version]);
	connectionClose(&connection);
}

/* What the transport did not take at once goes out in front of the end, if it takes it now. */
static void testCloseBehindData(int version)
{
	struct Connection connection;
	size_t total = 0;
	int count;

	connectionMake(&connection, versions[version], usualServer());
	connection.pipe.liar = true;
	connection.pipe.capacity = 100;
	ok(tlsEngineWrite(connection.engine, bytes, 3000, false, 0), "%s: more than the transport takes",
		versionNames[version]);
	connection.pipe.capacity = 0;
	tlsEngineClose(connection.engine);
	while ((count = mbedtls_ssl_read(&connection.ssl, bytes, sizeof(bytes))) > 0)
		total += (size_t)count;
	ok(total == 3000 && count == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY, "%s: all of it comes, and then the end",
		versionNames[version]);
	connectionClose(&connection);
}

/* An end that nobody would tell from one behind all data is not told. */
static void testCloseWithoutData(int version)
{
	struct Connection connection;

	connectionMake(&connection, versions[version], usualServer());
	ok(tlsEngineWrite(connection.engine, bytes, 10, true, 100), "%s: some of a sequence",
		versionNames[version]);
	allocations.number = 0;
	allocations.failAt = 1;
	allocationsOfClient(true);
	tlsEngineClose(connection.engine);
	allocationsOfClient(false);
	allocations.failAt = 0;
	ok(mbedtls_ssl_read(&connection.ssl, bytes, sizeof(bytes)) == MBEDTLS_ERR_SSL_WANT_READ,
		"%s: without memory for it, no end is told", versionNames[version]);
	connectionClose(&connection);
}

/* There never was memory for a record. */
static void testStarved(int version)
{
	struct Connection connection;

	connectionMake(&connection, versions[version], usualServer());
	serverWrite(&connection, 5000);
	allocations.number = 0;
	allocations.failAt = 1;
	connectionTurn(&connection);
	allocations.failAt = 0;
	ok(tlsEngineIsHungry(connection.engine), "%s: a record waits", versionNames[version]);
	tlsEngineStarve(connection.engine);
	ok(!tlsEngineIsHungry(connection.engine) && tlsEngineState(connection.engine) == TLS_FAILED &&
			connectionCode(&connection) == TLS_MEMORY,
		"%s: and is waited for no more", versionNames[version]);
	connectionTurnAll(&connection);
	ok(mbedtls_ssl_read(&connection.ssl, bytes, 1) == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE,
		"%s: the peer is told", versionNames[version]);
	connectionClose(&connection);
}

/* What a session ticket of TLS 1.3 takes while it is read is given back then. */
static void testTicketMemory(void)
{
	enum { TICKET = 1024 }; /* and its keys, at most */
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();
	struct Connection connection;
	size_t before;

	server.tickets = true;
	client.minimum = TLS_VERSION_1_3;
	connectionOpen(&connection, &client, &server);
	while (tlsEngineState(connection.engine) == TLS_HANDSHAKING && connectionTurn(&connection))
		continue;
	before = allocations.liveClient;
	connectionTurnAll(&connection);
	ok(tlsEngineSessions(connection.engine) > 0 && allocations.liveClient <= before + TICKET,
		"a ticket leaves a session and nothing else: %zu bytes", allocations.liveClient - before);
	connectionClose(&connection);
}

void testLife(void)
{
	connectionWatch = allocationsOfClient;
	for (int version = 0; version < 2; version++) {
		testFirstFailure(version);
		testUnreadEnd(version);
		testClosed(version);
		testCloseBehindData(version);
		testCloseWithoutData(version);
		testStarved(version);
	}
	testTicketMemory();
	connectionWatch = NULL;
}
