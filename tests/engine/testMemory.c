/* SPDX-License-Identifier: MIT */
/*
 * Memory: how much a connection takes, that it gives everything back and no plaintext with it, and that an
 * allocation that fails at any place ends in TLS_MEMORY or in success, never in anything else.
 */

#include "allocations.h"
#include "connection.h"
#include "hardware.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>

void testNothingLeft(void)
{
	ok(allocations.live == allocations.lost, "no allocation is left at the end");
}

/* What was asked for is there: no protocol is left out for want of memory. */
static bool hasProtocol(const struct Connection *connection, const struct ClientWish *client)
{
	struct TlsNegotiated negotiated;

	return client->protocols[0] == NULL ||
		   (tlsEngineNegotiated(connection->engine, &negotiated) && negotiated.protocol != NULL);
}

/* One life of a connection: a handshake, a fragment, data both ways, a remainder, close_notify. */
static struct TlsFailure live1(struct ClientWish *client, struct ServerWish *server, size_t *afterHandshake)
{
	struct Connection connection;
	struct TlsFailure failure;
	uint8_t bytes[300];

	allocations.number = 0;
	connectionOpen(&connection, client, server);
	connectionHandshake(&connection);
	if (afterHandshake != NULL)
		*afterHandshake = allocations.liveClient;
	if (connection.engine != NULL && tlsEngineState(connection.engine) == TLS_CONNECTED &&
		connection.serverConnected) {
		allocationsOfClient(true);
		tlsEngineWrite(connection.engine, (const uint8_t *)"fragment", 8, true, 100);
		tlsEngineWrite(connection.engine, (const uint8_t *)"rest", 4, false, 0);
		allocationsOfClient(false);
		mbedtls_ssl_write(&connection.ssl, (const uint8_t *)"one", 3);
		mbedtls_ssl_write(&connection.ssl, (const uint8_t *)"two", 3);
		connectionTurn(&connection);
		connectionTurn(&connection);
		allocationsOfClient(true);
		if (tlsEngineState(connection.engine) == TLS_CONNECTED) {
			tlsEngineRead(connection.engine, bytes, sizeof(bytes));
			tlsEngineClose(connection.engine);
		}
		allocationsOfClient(false);
	}
	failure = connection.engine != NULL ? *tlsEngineFailure(connection.engine) : connection.failure;
	if (failure.code == TLS_OK &&
		(connection.engine == NULL || tlsEngineState(connection.engine) == TLS_HANDSHAKING))
		failure.code = TLS_TIMEOUT;
	else if (failure.code == TLS_OK && !hasProtocol(&connection, client))
		failure.code = TLS_INTERNAL;
	connectionClose(&connection);
	return failure;
}

static void testFailing(int version, struct ClientWish client, struct ServerWish server, const char *name)
{
	long wrong = 0, leaks = 0, survived = 0, tried = 0,
		 step = getenv("TLS_TEST_ALLOCATIONS") != NULL ? 1 : 61;
	long lost = versions[version] == TLS_VERSION_1_3 ? SERVER_MBEDTLS_LEAKS : 0; /* by the library */
	struct TlsFailure failure;

	client.minimum = client.maximum = versions[version];
	/* The first ones each, then samples: thousands are all alike, for big numbers. TLS_TEST_ALLOCATIONS=1
	   takes all. */
	for (allocations.failAt = 1;; allocations.failAt += allocations.failAt < 150 ? 1 : step) {
		size_t before = allocations.live;

		failure = live1(&client, &server, NULL);
		if (allocations.number < allocations.failAt)
			break;
		tried++;
		if (allocations.live != before) {
			leaks++;
			allocations.lost += allocations.live - before;
			note("allocation %ld: %ld allocations leak", allocations.failAt,
				(long)(allocations.live - before));
		}
		if (failure.code == TLS_OK)
			survived++;
		else if (failure.code != TLS_MEMORY) {
			wrong++;
			note("allocation %ld: %s, library -0x%04X, %s", allocations.failAt, tlsCodeName(failure.code),
				(unsigned)-failure.library, failure.detail);
		}
	}
	ok(tried > 100 && failure.code == TLS_OK && wrong == 0,
		"%s: %s, one allocation fails, %ld of them in turn", versionNames[version], name, tried);
	ok(leaks <= lost, "%s: nothing leaks then", versionNames[version]);
	if (survived > 0)
		note("%ld of them were survived", survived);
	allocations.failAt = 0;
}

