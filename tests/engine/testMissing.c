/* SPDX-License-Identifier: MIT */
/*
 * What the library lacks: a server that changes its keys or sends a cookie (tlsMissing.h), whose records end
 * within the header of a message (scripts/lib/mbedtlsSource.mjs), or are empty.
 */

#include "connection.h"
#include "tap.h"

#include <string.h>

#include "ssl_misc.h" /* the library's own: a server that can do what it cannot */
#include "ssl_tls13_keys.h"

static const int *const suites[] = {(const int[]){MBEDTLS_TLS1_3_AES_128_GCM_SHA256, 0},
	(const int[]){MBEDTLS_TLS1_3_AES_256_GCM_SHA384, 0},
	(const int[]){MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256, 0}};

/* A connection after its handshake, by one suite of TLS 1.3. */
static void connect(struct Connection *connection, const int *suite)
{
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();

	client.minimum = TLS_VERSION_1_3;
	server.suites = suite;
	connectionOpen(connection, &client, &server);
	connectionHandshake(connection);
	connectionTurnAll(connection);
}

static void must(int error)
{
	if (error != 0)
		ok(false, "the server: -0x%04X", (unsigned)-error);
}

/* A record of the server's, of whatever type. */
static void send(struct Connection *connection, int type, const void *bytes, size_t length)
{
	connection->ssl.out_msgtype = type;
	connection->ssl.out_msglen = length;
	memcpy(connection->ssl.out_msg, bytes, length);
	must(mbedtls_ssl_write_record(&connection->ssl, 1));
}

#if defined(TLS_VENDORED)

/* The server's side of RFC 8446, section 7.2. `own`: the keys that it writes with, or else reads with. */
static void updateServer(mbedtls_ssl_context *ssl, bool own)
{
	mbedtls_ssl_tls13_application_secrets *secrets = &ssl->session->app_secrets;
	int suite = ssl->session->ciphersuite;
	psa_algorithm_t hash = suite == MBEDTLS_TLS1_3_AES_256_GCM_SHA384 ? PSA_ALG_SHA_384 : PSA_ALG_SHA_256;
	uint8_t *secret =
		own ? secrets->server_application_traffic_secret_N : secrets->client_application_traffic_secret_N;
	uint8_t next[48];
	mbedtls_ssl_key_set keys;

	must(mbedtls_ssl_tls13_hkdf_expand_label(hash, secret, PSA_HASH_LENGTH(hash),
		(const unsigned char *)"traffic upd", 11, NULL, 0, next, PSA_HASH_LENGTH(hash)));
	memcpy(secret, next, PSA_HASH_LENGTH(hash));
	must(mbedtls_ssl_tls13_make_traffic_keys(hash, secrets->client_application_traffic_secret_N,
		secrets->server_application_traffic_secret_N, PSA_HASH_LENGTH(hash),
		suite == MBEDTLS_TLS1_3_AES_128_GCM_SHA256 ? 16 : 32, 12, &keys));
	mbedtls_ssl_transform_free(ssl->transform_application);
	must(mbedtls_ssl_tls13_populate_transform(
		ssl->transform_application, MBEDTLS_SSL_IS_SERVER, suite, &keys, ssl));
	if (own)
		memset(ssl->cur_out_ctr, 0, sizeof(ssl->cur_out_ctr));
	else
		memset(ssl->in_ctr, 0, 8);
}

/* The server changes its keys. */
static void sendUpdate(struct Connection *connection, uint8_t request)
{
	uint8_t message[] = {24, 0, 0, 1, request};

	send(connection, MBEDTLS_SSL_MSG_HANDSHAKE, message, sizeof(message));
	updateServer(&connection->ssl, true);
}

/* True if these bytes get to the client. */
static bool clientGets(struct Connection *connection, const char *text)
{
	uint8_t bytes[16];
	size_t length = strlen(text);

	(void)mbedtls_ssl_write(&connection->ssl, (const unsigned char *)text, length);
	connectionTurnAll(connection);
	return tlsEngineRead(connection->engine, bytes, sizeof(bytes)) == length &&
		   memcmp(bytes, text, length) == 0;
}

