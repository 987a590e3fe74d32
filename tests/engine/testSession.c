/* SPDX-License-Identifier: MIT */
/*
 * Sessions: what may be resumed, and all that may not.
 */

#include "allocations.h"
#include "connection.h"
#include "tap.h"
#include "tlsEngineParts.h"

#include <stdlib.h>
#include <string.h>

#define DAY (24 * 60 * 60)

/* Bytes before the library's own part of a session, the last 8 of which tell when it was received, and behind
   it. */
#define HEAD_SIZE     56
#define CHECKSUM_SIZE 32

struct Saved {
	uint8_t bytes[2048];
	size_t length;
};

/* A kind of session, the server's half of it, and how long a client may keep it. */
struct Kind {
	const char *name;
	enum TlsVersion version;
	bool tickets;
	int64_t life;
};

static const struct Kind kinds[] = {
	{"TLS 1.2, session id", TLS_VERSION_1_2, false, DAY},
	{"TLS 1.2, ticket", TLS_VERSION_1_2, true, 3600},
	{"TLS 1.3, ticket", TLS_VERSION_1_3, true, 3600},
};

#define KIND_COUNT 3

/* A server as it lives on from one connection to the next. */
struct Server {
	struct ServerWish wish;
	mbedtls_ssl_ticket_context ticket;
	struct ServerCache cache;
};

static struct ClientWish clientOf(const struct Kind *kind)
{
	struct ClientWish client = usualClient();

	client.minimum = client.maximum = kind->version;
	client.port = 443;
	return client;
}

static void openServer(struct Server *server, const struct Kind *kind)
{
	memset(server, 0, sizeof(*server));
	server->wish = usualServer();
	mbedtls_ssl_ticket_init(&server->ticket);
	if (kind->tickets) {
		connectionTickets(&server->ticket);
		server->wish.ticketsOf = &server->ticket;
	} else
		server->wish.cache = &server->cache;
}

static void closeServer(struct Server *server)
{
	mbedtls_ssl_ticket_free(&server->ticket);
	mbedtls_platform_zeroize(&server->cache, sizeof(server->cache));
}

/* One connection: tries `session` if there is one, and takes a new one to `saved` unless it is NULL. */
struct Result {
	struct TlsFailure failure;
	bool taken;   /* tlsEngineResume took the session */
	bool resumed; /* and so did the server */
	uint64_t sent, received;
};

static struct Result run(const struct ClientWish *client, const struct ServerWish *server,
	const struct Saved *session, struct Saved *saved)
{
	struct Connection connection;
	struct TlsNegotiated negotiated;
	struct ServerCache *cache = server->cache, known;
	struct Result result;

	memset(&result, 0, sizeof(result));
	memset(&known, 0, sizeof(known));
	connectionOpen(&connection, client, server);
	result.failure = connection.failure;
	if (connection.engine == NULL)
		return connectionClose(&connection), result;
	if (cache != NULL)
		known = *cache;
	if (session != NULL)
		result.taken = tlsEngineResume(connection.engine, session->bytes, session->length);
	connectionHandshake(&connection);
	result.sent = connection.pipe.toServer.total;
	result.received = connection.pipe.toClient.total;
	for (int i = 0; i < 8; i++) /* tickets of TLS 1.3 come behind it */
		connectionTurn(&connection);
	result.failure = *tlsEngineFailure(connection.engine);
	if (result.failure.code == TLS_OK && tlsEngineNegotiated(connection.engine, &negotiated))
		result.resumed = negotiated.resumed;
	else if (result.failure.code == TLS_OK)
		result.failure.code = TLS_TIMEOUT;
	if (saved != NULL) {
		saved->length = tlsEngineSaveSession(connection.engine, NULL, 0);
		if (saved->length > sizeof(saved->bytes) ||
			tlsEngineSaveSession(connection.engine, saved->bytes, saved->length) != saved->length)
			saved->length = 0;
	}
	connectionClose(&connection);
	/* The server knows one session by its id: that which the client took, or the one before. */
	if (cache != NULL && saved == NULL)
		*cache = known;
	return result;
}

