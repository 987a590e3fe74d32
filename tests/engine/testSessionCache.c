/* SPDX-License-Identifier: MIT */
/*
 * Sessions that are kept in RAM: who gets them, which goes first, and what becomes of them when memory runs
 * out.
 */

#include "allocations.h"
#include "connection.h"
#include "tap.h"
#include "tlsSocketSessions.h"

#include <stdlib.h>
#include <string.h>

/* The one server of these tests. A peer is a port of it. */
static mbedtls_ssl_ticket_context ticket;
static struct ServerWish server;

static struct ClientWish clientOf(int version, uint16_t port)
{
	struct ClientWish client = usualClient();

	client.minimum = client.maximum = versions[version];
	client.port = port;
	return client;
}

/* One connection as the socket makes it. */
struct Run {
	struct TlsFailure failure;
	bool resumed;
	long beforeTry, afterTry, beforeKeep, afterKeep; /* allocations by then */
};

/* `failing`: which of the allocations for keeping the session fails; 0: none. */
static struct Run runFailing(const struct ClientWish *client, bool keep, long failing)
{
	struct Connection connection;
	struct TlsNegotiated negotiated;
	struct Run result;

	memset(&result, 0, sizeof(result));
	allocations.number = 0;
	connectionOpen(&connection, client, &server);
	result.failure = connection.failure;
	if (connection.engine == NULL)
		return connectionClose(&connection), result;
	result.beforeTry = allocations.number;
	allocationsOfClient(true);
	tlsSocketSessionsTry(connection.engine, NULL);
	allocationsOfClient(false);
	result.afterTry = allocations.number;
	connectionHandshake(&connection);
	for (int i = 0; i < 8; i++) /* tickets of TLS 1.3 come behind it */
		connectionTurn(&connection);
	result.resumed = tlsEngineNegotiated(connection.engine, &negotiated) && negotiated.resumed;
	result.failure = *tlsEngineFailure(connection.engine);
	if (result.failure.code == TLS_OK && tlsEngineState(connection.engine) != TLS_CONNECTED)
		result.failure.code = TLS_TIMEOUT;
	result.beforeKeep = allocations.number;
	if (failing > 0)
		allocations.failAt = allocations.number + failing;
	allocationsOfClient(true);
	if (keep && tlsEngineSessions(connection.engine) > 0)
		tlsSocketSessionsKeep(connection.engine);
	allocationsOfClient(false);
	result.afterKeep = allocations.number;
	if (failing > 0)
		allocations.failAt = 0;
	connectionClose(&connection);
	return result;
}

static struct Run run(const struct ClientWish *client, bool keep)
{
	return runFailing(client, keep, 0);
}

/* Whether a connection to that port is resumed. It takes the session away. */
static bool isKept(int version, uint16_t port)
{
	struct ClientWish client = clientOf(version, port);
	struct Run result = run(&client, false);

	return result.failure.code == TLS_OK && result.resumed;
}

static void keep(int version, uint16_t port)
{
	struct ClientWish client = clientOf(version, port);

	run(&client, true);
}

/* Two connections at a time, each with a session of its own. */
static void keepTwice(int version, uint16_t port)
{
	struct ClientWish client = clientOf(version, port);
	struct Connection connections[2];

	for (int i = 0; i < 2; i++) {
		connectionOpen(&connections[i], &client, &server);
		tlsSocketSessionsTry(connections[i].engine, NULL);
		connectionHandshake(&connections[i]);
		for (int turn = 0; turn < 8; turn++)
			connectionTurn(&connections[i]);
	}
	for (int i = 0; i < 2; i++) {
		tlsSocketSessionsKeep(connections[i].engine);
		connectionClose(&connections[i]);
	}
}

static void testTaking(int version)
{
	const char *name = versionNames[version];
	struct ClientWish client = clientOf(version, 1);

	ok(!isKept(version, 1), "%s: nothing is kept yet", name);
	keep(version, 1);
	ok(!isKept(version, 2), "%s: a session is for its port", name);
	client.host = "other.example";
	ok(run(&client, false).failure.code == TLS_CERTIFICATE_NAME, "%s: and for its host", name);
	ok(isKept(version, 1), "%s: it is kept", name);
	ok(!isKept(version, 1), "%s: and tried once", name);
	keepTwice(version, 1);
	ok(isKept(version, 1) && isKept(version, 1) && !isKept(version, 1), "%s: a peer has as many as it gave",
		name);
}

