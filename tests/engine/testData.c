/* SPDX-License-Identifier: MIT */
/*
 * Data both ways: sizes, promises, back-pressure, gathering, and the end in all its forms.
 */

#include "allocations.h"
#include "connection.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>

#define LARGE 100000

static uint8_t pattern[LARGE];

/* The server reads all there is; returns how many bytes, compared with the pattern from `offset`, or -1. */
static long serverRead(struct Connection *connection, size_t offset)
{
	uint8_t bytes[4096];
	long total = 0;

	for (;;) {
		int count = mbedtls_ssl_read(&connection->ssl, bytes, sizeof(bytes));

		if (count == MBEDTLS_ERR_SSL_WANT_READ)
			return total;
		if (count <= 0)
			return count == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ? total : -1;
		if (memcmp(bytes, pattern + offset + total, (size_t)count) != 0)
			return -1;
		total += count;
	}
}

static void serverWrite(struct Connection *connection, size_t offset, size_t length)
{
	while (length > 0) {
		int count = mbedtls_ssl_write(&connection->ssl, pattern + offset, length);

		if (count <= 0) {
			ok(false, "the server writes: -0x%04X", (unsigned)-count);
			return;
		}
		offset += (size_t)count;
		length -= (size_t)count;
	}
}

/* Records that wait on their way to the server, and the payload of the first. */
static int countRecords(const struct Connection *connection, size_t *first)
{
	const struct Queue *queue = &connection->pipe.toServer;
	int count = 0;

	for (size_t at = queue->start; at + 5 <= queue->end; count++) {
		size_t length = (size_t)queue->bytes[at + 3] << 8 | queue->bytes[at + 4];

		if (count == 0 && first != NULL)
			*first = length;
		at += 5 + length;
	}
	return count;
}

static void testEcho(int version)
{
	static const size_t sizes[] = {1, 2, 15, 16, 17, 255, 1000, 4096, 16383, 16384, 16385, 40000, LARGE};
	static const size_t chunks[] = {0, 1, 1461};

	for (size_t c = 0; c < 3; c++) {
		struct Connection connection;
		bool good = true;

		connectionMake(&connection, versions[version], usualServer());
		connection.pipe.chunk = chunks[c];
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			size_t size = chunks[c] == 1 && sizes[i] > 4096 ? 4096 : sizes[i];
			static uint8_t back[LARGE];
			size_t got = 0;

			good &= tlsEngineWrite(connection.engine, pattern, size, false, 0);
			good &= serverRead(&connection, 0) == (long)size;
			serverWrite(&connection, 0, size);
			while (got < size) {
				bool moved = connectionTurn(&connection);
				size_t count =
					tlsEngineRead(connection.engine, back + got, size - got < 777 ? size - got : 777);

				if (!moved && count == 0)
					break;
				got += count;
			}
			good &=
				got == size && memcmp(back, pattern, size) == 0 && tlsEngineReadable(connection.engine) == 0;
		}
		ok(good, "%s: data of many sizes both ways, %zu bytes at a time", versionNames[version], chunks[c]);
		connectionClose(&connection);
	}
}

static void testWritable(int version)
{
	const size_t most = TLS_MBEDTLS_4 ? 2850 : 2900; /* 4.x pads the records of TLS 1.3 */
	struct Connection connection;
	bool good = true, closes = true;

	connectionMake(&connection, versions[version], usualServer());
	for (size_t capacity = 0; capacity < 40000; capacity += capacity < 200 ? 1 : 997) {
		size_t writable;

		connection.pipe.capacity = capacity;
		if (capacity == 0)
			continue;
		writable = tlsEngineWritable(connection.engine);
		good &= !tlsEngineWrite(connection.engine, pattern, writable + 1, false, 0);
		good &= queueLength(&connection.pipe.toServer) == 0;
		if (writable == 0)
			continue;
		good &= tlsEngineWrite(connection.engine, pattern, writable, false, 0);
		closes &= capacity - queueLength(&connection.pipe.toServer) >= 5 + 2 + (version == 1) + 16;
		good &= serverRead(&connection, 0) == (long)writable;
	}
	ok(good, "%s: what is writable goes out whole, a byte more does not", versionNames[version]);
	ok(closes, "%s: there is always room for close_notify", versionNames[version]);
	connection.pipe.capacity = 3000;
	ok(tlsEngineWrite(connection.engine, pattern, tlsEngineWritable(connection.engine), false, 0) &&
			tlsEngineWritable(connection.engine) == 0,
		"%s: nothing is writable when the transport is full", versionNames[version]);
	ok(serverRead(&connection, 0) > 0 && tlsEngineWritable(connection.engine) > most,
		"%s: it is again when there is space", versionNames[version]);
	ok(tlsEngineWrite(connection.engine, pattern, 0, false, 0) && queueLength(&connection.pipe.toServer) == 0,
		"%s: writing nothing sends nothing", versionNames[version]);
	connectionClose(&connection);
}