/* No memory for bytes that must move aside: the connection ends, and what has arrived can still be read. */
static void testCarry(int version, struct ClientWish client, struct ServerWish server)
{
	struct Connection connection;
	uint8_t bytes[8];

	client.minimum = client.maximum = versions[version];
	connectionOpen(&connection, &client, &server);
	connectionHandshake(&connection);
	mbedtls_ssl_write(&connection.ssl, (const uint8_t *)"one", 3);
	connectionTurnAll(&connection);
	mbedtls_ssl_write(&connection.ssl, (const uint8_t *)"two", 3);
	allocations.number = 0;
	allocations.failAt = 1;
	connectionTurnAll(&connection);
	ok(allocations.number == 1 && connectionCode(&connection) == TLS_MEMORY,
		"%s: no memory to set unread bytes aside", versionNames[version]);
	allocations.failAt = 0;
	ok(tlsEngineRead(connection.engine, bytes, sizeof(bytes)) == 3 && memcmp(bytes, "one", 3) == 0 &&
			tlsEngineState(connection.engine) == TLS_FAILED,
		"%s: they are read, and then it has failed", versionNames[version]);
	connectionClose(&connection);
}

/* No memory to gather more: what was gathered goes out by itself, in front of it. */
static void testGathering(int version, struct ClientWish client, struct ServerWish server)
{
	static const uint8_t bytes[500];
	struct Connection connection;
	uint8_t received[600];
	int first, second;
	bool good;

	client.minimum = client.maximum = versions[version];
	connectionOpen(&connection, &client, &server);
	connectionHandshake(&connection);
	ok(tlsEngineWrite(connection.engine, (const uint8_t *)"one", 3, true, 0) &&
			tlsEngineGathered(connection.engine) == 3,
		"%s: a fragment is gathered", versionNames[version]);
	allocations.number = 0;
	allocations.failAt = 1;
	allocationsOfClient(true);
	good = tlsEngineWrite(connection.engine, bytes, sizeof(bytes), true, 0);
	allocationsOfClient(false);
	allocations.failAt = 0;
	ok(good && allocations.number > 1, "%s: no memory to gather another with it", versionNames[version]);
	first = mbedtls_ssl_read(&connection.ssl, received, sizeof(received));
	ok(first == 3 && memcmp(received, "one", 3) == 0, "%s: the first goes out by itself",
		versionNames[version]);
	second = mbedtls_ssl_read(&connection.ssl, received, sizeof(received));
	ok(second == (int)sizeof(bytes) && memcmp(received, bytes, sizeof(bytes)) == 0 &&
			tlsEngineGathered(connection.engine) == 0,
		"%s: then the other", versionNames[version]);
	connectionClose(&connection);
}

/* Plaintext that was written, gathered, read, left unread in a record and set aside is in no memory that is
   given back. */
static void testZeroized(int version, struct ClientWish client, struct ServerWish server)
{
	static const uint8_t secret[sizeof(allocations.secret)] = "for your eyes..";
	struct Connection connection;
	uint8_t bytes[sizeof(secret)];
	void *plain;

	client.minimum = client.maximum = versions[version];
	connectionOpen(&connection, &client, &server);
	connectionHandshake(&connection);
	memcpy(allocations.secret, secret, sizeof(secret));
	for (int i = 0; i < 3; i++)
		mbedtls_ssl_write(&connection.ssl, secret, sizeof(secret));
	for (int i = 0; i < 4; i++)
		connectionTurn(&connection);
	allocationsOfClient(true);
	ok(tlsEngineWrite(connection.engine, secret, sizeof(secret), false, 0) &&
			tlsEngineWrite(connection.engine, secret, sizeof(secret), true, 0) &&
			tlsEngineRead(connection.engine, bytes, 3) == 3 &&
			tlsEngineReadable(connection.engine) > sizeof(secret),
		"%s: plaintext wherever it can be", versionNames[version]);
	allocationsOfClient(false);
	connectionClose(&connection);
	ok(allocations.shown == 0, "%s: memory that is given back has no plaintext in it", versionNames[version]);

	allocationsOfClient(true);
	plain = mbedtls_calloc(1, sizeof(secret));
	allocationsOfClient(false);
	if (plain != NULL)
		memcpy(plain, secret, sizeof(secret));
	mbedtls_free(plain);
	ok(allocations.shown == 1, "and if it had, that would be seen");
	memset(allocations.secret, 0, sizeof(allocations.secret));
	allocations.shown = 0;
}