/* Has memory watched for the secret of the connection's session. */
static void watchFor(const struct Connection *connection, int version)
{
	const mbedtls_ssl_session *session = connection->ssl.MBEDTLS_PRIVATE(session);
	const uint8_t *secret =
		version == 0 ? session->MBEDTLS_PRIVATE(master) : session->MBEDTLS_PRIVATE(resumption_key);

	while (*secret == 0) /* zeros are not watched for */
		secret++;
	memcpy(allocations.secret, secret, sizeof(allocations.secret));
}

static void testWiped(int version)
{
	const char *name = versionNames[version];
	struct ClientWish client = clientOf(version, 1);
	struct Connection connection;
	uint8_t session[2048];
	size_t length;
	bool there = false;

	connectionOpen(&connection, &client, &server);
	connectionHandshake(&connection);
	connectionTurnAll(&connection);
	watchFor(&connection, version);
	length = tlsEngineSaveSession(connection.engine, session, sizeof(session));
	for (size_t i = 0; i + sizeof(allocations.secret) <= length; i++)
		there |= memcmp(session + i, allocations.secret, sizeof(allocations.secret)) == 0;
	ok(there, "%s: a session has a secret", name);
	allocationsOfClient(true);
	tlsSocketSessionsKeep(connection.engine);
	allocationsOfClient(false);
	connectionClose(&connection);
	ok(isKept(version, 1) && allocations.shown == 0, "%s: which is not left in memory when it was tried",
		name);
	memset(allocations.secret, 0, sizeof(allocations.secret));
	allocations.shown = 0;
}

/* Of several, the older ones are what there is room for. */
static void testSpare(int version)
{
	const char *name = versionNames[version];
	bool rest = true;

	for (uint16_t port = 2; port < TLS_SESSIONS; port++)
		keep(version, port);
	keepTwice(version, 1);
	keep(version, TLS_SESSIONS); /* one more than there is room for */
	for (uint16_t port = 2; port <= TLS_SESSIONS; port++)
		rest &= isKept(version, port);
	ok(rest, "%s: a second session takes no other peer's place", name);
	ok(isKept(version, 1) && !isKept(version, 1), "%s: it goes first", name);
}

static void pause(int version, uint16_t port)
{
	struct ClientWish client = clientOf(version, port);
	struct Connection connection;

	connectionOpen(&connection, &client, &server);
	tlsSocketSessionsPause(connection.engine);
	connectionClose(&connection);
}

/* A peer that refused one is left alone with them. */
static void testPause(int version)
{
	const char *name = versionNames[version];
	bool tried = false;

	keep(version, 1);
	keep(version, 2);
	pause(version, 1);
	ok(isKept(version, 2), "%s: a pause is for one peer", name);
	for (int i = 0; i < TLS_SESSIONS_PAUSE; i++) {
		struct ClientWish client = clientOf(version, 1);

		tried |= run(&client, i < TLS_SESSIONS_PAUSE - 1).resumed;
	}
	ok(!tried, "%s: no session is tried in %d connections", name, TLS_SESSIONS_PAUSE);
	while (isKept(version, 1)) /* from before the pause */
		continue;
	keep(version, 1);
	ok(isKept(version, 1), "%s: then they are tried again", name);
}

/* Where there is no room for it, a session goes. */
static void testPauseWithoutRoom(int version)
{
	const char *name = versionNames[version];
	struct ClientWish client = clientOf(version, TLS_SESSIONS + 1);
	bool rest = true;

	for (uint16_t port = 1; port <= TLS_SESSIONS; port++)
		keep(version, port);
	pause(version, client.port);
	ok(!isKept(version, 1), "%s: a pause takes the place of the session used least recently", name);
	for (uint16_t port = 2; port <= TLS_SESSIONS; port++)
		rest &= isKept(version, port);
	ok(rest, "%s: and of no other", name);
	for (int i = 0; i < TLS_SESSIONS_PAUSE; i++) /* to its end */
		run(&client, false);
}

static void testOrder(int version)
{
	const char *name = versionNames[version];
	bool rest = true;

	for (uint16_t port = 1; port <= TLS_SESSIONS; port++)
		keep(version, port);
	keep(version, 1); /* resumes, and so has been used last */
	keep(version, TLS_SESSIONS + 1);
	ok(!isKept(version, 2), "%s: one more than there is room for: the one used least recently is gone", name);
	ok(isKept(version, 1), "%s: not the oldest, which was used since", name);
	for (uint16_t port = 3; port <= TLS_SESSIONS + 1; port++)
		rest &= isKept(version, port);
	ok(rest, "%s: nor any other", name);
}