static void testGathering(int version)
{
	struct Connection connection;
	bool good = true;
	size_t writable;

	connectionMake(&connection, versions[version], usualServer());
	for (size_t i = 0; i < 10; i++)
		good &= tlsEngineWrite(connection.engine, pattern + 10 * i, 10, i < 9, i == 0 ? 100 : 0);
	ok(good && countRecords(&connection, NULL) == 1 && serverRead(&connection, 0) == 100,
		"%s: ten fragments in one record", versionNames[version]);
	good = tlsEngineWrite(connection.engine, pattern, 10, true, 0);
	ok(good && queueLength(&connection.pipe.toServer) == 0, "%s: with more, a fragment waits",
		versionNames[version]);
	good = tlsEngineWrite(connection.engine, pattern + 10, 0, false, 0);
	ok(good && countRecords(&connection, NULL) == 1 && serverRead(&connection, 0) == 10,
		"%s: an empty last fragment sends it", versionNames[version]);
	good = tlsEngineWrite(connection.engine, pattern, 20000, true, 40000);
	ok(good && countRecords(&connection, NULL) == 1, "%s: a full record does not wait",
		versionNames[version]);
	good = tlsEngineWrite(connection.engine, pattern + 20000, 20000, false, 0);
	ok(good && countRecords(&connection, NULL) == 3 && serverRead(&connection, 0) == 40000,
		"%s: 40000 bytes in three records", versionNames[version]);

	connection.pipe.capacity = 3000;
	writable = tlsEngineWritable(connection.engine);
	good = tlsEngineWrite(connection.engine, pattern, 1000, true, 0);
	ok(good && tlsEngineWritable(connection.engine) == writable - 1000,
		"%s: what is gathered is no longer writable", versionNames[version]);
	good = tlsEngineWrite(connection.engine, pattern + 1000, writable - 1000, false, 0);
	ok(good && serverRead(&connection, 0) == (long)writable && countRecords(&connection, NULL) == 0,
		"%s: to the last byte", versionNames[version]);
	good = tlsEngineWrite(connection.engine, pattern, 50, true, 0);
	tlsEngineClose(connection.engine);
	ok(good && countRecords(&connection, NULL) == 2 && serverRead(&connection, 0) == 50,
		"%s: closing sends what is gathered", versionNames[version]);
	connectionClose(&connection);
}

/* Room that is taken by fragments which wait for the rest is not lost to who waits for room. */
static void testGatheringInLittleRoom(int version)
{
	struct Connection connection;
	size_t sent = 0, writable;

	connectionMake(&connection, versions[version], usualServer());
	connection.pipe.capacity = 3000;
	writable = tlsEngineWritable(connection.engine);
	tlsEngineWrite(connection.engine, pattern, writable / 3, true, LARGE);
	connectionTurnAll(&connection);
	ok(tlsEngineGathered(connection.engine) == writable / 3 && queueLength(&connection.pipe.toServer) == 0,
		"%s: fragments that leave more room than they take wait", versionNames[version]);
	tlsEngineFlush(connection.engine);
	ok(tlsEngineGathered(connection.engine) == 0 && countRecords(&connection, NULL) == 1 &&
			serverRead(&connection, 0) == (long)(writable / 3),
		"%s: until they are flushed", versionNames[version]);
	for (int i = 0; i < 10; i++) {
		writable = tlsEngineWritable(connection.engine);
		if (writable == 0 || !tlsEngineWrite(connection.engine, pattern, writable, true, LARGE))
			break;
		connectionTurnAll(&connection);
		if (serverRead(&connection, 0) != (long)writable)
			break;
		sent++;
	}
	ok(sent == 10 && tlsEngineGathered(connection.engine) == 0, "%s: those that leave none do not",
		versionNames[version]);
	connectionClose(&connection);
}