static bool isFull(struct Result result)
{
	return result.failure.code == TLS_OK && !result.taken && !result.resumed;
}

/* Resumes three times, with the session that the connection before gave. */
static void testResumption(const struct Kind *kind)
{
	struct ClientWish client = clientOf(kind);
	struct Saved session, next;
	struct Server server;
	struct Result first, again;

	openServer(&server, kind);
	first = run(&client, &server.wish, NULL, &session);
	ok(isFull(first) && session.length > 0, "%s: a full handshake gives a session", kind->name);
	for (int i = 0; i < 3; i++) {
		client.now = TEST_NOW + 100 * i;
		again = run(&client, &server.wish, &session, &next);
		ok(again.failure.code == TLS_OK && again.taken && again.resumed && next.length > 0,
			"%s: resumed, and another session given", kind->name);
		session = next;
	}
	note("%s: %d bytes sent and %d received in place of %d and %d; a session has %d", kind->name,
		(int)again.sent, (int)again.received, (int)first.sent, (int)first.received, (int)session.length);
	closeServer(&server);
}

/* Whatever the verification depends on: another makes a full handshake, and here the server would have
   resumed. */
static void testBinding(const struct Kind *kind)
{
	static const uint8_t address[] = {192, 0, 2, 1};
	struct CertificateWish other = pkiCaWish("CN=Test CA,O=Test", pkiKey(KEY_P256, 0));
	struct CertificateWish both = pkiServerWish("test.example", pkiKey(KEY_P256, 2), pkiKey(KEY_P256, 0));
	struct ClientWish first = clientOf(kind), client;
	struct Certificate otherCa, leaf;
	uint8_t pin[TLS_PIN_SIZE], goodPin[TLS_PIN_SIZE];
	struct Saved session, pinned;
	struct Server server;
	size_t length;

	both.issuer = "CN=Test CA,O=Test";
	both.dnsName2 = "other.example";
	both.address = address;
	both.addressSize = sizeof(address);
	leaf = pkiCertificate(&both);
	other.notAfter = "20270801000000";
	otherCa = pkiCertificate(&other);
	psa_hash_compute(PSA_ALG_SHA_256, usual()->ca.der, usual()->ca.length, pin, sizeof(pin), &length);

	openServer(&server, kind);
	server.wish.chain[0] = &leaf;
	server.wish.chain[1] = NULL;
	ok(isFull(run(&first, &server.wish, NULL, &session)) && session.length > 0, "%s: a session", kind->name);

	client = first;
	client.host = "other.example";
	ok(isFull(run(&client, &server.wish, &session, NULL)), "%s: not for another host", kind->name);
	client = first;
	client.host = "192.0.2.1";
	ok(isFull(run(&client, &server.wish, &session, NULL)), "%s: not for an address", kind->name);
	client = first;
	client.port = 8443;
	ok(isFull(run(&client, &server.wish, &session, NULL)), "%s: not for another port", kind->name);
	client = first;
	client.anchors[0] = &otherCa;
	ok(isFull(run(&client, &server.wish, &session, NULL)), "%s: not with another anchor", kind->name);
	client = first;
	client.anchors[1] = &otherCa;
	ok(isFull(run(&client, &server.wish, &session, NULL)), "%s: not with one more anchor", kind->name);
	client = first;
	client.pins[0] = pin;
	ok(run(&client, &server.wish, &session, NULL).failure.code == TLS_CERTIFICATE_PIN,
		"%s: not past a pin that the chain does not have", kind->name);
	pkiPin(&usual()->ca, goodPin);
	client.pins[0] = goodPin;
	ok(isFull(run(&client, &server.wish, NULL, &pinned)) && pinned.length > 0, "%s: a session, with a pin",
		kind->name);
	client.pins[0] = pin;
	ok(run(&client, &server.wish, &pinned, NULL).failure.code == TLS_CERTIFICATE_PIN,
		"%s: not with another pin in its place", kind->name);
	ok(isFull(run(&first, &server.wish, NULL, &session)) && session.length > 0, "%s: and one without",
		kind->name);
	client = first;
	client.maximumFragmentLength = 4096;
	ok(isFull(run(&client, &server.wish, &session, NULL)), "%s: not with smaller records", kind->name);
	client = first;
	client.protocols[0] = "mqtt";
	ok(isFull(run(&client, &server.wish, &session, NULL)), "%s: not with other protocols", kind->name);
	client = first;
	client.clientChain[0] = &usual()->server;
	client.clientKey = pkiKey(KEY_P256, 2);
	ok(isFull(run(&client, &server.wish, &session, NULL)), "%s: not as somebody else", kind->name);
	client = first;
	client.minimum = TLS_VERSION_1_2;
	client.maximum = TLS_VERSION_1_3;
	server.wish.maximum = (mbedtls_ssl_protocol_version)kind->version;
	ok(isFull(run(&client, &server.wish, &session, NULL)), "%s: not with other versions", kind->name);
	ok(run(&first, &server.wish, &session, NULL).resumed, "%s: but as it was", kind->name);
	closeServer(&server);
}