/* True if the next that the server gets is an answer to its KeyUpdate. Takes it. */
static bool serverGetsAnswer(struct Connection *connection)
{
	static const uint8_t message[] = {24, 0, 0, 1, 0};
	uint8_t byte;

	if (mbedtls_ssl_read(&connection->ssl, &byte, 1) != MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE ||
		connection->ssl.in_hslen != sizeof(message) ||
		memcmp(connection->ssl.in_msg, message, sizeof(message)) != 0)
		return false;
	updateServer(&connection->ssl, false);
	return true;
}

static bool serverGets(struct Connection *connection, const char *text)
{
	uint8_t bytes[16];
	int length = mbedtls_ssl_read(&connection->ssl, bytes, sizeof(bytes));

	return length == (int)strlen(text) && memcmp(bytes, text, (size_t)length) == 0;
}

static bool clientSends(struct Connection *connection, const char *text)
{
	return tlsEngineWrite(connection->engine, (const uint8_t *)text, strlen(text), false, 0);
}

static void testUpdates(const int *suite)
{
	const char *name = mbedtls_ssl_get_ciphersuite_name(suite[0]);
	struct Connection connection;
	bool good;

	connect(&connection, suite);
	sendUpdate(&connection, 0);
	ok(clientGets(&connection, "one"), "%s: data after a KeyUpdate", name);
	ok(clientSends(&connection, "two") && serverGets(&connection, "two"),
		"%s: which did not ask for an answer", name);
	sendUpdate(&connection, 1);
	ok(clientGets(&connection, "three") && queueLength(&connection.pipe.toServer) == 0,
		"%s: an answer waits for data", name);
	ok(clientSends(&connection, "four") && serverGetsAnswer(&connection) && serverGets(&connection, "four"),
		"%s: and comes before it", name);
	for (int i = 0; i < 3; i++)
		sendUpdate(&connection, 1);
	ok(clientGets(&connection, "five") && clientSends(&connection, "six") && serverGetsAnswer(&connection) &&
			serverGets(&connection, "six"),
		"%s: several are answered by one", name);
	sendUpdate(&connection, 1);
	sendUpdate(&connection, 0);
	ok(clientGets(&connection, "seven") && clientSends(&connection, "eight") &&
			serverGetsAnswer(&connection) && serverGets(&connection, "eight"),
		"%s: also where the last asks for no answer", name);
	good = true;
	for (int i = 0; i < 500; i++) {
		sendUpdate(&connection, i & 1);
		good = good && clientGets(&connection, "data") && clientSends(&connection, "back") &&
			   ((i & 1) == 0 || serverGetsAnswer(&connection)) && serverGets(&connection, "back");
	}
	ok(good, "%s: five hundred, with data between them", name);
	tlsEngineClose(connection.engine);
	{
		uint8_t byte;

		ok(mbedtls_ssl_read(&connection.ssl, &byte, 1) == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY,
			"%s: close_notify by the newest keys", name);
	}
	connectionClose(&connection);
}

/* What onWritable has promised is taken, also when an answer goes out before it. */
static void testRoomForAnswer(void)
{
	static uint8_t bytes[3000];
	struct Connection connection;
	bool good = true;

	connect(&connection, suites[0]);
	for (size_t capacity = 60; capacity < sizeof(bytes); capacity += 7) {
		size_t writable;

		connection.pipe.capacity = capacity;
		writable = tlsEngineWritable(connection.engine);
		sendUpdate(&connection, 1);
		good &= clientGets(&connection, "data");
		if (writable == 0)
			continue;
		good &= tlsEngineWrite(connection.engine, bytes, writable, false, 0);
		good &= capacity - queueLength(&connection.pipe.toServer) >= 5 + 2 + 1 + 16;
		good &= serverGetsAnswer(&connection) &&
				mbedtls_ssl_read(&connection.ssl, bytes, sizeof(bytes)) == (int)writable;
	}
	ok(good, "an answer has room of its own, besides what is writable and close_notify");
	connectionClose(&connection);
}