static void testCarry(int version)
{
	struct Connection connection;
	uint8_t bytes[400];
	size_t taken, before;

	connectionMake(&connection, versions[version], usualServer());
	connectionWatch = allocationsOfClient;
	before = allocations.liveClient;
	serverWrite(&connection, 0, 100);
	serverWrite(&connection, 100, 100);
	serverWrite(&connection, 200, 100);
	connectionTurn(&connection);
	ok(tlsEngineReadable(connection.engine) == 100, "%s: the first record is readable",
		versionNames[version]);
	connectionTurn(&connection);
	connectionTurn(&connection);
	ok(tlsEngineReadable(connection.engine) == 300, "%s: unread bytes do not keep the next records away",
		versionNames[version]);
	ok(tlsEngineRead(connection.engine, bytes, 250) == 250 && memcmp(bytes, pattern, 250) == 0,
		"%s: a read crosses from one record to the next", versionNames[version]);
	serverWrite(&connection, 300, 5000);
	connectionTurn(&connection);
	ok(tlsEngineReadable(connection.engine) == 5050, "%s: and again", versionNames[version]);
	serverWrite(&connection, 5300, 5000);
	connectionTurnAll(&connection);
	ok(tlsEngineReadable(connection.engine) == 5050, "%s: not beyond the bound", versionNames[version]);
	for (taken = 0; taken < 190; taken++)
		tlsEngineRead(connection.engine, bytes, 5);
	connectionTurnAll(&connection);
	ok(tlsEngineReadable(connection.engine) == 4100, "%s: still not", versionNames[version]);
	tlsEngineRead(connection.engine, bytes, 3);
	connectionTurnAll(&connection);
	ok(tlsEngineReadable(connection.engine) == TLS_CARRY + 1, "%s: nor with a byte too many",
		versionNames[version]);
	tlsEngineRead(connection.engine, bytes, 1);
	connectionTurnAll(&connection);
	ok(tlsEngineReadable(connection.engine) == TLS_CARRY + 5000, "%s: but at it", versionNames[version]);
	tlsEngineRead(connection.engine, bytes, 96);
	for (taken = 1300; taken < 10300; taken += 100) {
		if (tlsEngineRead(connection.engine, bytes, 100) != 100 || memcmp(bytes, pattern + taken, 100) != 0)
			break;
	}
	ok(taken == 10300 && tlsEngineReadable(connection.engine) == 0, "%s: all of it in order",
		versionNames[version]);
	ok(allocations.liveClient == before, "%s: and no memory is kept for it", versionNames[version]);
	connectionWatch = NULL;
	connectionClose(&connection);
}

static void testBackPressure(int version)
{
	struct Connection connection;
	size_t left;

	connectionMake(&connection, versions[version], usualServer());
	serverWrite(&connection, 0, 80000);
	left = queueLength(&connection.pipe.toClient);
	connectionTurnAll(&connection);
	ok(left - queueLength(&connection.pipe.toClient) < 16384 + 64 &&
			tlsEngineReadable(connection.engine) >= 16383,
		"%s: nothing is received that is not read", versionNames[version]);
	connectionClose(&connection);
}

/* Whoever waits for the rest of a record is not to try in the meantime. */
static void testPartOfRecord(int version)
{
	struct Connection connection;
	size_t length;

	connectionMake(&connection, versions[version], usualServer());
	serverWrite(&connection, 0, 100);
	length = queueLength(&connection.pipe.toClient);
	for (connection.pipe.chunk = 1; queueLength(&connection.pipe.toClient) > 1;) {
		connectionTurn(&connection);
		if (tlsEngineWaits(connection.engine) || tlsEngineReadable(connection.engine) > 0)
			break;
	}
	ok(length > 100 && queueLength(&connection.pipe.toClient) == 1,
		"%s: with each part of a record there is nothing to do but to wait", versionNames[version]);
	connectionTurnAll(&connection);
	ok(tlsEngineReadable(connection.engine) == 100, "%s: until it is whole", versionNames[version]);
	connectionClose(&connection);
}