static void testTime(const struct Kind *kind)
{
	struct CertificateWish soon = pkiServerWish("test.example", pkiKey(KEY_P256, 2), pkiKey(KEY_P256, 0));
	struct ClientWish client = clientOf(kind);
	struct Saved session, next;
	struct Certificate leaf;
	struct Server server;

	soon.issuer = "CN=Test CA,O=Test";
	soon.notAfter = "20261215122000"; /* 20 minutes after TEST_NOW */
	leaf = pkiCertificate(&soon);
	openServer(&server, kind);
	run(&client, &server.wish, NULL, &session);
	client.now = TEST_NOW + kind->life;
	ok(run(&client, &server.wish, &session, NULL).taken, "%s: tried to its last second", kind->name);
	client.now = TEST_NOW + kind->life + 1;
	ok(isFull(run(&client, &server.wish, &session, NULL)), "%s: not after it", kind->name);
	client.now = TEST_NOW - 1;
	ok(isFull(run(&client, &server.wish, &session, NULL)), "%s: not before it was received", kind->name);
	client.now = 1000;
	ok(run(&client, &server.wish, &session, NULL).failure.code == TLS_CLOCK, "%s: not without a clock",
		kind->name);

	server.wish.chain[0] = &leaf;
	server.wish.chain[1] = NULL;
	client.now = TEST_NOW;
	run(&client, &server.wish, NULL, &session);
	client.now = TEST_NOW + 1200;
	ok(run(&client, &server.wish, &session, &next).resumed && next.length > 0,
		"%s: resumed in the last second of a certificate", kind->name);
	client.now = TEST_NOW + 1201;
	ok(run(&client, &server.wish, &session, NULL).failure.code == TLS_CERTIFICATE_EXPIRED, "%s: not after it",
		kind->name);
	ok(run(&client, &server.wish, &next, NULL).failure.code == TLS_CERTIFICATE_EXPIRED,
		"%s: nor the session that came of it", kind->name);
	closeServer(&server);
}

/* Every byte changed and every length: it is refused, and nothing else happens. */
static void testDamage(const struct Kind *kind)
{
	struct ClientWish client = clientOf(kind);
	struct Saved session;
	struct Connection connection;
	struct Server server;
	size_t taken = 0;

	openServer(&server, kind);
	run(&client, &server.wish, NULL, &session);
	connectionOpen(&connection, &client, NULL);
	for (size_t i = 0; i < session.length; i++) {
		uint8_t *copy = malloc(i);

		if (copy == NULL)
			break;
		memcpy(copy, session.bytes, i);
		taken += tlsEngineResume(connection.engine, copy, i);
		free(copy);
		for (int bit = 0; bit < 8; bit++) {
			session.bytes[i] ^= (uint8_t)(1 << bit);
			taken += tlsEngineResume(connection.engine, session.bytes, session.length);
			session.bytes[i] ^= (uint8_t)(1 << bit);
		}
	}
	ok(session.length > 0 && taken == 0, "%s: %zu bytes, each bit damaged and each length", kind->name,
		session.length);
	ok(tlsEngineResume(connection.engine, session.bytes, session.length), "%s: taken as it is", kind->name);
	ok(!tlsEngineResume(connection.engine, session.bytes, session.length), "%s: not twice", kind->name);
	connectionClose(&connection);
	closeServer(&server);
}