/* Returns the bytes that a connection keeps after its handshake, but for its copy of the peer's own
   certificate. */
static size_t testSize(int version, struct ClientWish client, struct ServerWish server, const char *name)
{
	size_t before = allocations.live, after = 0, start = allocations.liveClient;
	struct TlsFailure failure;

	client.minimum = client.maximum = versions[version];
	allocations.peakClient = allocations.liveClient;
	failure = live1(&client, &server, &after);
	ok(failure.code == TLS_OK && allocations.live == before && allocations.liveClient == start,
		"%s: %s, all memory is given back", versionNames[version], name);
	note("heap of the client: peak %zu bytes, after the handshake %zu bytes (buffers: %d in, %d out)",
		allocations.peakClient - start, after - start, MBEDTLS_SSL_IN_CONTENT_LEN,
		MBEDTLS_SSL_OUT_CONTENT_LEN);
	return after - start - server.chain[0]->length;
}

/* Whatever the peer's chain and its keys: nothing else of them is kept. */
static void testKept(int version, size_t a, size_t b)
{
	if (!ok(a == b, "%s: an idle connection weighs the same by servers with different chains and keys",
			versionNames[version]))
		note("%zu bytes, %zu bytes", a, b);
}

/* Only a HelloRetryRequest makes the library write while it reads, and takes buffers for the longest
   records. */
static void testHello(struct ClientWish client, struct ServerWish server)
{
	struct Connection connection;
	size_t before;

	client.minimum = TLS_VERSION_1_3;
	connectionOpen(&connection, &client, &server);
	while (queueLength(&connection.pipe.toClient) == 0)
		connectionTurn(&connection);
	before = allocations.peakClient = allocations.liveClient;
	connectionTurn(&connection);
	if (!ok(allocations.peakClient - before < MBEDTLS_SSL_IN_CONTENT_LEN,
			"a ServerHello is read in a buffer of its size"))
		note("%zu bytes more", allocations.peakClient - before);
	connectionClose(&connection);
}

/* Of two records that wait, the second takes the place of the first: there are never two buffers. */
static void testOneBuffer(int version, struct ClientWish client, struct ServerWish server)
{
	enum { SHORT = 5000, LONG = 12000 };
	static uint8_t bytes[LONG];
	struct Connection connection;
	size_t before;

	client.minimum = client.maximum = versions[version];
	connectionOpen(&connection, &client, &server);
	connectionHandshake(&connection);
	before = allocations.peakClient = allocations.liveClient;
	ok(mbedtls_ssl_write(&connection.ssl, bytes, SHORT) == SHORT &&
			mbedtls_ssl_write(&connection.ssl, bytes, LONG) == LONG && connectionTurn(&connection) &&
			tlsEngineRead(connection.engine, bytes, sizeof(bytes)) == SHORT && connectionTurn(&connection) &&
			tlsEngineReadable(connection.engine) == LONG,
		"%s: a record, and a longer one", versionNames[version]);
	if (!ok(allocations.peakClient - before < LONG + SHORT / 2, "%s: are never both in memory",
			versionNames[version]))
		note("%zu bytes", allocations.peakClient - before);
	connectionClose(&connection);
}

/* No memory for a record: it waits in the transport until there is. */
static void testHungry(int version, struct ClientWish client, struct ServerWish server)
{
	static uint8_t bytes[5000];
	struct Connection connection;

	client.minimum = client.maximum = versions[version];
	connectionOpen(&connection, &client, &server);
	connectionHandshake(&connection);
	mbedtls_ssl_write(&connection.ssl, bytes, sizeof(bytes));
	allocations.number = 0;
	allocations.failAt = 1;
	connectionTurn(&connection);
	allocations.failAt = 0;
	ok(tlsEngineIsHungry(connection.engine) && connectionCode(&connection) == TLS_OK &&
			queueLength(&connection.pipe.toClient) > sizeof(bytes),
		"%s: a record waits for memory", versionNames[version]);
	connectionTurn(&connection);
	ok(!tlsEngineIsHungry(connection.engine) && tlsEngineReadable(connection.engine) == sizeof(bytes),
		"%s: and comes when there is some", versionNames[version]);
	connectionClose(&connection);
}