/* What the reader gets of 20000 bytes and an end: all of them first, then the end's code. */
static void expectEnd(struct Connection *connection, enum TlsState state, enum TlsCode code, const char *name)
{
	static uint8_t bytes[20000];
	size_t got = 0;
	bool early = false;

	for (;;) {
		size_t count;

		connectionTurnAll(connection);
		connectionTurn(connection);
		early |= got < 20000 && tlsEngineState(connection->engine) != TLS_CONNECTED;
		count = tlsEngineRead(connection->engine, bytes + got, sizeof(bytes) - got);
		if (count == 0)
			break;
		got += count;
	}
	if (!ok(got == 20000 && !early && tlsEngineState(connection->engine) == state &&
				connectionCode(connection) == code && tlsEngineWritable(connection->engine) == 0 &&
				!tlsEngineWrite(connection->engine, pattern, 1, false, 0),
			"%s", name))
		note("%zu bytes, state %d, code %s", got, tlsEngineState(connection->engine),
			tlsCodeName(connectionCode(connection)));
	connectionClose(connection);
}

static void testEnds(int version)
{
	struct Connection connection;

	connectionMake(&connection, versions[version], usualServer());
	serverWrite(&connection, 0, 20000);
	mbedtls_ssl_close_notify(&connection.ssl);
	expectEnd(&connection, TLS_ENDED, TLS_CLOSED, "data, then close_notify");

	connectionMake(&connection, versions[version], usualServer());
	serverWrite(&connection, 0, 20000);
	connection.pipe.transport.state = TLS_TRANSPORT_ENDED;
	expectEnd(&connection, TLS_FAILED, TLS_TRUNCATED, "data, then the end without close_notify");

	connectionMake(&connection, versions[version], usualServer());
	serverWrite(&connection, 0, 20000);
	mbedtls_ssl_send_alert_message(&connection.ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL, 80);
	expectEnd(&connection, TLS_FAILED, TLS_ALERT, "data, then a fatal alert");

	connectionMake(&connection, versions[version], usualServer());
	serverWrite(&connection, 0, 20000);
	queuePut(&connection.pipe.toClient, (const uint8_t[]){23, 3, 3, 0, 40}, 5);
	queuePut(&connection.pipe.toClient, pattern, 40);
	expectEnd(&connection, TLS_FAILED, TLS_RECORD_INTEGRITY, "data, then a forged record");
	ok(connection.rounds > 0, "%s: that was all of it", versionNames[version]);
}

/* What is wrong is told once, by the library or by the engine; twice where the library pads its alerts, which
   look like any record then. */
static void testOneAlert(int version)
{
	const int times = version == 1 && MBEDTLS_SSL_CID_TLS1_3_PADDING_GRANULARITY > 1 ? 2 : 1;
	struct Connection connection;

	connectionMake(&connection, versions[version], usualServer());
	queuePut(&connection.pipe.toClient, (const uint8_t[]){23, 3, 3, 0, 40}, 5);
	queuePut(&connection.pipe.toClient, pattern, 40);
	connectionTurnAll(&connection);
	ok(connectionCode(&connection) == TLS_RECORD_INTEGRITY && countRecords(&connection, NULL) == times,
		"%s: a forged record is told %d times", versionNames[version], times);
	connectionClose(&connection);
}

static void testReset(int version)
{
	struct Connection connection;
	uint8_t bytes[100];

	connectionMake(&connection, versions[version], usualServer());
	serverWrite(&connection, 0, 100);
	connectionTurn(&connection);
	connection.pipe.transport.state = TLS_TRANSPORT_FAILED;
	tlsFail(&connection.pipe.transport.failure, TLS_RESET, 104);
	connectionTurn(&connection);
	ok(tlsEngineState(connection.engine) == TLS_CONNECTED && tlsEngineReadable(connection.engine) == 100 &&
			tlsEngineWritable(connection.engine) == 0,
		"%s: reset with data unread", versionNames[version]);
	ok(tlsEngineRead(connection.engine, bytes, 100) == 100 && !connectionTurn(&connection) &&
			tlsEngineState(connection.engine) == TLS_FAILED && connectionCode(&connection) == TLS_RESET,
		"%s: the data first, then the reset", versionNames[version]);
	connectionClose(&connection);
}