/* A server that went back to TLS 1.2. A platform's own library then offers the session's version only,
   once. */
static void testMovedVersion(void)
{
	struct ClientWish client = usualClient();
	struct Run result;

	client.port = 1;
	run(&client, true);
	server.maximum = MBEDTLS_SSL_VERSION_TLS1_2;
	result = run(&client, true);
#if !defined(TLS_VENDORED)
	ok(result.failure.code == TLS_NEGOTIATION && strstr(result.failure.detail, "session") != NULL,
		"a server that went back to TLS 1.2 refuses the session: %s", result.failure.detail);
	result = run(&client, true);
#endif
	ok(result.failure.code == TLS_OK && !result.resumed,
		"a server that went back to TLS 1.2: a full handshake");
	result = run(&client, false);
	ok(result.failure.code == TLS_OK && result.resumed, "and the next connection resumes that");
	server.maximum = (mbedtls_ssl_protocol_version)0;
}

static bool isWithin(long number, long before, long last)
{
	return number > before && number <= last;
}

/* Of the thousands that are all alike, for big numbers, samples will do. TLS_TEST_ALLOCATIONS=1 takes all. */
static bool isWorthIt(long number)
{
	return number <= 150 || number % 61 == 0 || getenv("TLS_TEST_ALLOCATIONS") != NULL;
}

/* Every allocation up to the end of the handshake of a connection that resumes fails in turn. */
static void testFailing(int version)
{
	const char *name = versionNames[version];
	struct ClientWish client = clientOf(version, 1);
	long tried = 0, wrong = 0, leaks = 0, inTry = 0;
	struct Run usual, result;

	keep(version, 1);
	usual = run(&client, true);
	isKept(version, 1);
	for (long at = 1; at <= usual.beforeKeep; at++) {
		size_t before = allocations.live;
		enum TlsCode code;
		bool good;

		if (!isWorthIt(at))
			continue;
		keep(version, 1);
		allocations.failAt = at;
		result = run(&client, true);
		allocations.failAt = 0;
		isKept(version, 1);
		tried++;
		leaks += allocations.live != before;
		allocations.lost += allocations.live - before;
		code = (enum TlsCode)result.failure.code;
		good = code == TLS_OK || code == TLS_MEMORY;
		if (isWithin(at, usual.beforeTry, usual.afterTry)) {
			inTry++;
			good = code == TLS_OK && !result.resumed;
		}
		if (!good) {
			wrong++;
			note("allocation %ld of %ld: %s, library %ld, resumed %d", at, usual.beforeKeep,
				tlsCodeName(code), (long)result.failure.library, result.resumed);
		}
	}
	ok(usual.failure.code == TLS_OK && usual.resumed && tried > 20 && wrong == 0,
		"%s: one allocation of a resumed connection fails, %ld of them in turn", name, tried);
	ok(inTry > 0, "%s: %ld of them leave the session untried, and the connection goes on", name, inTry);
	ok(leaks <= (version == 1 ? SERVER_MBEDTLS_LEAKS : 0), "%s: nothing leaks then", name);
}

/* Then those for keeping its session. */
static void testFailingToKeep(int version)
{
	struct ClientWish client = clientOf(version, 1);
	struct Run usual, result;
	long failing;

	keep(version, 1);
	usual = run(&client, true);
	isKept(version, 1);
	for (failing = 1; failing <= usual.afterKeep - usual.beforeKeep; failing++) {
		size_t before = allocations.live;

		keep(version, 1);
		result = runFailing(&client, true, failing);
		ok(result.failure.code == TLS_OK && result.resumed && !isKept(version, 1) &&
				allocations.live == before,
			"%s: no memory to keep a session, and the connection goes on", versionNames[version]);
	}
	ok(failing > 1, "%s: keeping one takes memory", versionNames[version]);
}

void testSessionCache(void)
{
	server = usualServer();
	connectionTickets(&ticket);
	server.ticketsOf = &ticket;
	connectionWatch = allocationsOfClient;
	for (int version = 0; version < 2; version++) {
		testTaking(version);
		testWiped(version);
		testOrder(version);
		testSpare(version);
		testPause(version);
		testPauseWithoutRoom(version);
		testFailing(version);
		testFailingToKeep(version);
	}
	testMovedVersion();
	connectionWatch = NULL;
	mbedtls_ssl_ticket_free(&ticket);
}