/* Puts the checksum right, which is at its end. */
static void seal(struct Saved *session)
{
	size_t end = session->length - CHECKSUM_SIZE, length;

	psa_hash_compute(PSA_ALG_SHA_256, session->bytes, end, session->bytes + end, CHECKSUM_SIZE, &length);
}

/* A session whose checksum is right: what is in it may be anything, and is either not taken or does no
   harm. */
static void testForged(const struct Kind *kind)
{
	struct ClientWish client = clientOf(kind);
	struct Saved session, forged;
	struct Server server;
	size_t wrong = 0;

	openServer(&server, kind);
	run(&client, &server.wish, NULL, &session);
	for (size_t i = HEAD_SIZE; i < session.length - CHECKSUM_SIZE; i++) {
		struct Result result;

		forged = session;
		forged.bytes[i] = (uint8_t)(i % 3 == 0 ? 0 : i % 3 == 1 ? 0xFF : forged.bytes[i] ^ 1);
		seal(&forged);
		result = run(&client, &server.wish, &forged, NULL);
		/* Some of it changes nothing; the rest is a full handshake, or one that the server or we break
		   off. */
		if (result.failure.code == TLS_TIMEOUT || result.failure.code == TLS_INTERNAL)
			wrong++;
	}
	ok(session.length > HEAD_SIZE + CHECKSUM_SIZE && wrong == 0, "%s: forged sessions", kind->name);

	forged = session;
	memset(forged.bytes + HEAD_SIZE - 8, 0,
		8); /* when it was received: the earliest time that the field can have */
	forged.bytes[HEAD_SIZE - 8] = 0x80;
	seal(&forged);
	ok(isFull(run(&client, &server.wish, &forged, NULL)), "%s: received before all times", kind->name);
	closeServer(&server);
}

/* Servers that have changed since. */
static void testServers(const struct Kind *kind)
{
	struct ClientWish client = clientOf(kind);
	struct Saved session, next;
	struct Server server, fresh;
	struct Result result;

	openServer(&server, kind);
	openServer(&fresh, kind);
	run(&client, &server.wish, NULL, &session);
	result = run(&client, &fresh.wish, &session, &next);
	ok(result.failure.code == TLS_OK && result.taken && !result.resumed,
		"%s: full handshake with a server that has forgotten", kind->name);
	ok(next.length > 0 && run(&client, &fresh.wish, &next, NULL).resumed, "%s: whose own session is resumed",
		kind->name);

	fresh.wish.ticketsOf = NULL;
	fresh.wish.cache = NULL;
	result = run(&client, &fresh.wish, &session, &next);
	ok(result.failure.code == TLS_OK && result.taken && !result.resumed,
		"%s: full handshake with a server that has no sessions", kind->name);
	if (next.length > 0) /* TLS 1.2: it gives session ids that it does not know later */
		ok(run(&client, &fresh.wish, &next, NULL).failure.code == TLS_OK, "%s: and again", kind->name);
	closeServer(&server);
	closeServer(&fresh);
}

/* A server that went back to TLS 1.2. The library of a platform offers no other version than the
   session's. */