static void expectMessages(const char *name, const void *bytes, size_t length, enum TlsCode code)
{
	struct Connection connection;
	uint8_t byte;

	connect(&connection, suites[0]);
	send(&connection, MBEDTLS_SSL_MSG_HANDSHAKE, bytes, length);
	connectionTurnAll(&connection);
	ok(connectionCode(&connection) == code, "%s: %s", name, tlsCodeName(connectionCode(&connection)));
	ok(mbedtls_ssl_read(&connection.ssl, &byte, 1) == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE,
		"%s: the peer is told by an alert", name);
	connectionClose(&connection);
}

static void testWrongUpdates(void)
{
	static const uint8_t otherValue[] = {24, 0, 0, 1, 2}, longer[] = {24, 0, 0, 2, 0, 0},
						 empty[] = {24, 0, 0, 0}, two[] = {24, 0, 0, 1, 0, 24, 0, 0, 1, 0},
						 hello[] = {0, 0, 0, 0};
	struct Connection connection;

	expectMessages("a KeyUpdate with another value", otherValue, sizeof(otherValue), TLS_PROTOCOL);
	expectMessages("a longer KeyUpdate", longer, sizeof(longer), TLS_PROTOCOL);
	expectMessages("an empty KeyUpdate", empty, sizeof(empty), TLS_PROTOCOL);
	expectMessages("a message after a KeyUpdate, by the old keys", two, sizeof(two), TLS_PROTOCOL);
	expectMessages("a HelloRequest in TLS 1.3", hello, sizeof(hello), TLS_PROTOCOL);
	connect(&connection, suites[0]);
	for (int i = 0; i < 200; i++)
		sendUpdate(&connection, 0);
	connectionTurnAll(&connection);
	ok(connectionCode(&connection) == TLS_PROTOCOL, "KeyUpdates without end");
	connectionClose(&connection);
}

/* Puts a cookie into a HelloRetryRequest that is on its way, behind its other extensions. */
static bool addCookie(struct Queue *queue, const uint8_t *extension, size_t size)
{
	enum { AT_LENGTH = 3, AT_MESSAGE_LENGTH = 7, AT_SESSION_ID = 43 };
	uint8_t *hello = queue->bytes + queue->start;
	size_t length = (size_t)hello[AT_LENGTH] << 8 | hello[AT_LENGTH + 1];
	size_t extensions = AT_SESSION_ID + 1 + hello[AT_SESSION_ID] + 3;
	uint8_t record[512];

	if (hello[0] != MBEDTLS_SSL_MSG_HANDSHAKE || 5 + length + size > sizeof(record))
		return false;
	memcpy(record, hello, 5 + length);
	memcpy(record + 5 + length, extension, size);
	record[AT_LENGTH + 1] = (uint8_t)(length + size);
	record[AT_MESSAGE_LENGTH + 1] = (uint8_t)(record[AT_MESSAGE_LENGTH + 1] + size);
	record[extensions + 1] = (uint8_t)(record[extensions + 1] + size);
	queue->start = queue->end;
	queuePut(queue, record, 5 + length + size);
	return true;
}