static void testClose(int version)
{
	struct Connection connection;
	uint8_t byte;

	connectionMake(&connection, versions[version], usualServer());
	tlsEngineClose(connection.engine);
	tlsEngineClose(connection.engine);
	ok(mbedtls_ssl_read(&connection.ssl, &byte, 1) == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY &&
			queueLength(&connection.pipe.toServer) == 0,
		"%s: closing sends one close_notify", versionNames[version]);
	ok(tlsEngineWritable(connection.engine) == 0, "%s: nothing is writable after it", versionNames[version]);
	connectionClose(&connection);

	connectionMake(&connection, versions[version], usualServer());
	mbedtls_ssl_close_notify(&connection.ssl);
	ok(tlsEngineWrite(connection.engine, pattern, 10, true, 100), "%s: some of a sequence",
		versionNames[version]);
	connectionTurnAll(&connection);
	tlsEngineClose(connection.engine);
	ok(mbedtls_ssl_read(&connection.ssl, &byte, 1) == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY &&
			queueLength(&connection.pipe.toServer) == 0,
		"%s: close_notify is answered by one, and by nothing else", versionNames[version]);
	connectionClose(&connection);

	connectionMake(&connection, versions[version], usualServer());
	connection.pipe.capacity = 1;
	tlsEngineClose(connection.engine);
	ok(queueLength(&connection.pipe.toServer) <= 1, "%s: closing does not wait for space",
		versionNames[version]);
	connectionClose(&connection);
}

/* A transport that promises space and takes less. */
static void testLiar(int version)
{
	struct Connection connection;

	connectionMake(&connection, versions[version], usualServer());
	connection.pipe.capacity = 700;
	connection.pipe.liar = true;
	ok(tlsEngineWrite(connection.engine, pattern, 2000, false, 0) &&
			tlsEngineWritable(connection.engine) == 0,
		"%s: a record that gets stuck is kept", versionNames[version]);
	while (serverRead(&connection, 0) == 0 && connectionTurn(&connection))
		continue;
	ok(tlsEngineWritable(connection.engine) > 0 &&
			tlsEngineWrite(connection.engine, pattern + 2000, 100, false, 0) &&
			serverRead(&connection, 2000) == 100,
		"%s: and goes out later, whole", versionNames[version]);
	ok(!tlsEngineWrite(connection.engine, pattern, 60000, false, 0) &&
			connectionCode(&connection) == TLS_INTERNAL,
		"%s: several records that get stuck are a bug of the transport", versionNames[version]);
	connectionClose(&connection);
}

/* A record that is stuck when a ticket comes, whose way through the library sends it: once, and nothing
   besides. */
static void testStuckTicket(void)
{
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();
	struct Connection connection;
	long count;

	client.minimum = TLS_VERSION_1_3;
	server.tickets = true;
	connectionOpen(&connection, &client, &server);
	connectionHandshake(&connection); /* not so far that a ticket is read */
	connection.pipe.capacity = 700;
	connection.pipe.liar = true;
	ok(tlsEngineWrite(connection.engine, pattern, 2000, false, 0) &&
			tlsEngineWritable(connection.engine) == 0,
		"a record is stuck, and a ticket comes");
	pipeRelease(&connection.pipe);
	tlsEngineAdvance(connection.engine);
	connection.pipe.capacity = 0;
	connectionTurnAll(&connection);
	count = serverRead(&connection, 0);
	ok(count == 2000 && tlsEngineSessions(connection.engine) > 0 && connectionCode(&connection) == TLS_OK,
		"it goes out once: %ld bytes", count);
	connectionClose(&connection);
}

static void testBlockedHandshake(int version)
{
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();
	struct Connection connection;

	client.minimum = client.maximum = versions[version];
	connectionOpen(&connection, &client, &server);
	connection.pipe.capacity = 11;
	connection.pipe.chunk = 13;
	connectionHandshake(&connection);
	ok(tlsEngineState(connection.engine) == TLS_CONNECTED && connection.serverConnected,
		"%s: a handshake through a very narrow transport", versionNames[version]);
	connectionClose(&connection);
}