static void testMovedVersion(void)
{
	struct ClientWish client = usualClient();
	struct Server server;
	struct Saved session, next;
	struct Result result;

	openServer(&server, &kinds[2]);
	run(&client, &server.wish, NULL, &session);
	server.wish.maximum = MBEDTLS_SSL_VERSION_TLS1_2;
	result = run(&client, &server.wish, &session, &next);
#if defined(TLS_VENDORED)
	ok(result.failure.code == TLS_OK && result.taken && !result.resumed,
		"a server that went back to TLS 1.2, and a session of 1.3");
	ok(next.length > 0 && run(&client, &server.wish, &next, NULL).resumed, "its new session is resumed");
	client.minimum = TLS_VERSION_1_3;
	server.wish.maximum = MBEDTLS_SSL_VERSION_TLS1_3;
	run(&client, &server.wish, NULL, &session);
	server.wish.maximum = MBEDTLS_SSL_VERSION_TLS1_2;
	result = run(&client, &server.wish, &session, NULL);
	ok(result.failure.code != TLS_OK, "where TLS 1.3 is asked for, it is nothing less");
#else
	ok(result.failure.code == TLS_NEGOTIATION && strstr(result.failure.detail, "session") != NULL,
		"a server that went back to TLS 1.2: the failure names the session: %s, %s",
		tlsCodeName(result.failure.code), result.failure.detail);
	ok(isFull(run(&client, &server.wish, NULL, NULL)), "without it there is a full handshake");
#endif
	closeServer(&server);
}

/* The same engine, over another connection to the server. */
static struct Result runAgain(struct Connection *connection, const struct ClientWish *client,
	const struct ServerWish *server, struct Saved *saved)
{
	struct Connection fresh;
	struct TlsNegotiated negotiated;
	struct Result result;

	memset(&result, 0, sizeof(result));
	connectionOpenAgain(&fresh, connection, client, server);
	connectionHandshake(&fresh);
	for (int i = 0; i < 8; i++)
		connectionTurn(&fresh);
	result.failure = *tlsEngineFailure(fresh.engine);
	if (tlsEngineNegotiated(fresh.engine, &negotiated))
		result.resumed = negotiated.resumed;
	else if (result.failure.code == TLS_OK)
		result.failure.code = TLS_TIMEOUT;
	saved->length = tlsEngineSaveSession(fresh.engine, saved->bytes, sizeof(saved->bytes));
	connectionClose(&fresh);
	return result;
}

/* A session that a server failed on, and the same engine once more without it. */
static void testRestart(void)
{
	struct ClientWish client = usualClient();
	struct Connection connection;
	struct Server server;
	struct Saved session, next;
	struct Result result;
	size_t before;

	openServer(&server, &kinds[2]);
	server.wish.maximum = MBEDTLS_SSL_VERSION_TLS1_2;
	run(&client, &server.wish, NULL, &session);
	server.wish.minimum = server.wish.maximum = MBEDTLS_SSL_VERSION_TLS1_3;
	before = allocations.live;
	connectionOpen(&connection, &client, &server.wish);
	ok(!tlsEngineSessionFailed(connection.engine), "no session has failed before there is one");
	ok(tlsEngineResume(connection.engine, session.bytes, session.length), "a session is tried");
	connectionHandshake(&connection);
	ok(tlsEngineState(connection.engine) == TLS_FAILED && tlsEngineSessionFailed(connection.engine),
		"a server of another version fails on it");
	result = runAgain(&connection, &client, &server.wish, &next);
	ok(result.failure.code == TLS_OK && !result.resumed && next.length > 0,
		"the same engine, anew, makes a full handshake, which gives a session: %s",
		tlsCodeName(result.failure.code));
	connectionClose(&connection);
	ok(allocations.live == before, "nothing leaks then");
	ok(run(&client, &server.wish, &next, NULL).resumed, "that session is resumed");
	closeServer(&server);
}

/* A connection with a session, which is reset when the client has got so many bytes of the server's. */
static void openAndReset(struct Connection *connection, const struct ClientWish *client,
	const struct ServerWish *server, const struct Saved *session, size_t bytes)
{
	const struct Queue *queue = &connection->pipe.toClient;

	connectionOpen(connection, client, server);
	connection->pipe.chunk = 1;
	tlsEngineResume(connection->engine, session->bytes, session->length);
	while (queue->total - queueLength(queue) < bytes && connectionTurn(connection))
		continue;
	tlsFail(&connection->pipe.transport.failure, TLS_RESET, 104);
	connection->pipe.transport.state = TLS_TRANSPORT_FAILED;
	connectionTurnAll(connection);
}