static void testCookie(void)
{
	static const uint16_t p384[] = {MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1, 0};
	static const uint8_t cookie[] = {0, 44, 0, 7, 0, 5, 'b', 'r', 'e', 'a', 'd'};
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();
	struct Connection connection;
	const struct Queue *sent = &connection.pipe.toServer;
	bool echoed = false;

	client.minimum = TLS_VERSION_1_3;
	server.groups = p384;
	connectionOpen(&connection, &client, &server);
	while (queueLength(&connection.pipe.toClient) == 0)
		connectionTurn(&connection);
	ok(addCookie(&connection.pipe.toClient, cookie, sizeof(cookie)), "a HelloRetryRequest with a cookie");
	connection.serverError = -1; /* it did not send one: its transcript is another */
	connectionTurnAll(&connection);
	for (size_t at = sent->start; at + sizeof(cookie) <= sent->end; at++)
		echoed = echoed || memcmp(sent->bytes + at, cookie, sizeof(cookie)) == 0;
	ok(connectionCode(&connection) == TLS_OK && echoed, "is answered with the cookie");
	connectionClose(&connection);
}

enum { HEADER = 4, RECORD_HEADER = 5 };

static void putRecord(struct Queue *queue, const uint8_t *bytes, size_t length)
{
	const uint8_t header[RECORD_HEADER] = {
		MBEDTLS_SSL_MSG_HANDSHAKE, 3, 3, (uint8_t)(length >> 8), (uint8_t)length};

	queuePut(queue, header, sizeof(header));
	queuePut(queue, bytes, length);
}

/* Takes the handshake messages of the queue's first records out of them. Returns how many bytes they are. */
static size_t takeMessages(struct Queue *queue, uint8_t *bytes, size_t size)
{
	size_t length = 0;

	while (queueLength(queue) > RECORD_HEADER && queue->bytes[queue->start] == MBEDTLS_SSL_MSG_HANDSHAKE) {
		uint8_t header[RECORD_HEADER];
		size_t payload;

		queueTake(queue, header, sizeof(header));
		payload = (size_t)header[3] << 8 | header[4];
		if (payload > size - length)
			return 0;
		length += queueTake(queue, bytes + length, payload);
	}
	return length;
}

/* Puts what the server has sent in plain into other records: each ends `offset` bytes within the header of a
   message. Returns how many do. */
static unsigned splitHeaders(struct Queue *queue, size_t offset)
{
	static uint8_t messages[16384], rest[16384];
	size_t length = takeMessages(queue, messages, sizeof(messages));
	size_t left = queueTake(queue, rest, sizeof(rest));
	size_t from = 0;
	unsigned count = 0;

	for (size_t at = 0; at + HEADER <= length; count++) {
		putRecord(queue, messages + from, at + offset - from);
		from = at + offset;
		at += HEADER + ((size_t)messages[at + 1] << 16 | (size_t)messages[at + 2] << 8 | messages[at + 3]);
	}
	putRecord(queue, messages + from, length - from);
	queuePut(queue, rest, left);
	return count;
}

static void trySplitHeaders(enum TlsVersion version, size_t offset, unsigned messages)
{
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();
	struct Connection connection;

	client.minimum = client.maximum = version;
	connectionOpen(&connection, &client, &server);
	while (queueLength(&connection.pipe.toClient) == 0)
		connectionTurn(&connection);
	ok(splitHeaders(&connection.pipe.toClient, offset) == messages, "%u messages in plain", messages);
	connectionHandshake(&connection);
	ok(tlsEngineState(connection.engine) == TLS_CONNECTED,
		"TLS 1.%d, records that end %u bytes within a header", version == TLS_VERSION_1_2 ? 2 : 3,
		(unsigned)offset);
	connectionClose(&connection);
}

/* After the handshake: one byte a record, in place of a message. */
static void testMessageByByte(void)
{
	static const uint8_t ticket[] = {
		MBEDTLS_SSL_HS_NEW_SESSION_TICKET, 0, 0, 16, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 3, 'b', 'u', 'n', 0, 0};
	struct Connection connection;
	uint32_t before;

	connect(&connection, suites[0]);
	before = tlsEngineSessions(connection.engine);
	for (size_t i = 0; i < sizeof(ticket); i++)
		send(&connection, MBEDTLS_SSL_MSG_HANDSHAKE, ticket + i, 1);
	connectionTurnAll(&connection);
	ok(connectionCode(&connection) == TLS_OK && tlsEngineSessions(connection.engine) == before + 1,
		"a session ticket, a byte a record");
	send(&connection, MBEDTLS_SSL_MSG_HANDSHAKE, ticket, 0);
	connectionTurnAll(&connection);
	ok(connectionCode(&connection) == TLS_PROTOCOL, "an empty record of a handshake message");
	connectionClose(&connection);
}