static void testSmallFragments(int version)
{
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();
	struct Connection connection;
	size_t longest = 0;
	int records;

	client.minimum = client.maximum = versions[version];
	client.maximumFragmentLength = 512;
	connectionOpen(&connection, &client, &server);
	connectionHandshake(&connection);
	ok(tlsEngineState(connection.engine) == TLS_CONNECTED, "%s: maximum fragment length 512 is negotiated",
		versionNames[version]);
	tlsEngineWrite(connection.engine, pattern, 2048, false, 0);
	records = countRecords(&connection, &longest);
	note("%s: 2048 bytes went out in %d records, the first of %zu bytes", versionNames[version], records,
		longest);
	ok(serverRead(&connection, 0) == 2048 && (version == 1 || (records == 4 && longest < 512 + 32)),
		"%s: and kept", versionNames[version]);
	connectionClose(&connection);
}

/* Warnings and tickets: a few are put up with, very many are not. */
static void testNoise(int version)
{
	struct ServerWish server = usualServer();
	struct Connection connection;
	uint8_t bytes[100];

	server.tickets = true;
	connectionMake(&connection, versions[version], server);
	for (int i = 0; i < 20; i++)
		mbedtls_ssl_send_alert_message(&connection.ssl, MBEDTLS_SSL_ALERT_LEVEL_WARNING, 90);
	serverWrite(&connection, 0, 100);
	connectionTurnAll(&connection);
	ok(tlsEngineRead(connection.engine, bytes, 100) == 100 && memcmp(bytes, pattern, 100) == 0,
		"%s: data after tickets and warnings", versionNames[version]);
	for (int i = 0; i < 200; i++)
		mbedtls_ssl_send_alert_message(&connection.ssl, MBEDTLS_SSL_ALERT_LEVEL_WARNING, 90);
	connectionTurnAll(&connection);
	ok(connectionCode(&connection) == TLS_PROTOCOL && tlsEngineState(connection.engine) == TLS_FAILED,
		"%s: warnings without end", versionNames[version]);
	connectionClose(&connection);
}

/* The library announces a ticket in one call and takes it in the next, which may be one that writes. */
static void testWriteAtTicket(void)
{
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();
	struct Connection connection;
	bool good = true;

	client.minimum = TLS_VERSION_1_3;
	server.tickets = true;
	connectionOpen(&connection, &client, &server);
	connectionHandshake(&connection);
	for (int i = 0; i < 6; i++) {
		tlsEngineAdvance(connection.engine);
		good &= tlsEngineWrite(connection.engine, pattern + 10 * i, 10, false, 0);
	}
	ok(good && serverRead(&connection, 0) == 60 && connectionCode(&connection) == TLS_OK &&
			tlsEngineSessions(connection.engine) == 2,
		"TLS 1.3: writing while tickets come");
	connectionClose(&connection);
}

/* A connection that moves to another instance's transport takes everything along. */
static void testMove(int version)
{
	struct Connection connection;
	struct Pipe moved;
	uint8_t bytes[300];

	connectionMake(&connection, versions[version], usualServer());
	serverWrite(&connection, 0, 100);
	serverWrite(&connection, 100, 200);
	connectionTurn(&connection);
	connectionTurn(&connection);
	moved = connection.pipe;
	tlsEngineSetTransport(connection.engine, &moved.transport);
	ok(tlsEngineRead(connection.engine, bytes, 300) == 300 && memcmp(bytes, pattern, 300) == 0 &&
			tlsEngineWrite(connection.engine, pattern, 10, false, 0),
		"%s: the engine goes on over another transport", versionNames[version]);
	connection.pipe.toServer = moved.toServer;
	connection.pipe.toClient = moved.toClient;
	ok(serverRead(&connection, 0) == 10, "%s: both ways", versionNames[version]);
	connectionClose(&connection);
}

void testData(void)
{
	for (size_t i = 0; i < LARGE; i++)
		pattern[i] = (uint8_t)(i * 31 + i / 251);
	for (int version = 0; version < 2; version++) {
		testEcho(version);
		testWritable(version);
		testGathering(version);
		testGatheringInLittleRoom(version);
		testCarry(version);
		testBackPressure(version);
		testPartOfRecord(version);
		testEnds(version);
		testOneAlert(version);
		testReset(version);
		testClose(version);
		testLiar(version);
		testBlockedHandshake(version);
		testSmallFragments(version);
		testNoise(version);
		if (version == 1) {
			testWriteAtTicket();
			testStuckTicket();
		}
		testMove(version);
	}
}