/* A record that is longer than any may be takes no memory but what tells the peer. */
static void testClaim(int version, struct ClientWish client, struct ServerWish server)
{
	static const uint8_t header[] = {23, 3, 3, 0xFF, 0xFF};
	struct Connection connection;
	size_t before;

	client.minimum = client.maximum = versions[version];
	connectionOpen(&connection, &client, &server);
	connectionHandshake(&connection);
	queuePut(&connection.pipe.toClient, header, sizeof(header));
	before = allocations.peakClient = allocations.liveClient;
	connectionTurnAll(&connection);
	if (!ok(connectionCode(&connection) == TLS_RECORD_SIZE && allocations.peakClient - before < 1000,
			"%s: nothing is allocated for a record of 65535 bytes", versionNames[version]))
		note("%s, %zu bytes", tlsCodeName(connectionCode(&connection)), allocations.peakClient - before);
	connectionClose(&connection);
}

void testMemory(void)
{
	static const char *protocols[] = {"mqtt", NULL};
	struct Certificate rsaCa, rsaLeaf;
	struct CertificateWish wish = pkiCaWish("CN=RSA CA", pkiKey(KEY_RSA_2048, 0));
	struct ClientWish client = usualClient(), rsaClient = usualClient(), mutualClient = usualClient();
	struct ServerWish server = usualServer(), rsaServer = usualServer(), mutualServer = usualServer();
#if TLS_OPAQUE_KEYS
	struct ClientWish opaqueClient;
#endif

	rsaCa = pkiCertificate(&wish);
	wish = pkiServerWish("test.example", pkiKey(KEY_RSA_2048, 1), pkiKey(KEY_RSA_2048, 0));
	wish.issuer = "CN=RSA CA";
	rsaLeaf = pkiCertificate(&wish);
	rsaClient.anchors[0] = &rsaCa;
	rsaServer.chain[0] = &rsaLeaf;
	rsaServer.chain[1] = NULL;
	rsaServer.key = pkiKey(KEY_RSA_2048, 1);
	mutualClient.clientChain[0] = &rsaLeaf;
	mutualClient.clientKey = pkiKey(KEY_RSA_2048, 1);
	mutualServer.clientCa = &rsaCa;
	mutualServer.clientOptional = true;
	mutualClient.protocols[0] = protocols[0];
	mutualServer.protocols = protocols;

	connectionWatch = allocationsOfClient;
	/* Once unmeasured: the server's keys and the library's store of keys keep what they allocate first. */
	live1(&client, &server, NULL);
	live1(&rsaClient, &rsaServer, NULL);
	live1(&mutualClient, &mutualServer, NULL);
	for (int version = 0; version < 2; version++) {
		testKept(version, testSize(version, client, server, "P-256 chain"),
			testSize(version, rsaClient, rsaServer, "RSA-2048"));
		testFailing(version, client, server, "P-256 chain");
		testFailing(version, rsaClient, rsaServer, "RSA-2048");
		testFailing(version, mutualClient, mutualServer, "client certificate");
		testCarry(version, client, server);
		testGathering(version, client, server);
		testZeroized(version, client, server);
		testOneBuffer(version, client, server);
		testHungry(version, client, server);
		testClaim(version, client, server);
#if TLS_OPAQUE_KEYS
		hardwarePut("slot", mutualClient.clientKey);
		opaqueClient = mutualClient;
		opaqueClient.clientKeyName = "slot";
		testFailing(version, opaqueClient, mutualServer, "client certificate with a key in hardware");
		ok(hardware.opened > 0 && hardware.opened == hardware.closed, "%s: and the key is given back",
			versionNames[version]);
		hardwarePut(NULL, NULL);
#endif
	}
	testHello(client, server);
	connectionWatch = NULL;
}