static void testSplitHeaders(void)
{
	for (size_t offset = 1; offset < HEADER; offset++) {
		trySplitHeaders(TLS_VERSION_1_2, offset, 4);
		trySplitHeaders(TLS_VERSION_1_3, offset, 1);
	}
	testMessageByByte();
}

/* Sends a NewSessionTicket. Returns how many sessions the client has by it. */
static uint32_t sendTicket(struct Connection *connection, uint32_t lifetime, size_t nonceSize)
{
	uint8_t message[320] = {MBEDTLS_SSL_HS_NEW_SESSION_TICKET};
	size_t at = HEADER + 4 + 4; /* behind lifetime and ticket_age_add */
	uint32_t before = tlsEngineSessions(connection->engine);

	MBEDTLS_PUT_UINT32_BE(lifetime, message, HEADER);
	message[at] = (uint8_t)nonceSize;
	at += 1 + nonceSize;
	memcpy(message + at, "\0\3bun", 5); /* the ticket, and no extensions behind it */
	at += 5 + 2;
	MBEDTLS_PUT_UINT24_BE(at - HEADER, message, 1);
	send(connection, MBEDTLS_SSL_MSG_HANDSHAKE, message, at);
	connectionTurnAll(connection);
	return tlsEngineSessions(connection->engine) - before;
}

/* Sends so many, each in a full record. Returns how many sessions the client has by them. */
static uint32_t sendLongTickets(struct Connection *connection, int count)
{
	static uint8_t message[MBEDTLS_SSL_OUT_CONTENT_LEN] = {
		MBEDTLS_SSL_HS_NEW_SESSION_TICKET, 0, 0, 0, 0, 0, 0, 60};
	const size_t body = sizeof(message) - HEADER, ticket = HEADER + 4 + 4 + 1;
	uint32_t before = tlsEngineSessions(connection->engine);

	MBEDTLS_PUT_UINT24_BE(body, message, 1);
	MBEDTLS_PUT_UINT16_BE(sizeof(message) - ticket - 2 - 2, message, ticket);
	for (int i = 0; i < count; i++)
		send(connection, MBEDTLS_SSL_MSG_HANDSHAKE, message, sizeof(message));
	connectionTurnAll(connection);
	return tlsEngineSessions(connection->engine) - before;
}

/* Whatever a ticket says, the connection is as good as before. */
static void testTickets(void)
{
	enum { WEEK = 7 * 24 * 60 * 60 };
	struct Connection connection;

	connect(&connection, suites[0]);
	ok(sendTicket(&connection, WEEK + 1, 8) == 1, "a ticket for more than a week is good, for a week");
	ok(sendTicket(&connection, UINT32_MAX, 8) == 1, "and one for more than a century");
	ok(sendTicket(&connection, WEEK, 0) == 1, "a ticket without a nonce");
	ok(sendTicket(&connection, WEEK, 64) == 1, "with a long one");
	ok(sendTicket(&connection, WEEK, 255) == 0, "with the longest, which is left alone");
	ok(tlsEngineSaveSession(connection.engine, NULL, 0) == 0, "and is not kept with another's secret");
	ok(sendTicket(&connection, 0, 8) == 0, "a ticket for no time");
	ok(sendLongTickets(&connection, 5) == 5,
		"the longest tickets that there are, a connection being verified");
	ok(clientGets(&connection, "data") && connectionCode(&connection) == TLS_OK, "data behind them");
	connectionClose(&connection);
}