/* Whatever was there of the server's answer before, the same engine makes a full handshake then, with another
   server that has no extended master secret: so that none of the first one's answers counts. That is tried
   once. */
static void testRestarts(const struct Kind *kind)
{
	struct ClientWish client = clientOf(kind);
	struct Connection connection, fresh;
	struct ServerWish other = usualServer();
	struct Server server;
	struct Saved session, next;
	struct Result result;
	int failed = 0, full = 0, kept = 0, again = 0, tried = 0;

	other.noExtendedMasterSecret = true;
	openServer(&server, kind);
	run(&client, &server.wish, NULL, &session);
	for (size_t bytes = 0; bytes < 120; bytes += bytes < 12 ? 1 : 9, tried++) {
		openAndReset(&connection, &client, &server.wish, &session, bytes);
		failed +=
			tlsEngineState(connection.engine) == TLS_FAILED && tlsEngineSessionFailed(connection.engine);
		result = runAgain(&connection, &client, &other, &next);
		full += result.failure.code == TLS_OK && !result.resumed;
		kept += next.length > 0;
		connectionClose(&connection);

		openAndReset(&connection, &client, &server.wish, &session, bytes);
		connectionOpenAgain(&fresh, &connection, &client, &server.wish);
		fresh.pipe.transport.failure = connection.pipe.transport.failure;
		fresh.pipe.transport.state = TLS_TRANSPORT_FAILED;
		connectionTurnAll(&fresh);
		again += tlsEngineState(fresh.engine) == TLS_FAILED && tlsEngineSessionFailed(fresh.engine);
		connectionClose(&fresh);
		connectionClose(&connection);
	}
	ok(failed == tried && full == tried && again == 0,
		"%s: reset somewhere in the answer, the engine is begun anew: %d failed, %d full, %d again, of %d",
		kind->name, failed, full, again, tried);
	ok(kind->version == TLS_VERSION_1_3 || kept == 0,
		"%s: no session is kept that the first server's answer made", kind->name);
	closeServer(&server);
}

/* Without memory to begin anew, that is what it fails with. */
static void testRestartMemory(void)
{
	struct ClientWish client = clientOf(&kinds[2]);
	struct Connection connection;
	struct Server server;
	struct Saved session;
	int tried = 0, failed = 0;
	bool more = true;

	openServer(&server, &kinds[2]);
	run(&client, &server.wish, NULL, &session);
	while (more) {
		openAndReset(&connection, &client, &server.wish, &session, 1);
		allocations.number = 0;
		allocations.failAt = tried + 1;
		allocationsOfClient(true);
		tlsEngineRestart(connection.engine);
		allocationsOfClient(false);
		allocations.failAt = 0;
		more = allocations.number > tried;
		if (more) {
			tried++;
			failed +=
				tlsEngineState(connection.engine) == TLS_FAILED && connectionCode(&connection) == TLS_MEMORY;
		}
		connectionClose(&connection);
	}
	ok(tried > 2 && failed == tried, "no memory to begin anew: %d of %d failed", failed, tried);
	closeServer(&server);
}

/* What is no session's fault. */
static void testNotFailed(void)
{
	struct ClientWish client = usualClient();
	struct Connection connection;
	struct Server server;
	struct Saved session;
	static const char *protocols[] = {"other", NULL};

	openServer(&server, &kinds[2]);
	run(&client, &server.wish, NULL, &session);
	server.wish.maximum = MBEDTLS_SSL_VERSION_TLS1_2;
	connectionOpen(&connection, &client, &server.wish);
	connectionHandshake(&connection);
	ok(tlsEngineState(connection.engine) == TLS_CONNECTED && !tlsEngineSessionFailed(connection.engine),
		"a connection without a session has not failed on it");
	connectionClose(&connection);

	server.wish.minimum = server.wish.maximum = MBEDTLS_SSL_VERSION_TLS1_2;
	server.wish.protocols = protocols;
	client.protocols[0] = "mine";
	connectionOpen(&connection, &client, &server.wish);
	connectionHandshake(&connection);
	ok(tlsEngineState(connection.engine) == TLS_FAILED && !tlsEngineSessionFailed(connection.engine),
		"nor has one that fails for another reason");
	connectionClose(&connection);
	closeServer(&server);
}