static void testVendored(void)
{
	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		testUpdates(suites[i]);
	testRoomForAnswer();
	testWrongUpdates();
	testCookie();
	testSplitHeaders();
	testTickets();
}

#else

static void testVendored(void)
{
	static const uint8_t message[] = {24, 0, 0, 1, 0};
	struct Connection connection;

	connect(&connection, suites[0]);
	send(&connection, MBEDTLS_SSL_MSG_HANDSHAKE, message, sizeof(message));
	connectionTurnAll(&connection);
	ok(connectionCode(&connection) == TLS_PROTOCOL, "a KeyUpdate ends the connection");
	connectionClose(&connection);
}

#endif

/* What the client makes of a record of the server's with that in it. */
static void expectSealed(int type, const uint8_t *bytes, size_t length, enum TlsCode code, const char *name)
{
	struct Connection connection;

	connect(&connection, suites[0]);
	send(&connection, type, bytes, length);
	connectionTurnAll(&connection);
	ok(connectionCode(&connection) == code, "%s: %s", name, tlsCodeName(connectionCode(&connection)));
	if (code == TLS_ALERT)
		ok(tlsEngineFailure(connection.engine)->alert == bytes[1], "and it says which");
	connectionClose(&connection);
}

/* RFC 8446, sections 5 and 6: of what the library passes over, only user_canceled is nothing. */
static void testPassedOver(void)
{
	enum { WARNING = 1, USER_CANCELED = 90 };
	static const uint8_t change[] = {1}, canceled[] = {WARNING, USER_CANCELED},
						 failure[] = {WARNING, MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR},
						 unknown[] = {WARNING, 200}, strange[] = {42, MBEDTLS_SSL_ALERT_MSG_DECODE_ERROR},
						 end[] = {42, MBEDTLS_SSL_ALERT_MSG_CLOSE_NOTIFY};

	expectSealed(MBEDTLS_SSL_MSG_CHANGE_CIPHER_SPEC, change, sizeof(change), TLS_PROTOCOL,
		"a change_cipher_spec that is sealed");
	expectSealed(MBEDTLS_SSL_MSG_ALERT, canceled, sizeof(canceled), TLS_OK, "user_canceled");
	expectSealed(MBEDTLS_SSL_MSG_ALERT, failure, sizeof(failure), TLS_ALERT, "an error as a warning");
	expectSealed(MBEDTLS_SSL_MSG_ALERT, unknown, sizeof(unknown), TLS_ALERT, "an unknown alert as a warning");
	expectSealed(MBEDTLS_SSL_MSG_ALERT, strange, sizeof(strange), TLS_ALERT, "an alert of another level");
	expectSealed(MBEDTLS_SSL_MSG_ALERT, end, sizeof(end), TLS_CLOSED, "close_notify of another level");
}

static void testEmptyRecords(void)
{
	struct Connection connection;
	uint8_t bytes[4];

	connect(&connection, suites[0]);
	for (int i = 0; i < 127; i++)
		send(&connection, MBEDTLS_SSL_MSG_APPLICATION_DATA, "", 0);
	(void)mbedtls_ssl_write(&connection.ssl, (const unsigned char *)"data", 4);
	connectionTurnAll(&connection);
	ok(tlsEngineRead(connection.engine, bytes, 4) == 4 && memcmp(bytes, "data", 4) == 0,
		"127 empty records, then data");
	for (int i = 0; i < 128; i++)
		send(&connection, MBEDTLS_SSL_MSG_APPLICATION_DATA, "", 0);
	connectionTurnAll(&connection);
	ok(connectionCode(&connection) == TLS_OK, "128 records without data are put up with");
	(void)mbedtls_ssl_write(&connection.ssl, (const unsigned char *)"late", 4);
	connectionTurnAll(&connection);
	ok(connectionCode(&connection) == TLS_PROTOCOL, "after them, one more ends the connection");
	connectionClose(&connection);
}

void testMissing(void)
{
	testVendored();
	testPassedOver();
	testEmptyRecords();
}