/* A server that does not take the session, and shows a certificate. */
static void testNotTaken(void)
{
	struct ClientWish client = clientOf(&kinds[1]);
	struct ServerWish stranger = usualServer();
	struct Connection connection;
	struct Server server;
	struct Saved session, next;
	struct Result result;

	openServer(&server, &kinds[1]);
	run(&client, &server.wish, NULL, &session);
	result = run(&client, &stranger, &session, &next);
	ok(result.failure.code == TLS_OK && result.taken && !result.resumed && next.length == 0,
		"a ticket that is refused, with no new one, is no session of the new connection");
	connectionOpen(&connection, &client, &stranger);
	ok(tlsEngineResume(connection.engine, session.bytes, session.length), "it is tried once more");
	while (!tlsTrustIsVerified(connection.engine->trust) && connectionTurn(&connection))
		continue;
	tlsFail(&connection.pipe.transport.failure, TLS_RESET, 104);
	connection.pipe.transport.state = TLS_TRANSPORT_FAILED;
	for (int i = 0; i < 100 && tlsEngineState(connection.engine) == TLS_HANDSHAKING; i++)
		tlsEngineAdvance(connection.engine);
	ok(tlsEngineState(connection.engine) == TLS_FAILED && connectionCode(&connection) == TLS_RESET &&
			!tlsEngineSessionFailed(connection.engine),
		"a server that has shown its certificate does not fail on the session: %s",
		tlsCodeName(connectionCode(&connection)));
	connectionClose(&connection);
	closeServer(&server);
}

/* A client that wants none. */
static void testUnwanted(const struct Kind *kind)
{
	struct ClientWish client = clientOf(kind);
	struct Server server;
	struct Saved session, none;
	struct Result result;

	openServer(&server, kind);
	run(&client, &server.wish, NULL, &session);
	client.noSessions = true;
	result = run(&client, &server.wish, &session, &none);
	ok(session.length > 0 && isFull(result) && none.length == 0,
		"%s: who wants no sessions resumes none and gets none", kind->name);
	closeServer(&server);
}

/* RFC 7627, section 5.3. */
static void testExtendedMasterSecret(void)
{
	struct ClientWish client;
	struct Server server;
	struct Saved session;
	struct Result result;

	for (int i = 0; i < 2; i++) {
		client = clientOf(&kinds[i]);
		openServer(&server, &kinds[i]);
		server.wish.noExtendedMasterSecret = true;
		ok(isFull(run(&client, &server.wish, NULL, &session)) && session.length == 0,
			"%s: no session without an extended master secret", kinds[i].name);
		closeServer(&server);

		openServer(&server, &kinds[i]);
		run(&client, &server.wish, NULL, &session);
		server.wish.noExtendedMasterSecret = true;
		result = run(&client, &server.wish, &session, NULL);
		ok(session.length > 0 && !result.resumed &&
				(result.failure.code == TLS_PROTOCOL || result.failure.code == TLS_OK),
			"%s: not resumed by a server that has given it up: %s", kinds[i].name, result.failure.detail);
		closeServer(&server);
	}
}

void testSessions(void)
{
	for (int i = 0; i < KIND_COUNT; i++) {
		testResumption(&kinds[i]);
		testBinding(&kinds[i]);
		testTime(&kinds[i]);
		testDamage(&kinds[i]);
		testForged(&kinds[i]);
		testServers(&kinds[i]);
		testUnwanted(&kinds[i]);
	}
	testMovedVersion();
	testRestart();
	for (int i = 0; i < KIND_COUNT; i++)
		testRestarts(&kinds[i]);
	testRestartMemory();
	testNotFailed();
	testNotTaken();
	testExtendedMasterSecret();
}
