/* SPDX-License-Identifier: MIT */
/*
 * What peers and networks do besides: no common ground, alerts, nonsense, silence, ends at any moment.
 */

#include "allocations.h"
#include "connection.h"
#include "tap.h"
#include "tlsRecordBuffers.h"

#include <string.h>

static void expectFailure(const struct TlsFailure *failure, enum TlsCode code, const char *name)
{
	if (!ok(failure->code == code, "%s", name))
		note("%s instead of %s, library -0x%04X, alert %d, detail: %s", tlsCodeName(failure->code),
			tlsCodeName(code), (unsigned)-failure->library, failure->alert, failure->detail);
}

static void expect(
	const struct ClientWish *client, const struct ServerWish *server, enum TlsCode code, const char *name)
{
	struct TlsFailure failure = connectionTry(client, server);

	expectFailure(&failure, code, name);
}

static void testNegotiation(void)
{
	static const int noSuite[] = {
		MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8, MBEDTLS_TLS1_3_AES_128_CCM_8_SHA256, 0};
	static const int rsaOnly[] = {MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, 0};
	static const uint16_t p384[] = {MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1, 0};
	static const char *serverProtocols[] = {"h2", "http/1.1", NULL};
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();

	client.minimum = TLS_VERSION_1_3;
	server.maximum = MBEDTLS_SSL_VERSION_TLS1_2;
	/* This server sees no suite of its own first. Others send protocol_version: see testNonsense. */
	expect(&client, &server, TLS_NEGOTIATION, "client from 1.3, server to 1.2");
	client = usualClient();
	server = usualServer();
	client.maximum = TLS_VERSION_1_2;
	server.minimum = MBEDTLS_SSL_VERSION_TLS1_3;
	expect(&client, &server, TLS_VERSION, "client to 1.2, server from 1.3");
	client = usualClient();
	server = usualServer();
	server.maximum = MBEDTLS_SSL_VERSION_TLS1_2;
	expect(&client, &server, TLS_OK, "client of both, server to 1.2");

	server = usualServer();
	server.suites = rsaOnly;
	server.maximum = MBEDTLS_SSL_VERSION_TLS1_2;
	expect(&client, &server, TLS_NEGOTIATION, "a suite for RSA, a key for ECDSA");
	server.suites = noSuite;
	expect(&client, &server, TLS_NEGOTIATION, "no cipher suite in common");
	for (int v = 0; v < 2; v++) {
		client = usualClient();
		client.minimum = client.maximum = versions[v];
		server = usualServer();
		server.groups = p384;
		expect(&client, &server, TLS_OK,
			v == 0 ? "only P-384, TLS 1.2" : "only P-384, TLS 1.3 (after a HelloRetryRequest)");
		server = usualServer();
		server.protocols = serverProtocols;
		client.protocols[0] = "mqtt";
		expect(&client, &server, TLS_APPLICATION_PROTOCOL,
			v == 0 ? "no application protocol in common, TLS 1.2"
				   : "no application protocol in common, TLS 1.3");
	}
}

/* A HelloRetryRequest in pieces: the library clears its buffers when it has the last, as if they were there
   all the time. */
static void testRetryInPieces(void)
{
	static const uint16_t p384[] = {MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1, 0};
	static const size_t pieces[] = {1, 2, 7, 43, 60};
	struct ServerWish server = usualServer();
	struct ClientWish client = usualClient();

	client.minimum = TLS_VERSION_1_3;
	server.groups = p384;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct Connection connection;

		connectionOpen(&connection, &client, &server);
		connection.pipe.chunk = pieces[i];
		connectionHandshake(&connection);
		ok(tlsEngineState(connection.engine) == TLS_CONNECTED, "a HelloRetryRequest, %u bytes at a time",
			(unsigned)pieces[i]);
		connectionClose(&connection);
	}
}

/* A connection whose client is about to get a HelloRetryRequest. */
static void openForRetry(struct Connection *connection)
{
	static const uint16_t p384[] = {MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1, 0};
	struct ServerWish server = usualServer();
	struct ClientWish client = usualClient();

	client.minimum = TLS_VERSION_1_3;
	server.groups = p384;
	connectionOpen(connection, &client, &server);
	while (queueLength(&connection->pipe.toClient) == 0)
		connectionTurn(connection);
}

/* Puts the first record of the queue, a handshake message, into two, of which the first has `cut` bytes. */
static void cutRecord(struct Queue *queue, size_t cut)
{
	uint8_t bytes[512], *second = bytes + TLS_RECORD_HEADER + cut;
	size_t length = queueTake(queue, bytes, sizeof(bytes));
	size_t payload = (size_t)bytes[3] << 8 | bytes[4];
	const uint8_t first[] = {bytes[0], 3, 3, 0, (uint8_t)cut},
				  other[] = {bytes[0], 3, 3, 0, (uint8_t)(payload - cut)};

	queuePut(queue, first, sizeof(first));
	queuePut(queue, bytes + TLS_RECORD_HEADER, cut);
	queuePut(queue, other, sizeof(other));
	queuePut(queue, second, length - TLS_RECORD_HEADER - cut);
}

/* In two records, of which the second says nothing by its beginning: one of them looks like that of a
   ServerHello. */
static void testRetryInRecords(void)
{
	static const size_t cuts[] = {4, 17, 60};

	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		struct Connection connection;

		openForRetry(&connection);
		cutRecord(&connection.pipe.toClient, cuts[i]);
		connection.pipe.chunk = TLS_RECORD_HEADER + cuts[i]; /* in a turn of its own */
		connectionHandshake(&connection);
		ok(tlsEngineState(connection.engine) == TLS_CONNECTED,
			"a HelloRetryRequest in two records, the first of %u bytes", (unsigned)cuts[i]);
		connectionClose(&connection);
	}
}

/* In pieces, at each of which the library's buffers are asked for anew: one that is not to be had is waited
   for. */
static void testRetryWithoutMemory(void)
{
	int pieces = 0, other = 0;

	for (long place = 1; place <= 8; place++) {
		struct Connection connection;

		openForRetry(&connection);
		connection.pipe.chunk = 30;
		connectionWatch = allocationsOfClient;
		allocations.number = 0;
		allocations.failAt = place;
		connectionHandshake(&connection);
		connectionWatch = NULL;
		allocations.failAt = 0;
		pieces += tlsEngineState(connection.engine) == TLS_CONNECTED;
		/* Behind them are those of the next ClientHello, some of which end the connection. */
		other += tlsEngineState(connection.engine) == TLS_FAILED && connectionCode(&connection) == TLS_MEMORY;
		connectionClose(&connection);
	}
	ok(pieces >= 4 && pieces + other == 8, "a HelloRetryRequest whose pieces wait for memory");
}

static void testApplicationProtocol(void)
{
	static const char *serverProtocols[] = {"h2", "http/1.1", NULL};

	for (int v = 0; v < 2; v++) {
		struct ClientWish client = usualClient();
		struct ServerWish server = usualServer();
		struct Connection connection;
		struct TlsNegotiated negotiated;

		memset(&negotiated, 0, sizeof(negotiated));
		client.minimum = client.maximum = versions[v];
		client.protocols[0] = "mqtt";
		client.protocols[1] = "http/1.1";
		server.protocols = serverProtocols;
		connectionOpen(&connection, &client, &server);
		ok(!tlsEngineNegotiated(connection.engine, &negotiated),
			"nothing is negotiated before the handshake");
		connectionHandshake(&connection);
		ok(tlsEngineNegotiated(connection.engine, &negotiated) && negotiated.protocol != NULL &&
				strcmp(negotiated.protocol, "http/1.1") == 0 && negotiated.version == versions[v] &&
				negotiated.peerCertificate.length == usual()->server.length &&
				memcmp(negotiated.peerCertificate.bytes, usual()->server.der, usual()->server.length) == 0,
			"application protocol and peer certificate are told, TLS %s", v == 0 ? "1.2" : "1.3");
		connectionClose(&connection);
	}
}

/* A server that speaks by script: `bytes` are what it sends. */
static struct TlsFailure tryBytesOf(
	const struct ClientWish *client, const void *bytes, size_t length, enum TlsTransportState after)
{
	struct Connection connection;
	struct TlsFailure failure;

	connectionOpen(&connection, client, NULL);
	connectionTurnAll(&connection);
	queuePut(&connection.pipe.toClient, bytes, length);
	connectionTurnAll(&connection);
	connection.pipe.transport.state = after;
	if (after == TLS_TRANSPORT_FAILED)
		tlsFail(&connection.pipe.transport.failure, TLS_RESET, 104);
	connectionTurnAll(&connection);
	connectionTurn(&connection);
	failure = *tlsEngineFailure(connection.engine);
	if (tlsEngineState(connection.engine) == TLS_HANDSHAKING)
		failure.code = TLS_TIMEOUT;
	connectionClose(&connection);
	return failure;
}

static struct TlsFailure tryBytes(const void *bytes, size_t length, enum TlsTransportState after)
{
	struct ClientWish client = usualClient();

	return tryBytesOf(&client, bytes, length, after);
}

/* What a server's refusal may be for, by what was asked of it. */
static void testHints(void)
{
	static const uint8_t handshakeFailure[] = {21, 3, 3, 0, 2, 2, 40};
	static const uint8_t unrecognizedName[] = {21, 3, 3, 0, 2, 2, 112};
	static const uint8_t protocolVersion[] = {21, 3, 3, 0, 2, 2, 70};
	struct ClientWish client = usualClient();
	struct TlsFailure failure;

	failure = tryBytesOf(&client, unrecognizedName, sizeof(unrecognizedName), TLS_TRANSPORT_OPEN);
	ok(failure.code == TLS_ALERT && strstr(failure.detail, "no such name") != NULL,
		"a server that does not know the name");
	client.host = "192.0.2.1";
	failure = tryBytesOf(&client, unrecognizedName, sizeof(unrecognizedName), TLS_TRANSPORT_OPEN);
	ok(failure.code == TLS_ALERT && strstr(failure.detail, "tls.host") != NULL,
		"a server that needs a name: %s", failure.detail);
	failure = tryBytesOf(&client, handshakeFailure, sizeof(handshakeFailure), TLS_TRANSPORT_OPEN);
	ok(failure.code == TLS_NEGOTIATION && strstr(failure.detail, "tls.host") != NULL,
		"the same by handshake_failure: %s", failure.detail);
	client = usualClient();
	client.protocols[0] = "mqtt";
	failure = tryBytesOf(&client, handshakeFailure, sizeof(handshakeFailure), TLS_TRANSPORT_OPEN);
	ok(failure.code == TLS_NEGOTIATION && strstr(failure.detail, "tls.applicationLayerProtocol") != NULL,
		"a protocol may be why: %s", failure.detail);
	client = usualClient();
	client.maximumFragmentLength = 512;
	failure = tryBytesOf(&client, protocolVersion, sizeof(protocolVersion), TLS_TRANSPORT_OPEN);
	ok(failure.code == TLS_VERSION && strstr(failure.detail, "tls.maximumFragmentLength") != NULL,
		"TLS 1.3 only, and a maximum fragment length: %s", failure.detail);
}

static void expectBytes(const void *bytes, size_t length, enum TlsCode code, const char *name)
{
	struct TlsFailure failure = tryBytes(bytes, length, TLS_TRANSPORT_ENDED);

	expectFailure(&failure, code, name);
}

static void testNonsense(void)
{
	static const char http[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
	static const char smtp[] = "220 mail.example ESMTP\r\n";
	static const uint8_t handshakeFailure[] = {21, 3, 3, 0, 2, 2, 40};
	static const uint8_t protocolVersion[] = {21, 3, 3, 0, 2, 2, 70};
	static const uint8_t internalError[] = {21, 3, 3, 0, 2, 2, 80};
	static const uint8_t unknownAlert[] = {21, 3, 3, 0, 2, 2, 233};
	static const uint8_t closeNotify[] = {21, 3, 3, 0, 2, 1, 0};
	static const uint8_t fatalClose[] = {21, 3, 3, 0, 2, 2, 0};
	static const uint8_t emptyRecord[] = {22, 3, 3, 0, 0};
	static const uint8_t shortMessage[] = {22, 3, 3, 0, 4, 2, 0, 0, 0};
	static const uint8_t tooLong[] = {22, 3, 3, 0xFF, 0xFF, 2, 0, 0, 0};
	static const uint8_t data[] = {23, 3, 3, 0, 4, 1, 2, 3, 4};
	static const uint8_t none[][9] = {
		{24, 3, 3, 0, 4, 1, 2, 3, 4}, {19, 3, 3, 0, 4, 1, 2, 3, 4}, {22, 2, 0, 0, 4, 1, 2, 3, 4}};
	static const char *const noneNames[] = {
		"a record of a type that TLS 1.3 does not have", "one of a type that no TLS has", "one of SSL 2"};
	uint8_t zeros[1000], warnings[200 * 7];
	struct TlsFailure failure;

	failure = tryBytes(http, sizeof(http) - 1, TLS_TRANSPORT_OPEN);
	ok(failure.code == TLS_PROTOCOL && strstr(failure.detail, "not TLS") != NULL, "the answer is HTTP");
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		failure = tryBytes(none[i], sizeof(none[i]), TLS_TRANSPORT_OPEN);
		ok(failure.code == TLS_PROTOCOL && strstr(failure.detail, "not TLS") != NULL, "%s", noneNames[i]);
	}
	expectBytes(smtp, sizeof(smtp) - 1, TLS_PROTOCOL, "the answer is SMTP");
	memset(zeros, 0, sizeof(zeros));
	expectBytes(zeros, sizeof(zeros), TLS_PROTOCOL, "the answer is zeros");
	failure = tryBytes(emptyRecord, sizeof(emptyRecord), TLS_TRANSPORT_OPEN);
	ok(failure.code == TLS_PROTOCOL && strstr(failure.detail, "not TLS") == NULL,
		"an empty handshake record, which is bad TLS");
	expectBytes(shortMessage, sizeof(shortMessage), TLS_PROTOCOL, "a ServerHello without content");
	expectBytes(data, sizeof(data), TLS_PROTOCOL, "application data instead of a ServerHello");
	expectBytes(tooLong, sizeof(tooLong), TLS_RECORD_SIZE, "a record of 65535 bytes");
	expectBytes(
		handshakeFailure, sizeof(handshakeFailure), TLS_NEGOTIATION, "alert handshake_failure at once");
	expectBytes(protocolVersion, sizeof(protocolVersion), TLS_VERSION, "alert protocol_version");
	failure = tryBytes(internalError, sizeof(internalError), TLS_TRANSPORT_OPEN);
	ok(failure.code == TLS_ALERT && failure.alert == 80, "alert internal_error");
	failure = tryBytes(unknownAlert, sizeof(unknownAlert), TLS_TRANSPORT_OPEN);
	ok(failure.code == TLS_ALERT && failure.alert == 233, "an alert that nobody knows");
	expectBytes(closeNotify, sizeof(closeNotify), TLS_CLOSED, "close_notify instead of a ServerHello");
	expectBytes(fatalClose, sizeof(fatalClose), TLS_CLOSED, "the same at level fatal");
	expectBytes("", 0, TLS_TRUNCATED, "the connection ends without an answer");
	expectBytes(handshakeFailure, 3, TLS_TRUNCATED, "the connection ends within a record's header");
	expectBytes(handshakeFailure, 6, TLS_TRUNCATED, "the connection ends within a record");
	failure = tryBytes("", 0, TLS_TRANSPORT_FAILED);
	ok(failure.code == TLS_RESET && failure.library == 104, "the connection is reset");
	failure = tryBytes("", 0, TLS_TRANSPORT_OPEN);
	ok(failure.code == TLS_TIMEOUT, "silence: the engine waits, its owner has the timer");
	for (size_t i = 0; i < sizeof(warnings); i++)
		warnings[i] = (const uint8_t[]){21, 3, 3, 0, 2, 1, 90}[i % 7];
	expectBytes(warnings, sizeof(warnings), TLS_PROTOCOL, "warning alerts without end");
}

static void appendHeader(struct Queue *queue, size_t payload)
{
	const uint8_t header[TLS_RECORD_HEADER] = {22, 3, 3, (uint8_t)(payload >> 8), (uint8_t)payload};

	queuePut(queue, header, sizeof(header));
}

/* The beginning of a message in a record, unless it is empty, and behind it the header of another. */
static void expectClaim(size_t beginning, size_t payload, enum TlsCode code, const char *name)
{
	static const uint8_t overflow[] = {21, 3, 3, 0, 2, 2, 22};
	static uint8_t message[MBEDTLS_SSL_IN_CONTENT_LEN] = {
		2, 0, MBEDTLS_SSL_IN_CONTENT_LEN >> 8, (MBEDTLS_SSL_IN_CONTENT_LEN & 0xFF) - 4};
	struct ClientWish client = usualClient();
	struct Connection connection;
	struct Queue *queue = &connection.pipe.toServer;

	connectionOpen(&connection, &client, NULL);
	connectionTurnAll(&connection);
	if (beginning > 0) {
		appendHeader(&connection.pipe.toClient, beginning);
		queuePut(&connection.pipe.toClient, message, beginning);
	}
	appendHeader(&connection.pipe.toClient, payload);
	connectionTurnAll(&connection);
	if (!ok(connectionCode(&connection) == code, "%s", name))
		note("%s", tlsCodeName(connectionCode(&connection)));
	if (code == TLS_RECORD_SIZE)
		ok(queueLength(queue) > sizeof(overflow) &&
				memcmp(queue->bytes + queue->end - sizeof(overflow), overflow, sizeof(overflow)) == 0,
			"the peer is told by record_overflow");
	connectionClose(&connection);
}

/* Records whose headers say how long they are: the longest that there is a buffer for, and what is too long
   for it. */
static void testClaims(void)
{
	const size_t most = MBEDTLS_SSL_IN_CONTENT_LEN + TLS_RECORD_SHORT;

	expectClaim(0, most, TLS_OK, "the longest record that there is a buffer for is waited for");
	expectClaim(0, most + 1, TLS_RECORD_SIZE, "one that is a byte longer is not");
	expectClaim(100, most - 100 - TLS_RECORD_HEADER, TLS_OK,
		"behind the beginning of a message, one that is shorter");
	expectClaim(
		100, most - 100 - TLS_RECORD_HEADER + 1, TLS_RECORD_SIZE, "and there, too, a byte more is too many");
}

/* The code for a fatal alert that comes in place of a ServerHello, and behind the handshake. */
static enum TlsCode codeOf(int alert, bool connected)
{
	switch (alert) {
	case 0: /* close_notify, of whatever level */
		return TLS_CLOSED;
	case 40: /* handshake_failure */
		return connected ? TLS_ALERT : TLS_NEGOTIATION;
	case 70: /* protocol_version */
		return TLS_VERSION;
	case 71: /* insufficient_security */
		return TLS_NEGOTIATION;
	case 120: /* no_application_protocol */
		return TLS_APPLICATION_PROTOCOL;
	case 42: /* about certificates, from bad_certificate to unknown_ca, without illegal_parameter */
	case 43:
	case 44:
	case 45:
	case 46:
	case 48:
	case 116: /* certificate_required */
		return TLS_CLIENT_CERTIFICATE;
	default:
		return TLS_ALERT;
	}
}

static void testAlerts(void)
{
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();
	long wrong = 0;

	for (int alert = 0; alert < 256; alert++) {
		const uint8_t record[] = {21, 3, 3, 0, 2, 2, (uint8_t)alert};
		struct TlsFailure failure = tryBytes(record, sizeof(record), TLS_TRANSPORT_OPEN);
		struct Connection connection;

		wrong += failure.code != codeOf(alert, false) || (alert != 0 && failure.alert != alert);
		connectionOpen(&connection, &client, &server);
		connectionHandshake(&connection);
		mbedtls_ssl_send_alert_message(&connection.ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL, (unsigned char)alert);
		connectionTurnAll(&connection);
		failure = *tlsEngineFailure(connection.engine);
		wrong += failure.code != codeOf(alert, true) || (alert != 0 && failure.alert != alert);
		connectionClose(&connection);
	}
	ok(wrong == 0, "256 fatal alerts, in place of a ServerHello and behind the handshake");
}

/* What a server sends during a good handshake. */
static size_t recordFlight(enum TlsVersion version, uint8_t *bytes, size_t size)
{
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();
	struct Connection connection;
	size_t length;

	client.minimum = client.maximum = version;
	connectionOpen(&connection, &client, &server);
	while (queueLength(&connection.pipe.toClient) == 0)
		connectionTurn(&connection);
	length = queueTake(&connection.pipe.toClient, bytes, size);
	connectionClose(&connection);
	return length;
}

/* Every byte of the server's first flight, changed in one bit, must lead to a failure; and each cut to a
   truncation. */
static void testDamagedFlights(void)
{
	for (int v = 0; v < 2; v++) {
		struct ClientWish client = usualClient();
		struct ServerWish server = usualServer();
		uint8_t bytes[4096];
		size_t length = recordFlight(versions[v], bytes, sizeof(bytes));
		int connected = 0, tried = 0, hung = 0;

		client.minimum = client.maximum = versions[v];
		for (size_t i = 0; i < length; i += 13) {
			struct Connection connection;
			uint8_t byte;

			connectionOpen(&connection, &client, &server);
			while (queueLength(&connection.pipe.toClient) == 0)
				connectionTurn(&connection);
			if (i < queueLength(&connection.pipe.toClient)) {
				byte = (uint8_t)(1 << (i % 8));
				connection.pipe.toClient.bytes[connection.pipe.toClient.start + i] ^= byte;
				connectionHandshake(&connection);
				connection.pipe.transport.state = TLS_TRANSPORT_ENDED;
				connectionTurnAll(&connection);
				connectionTurn(&connection);
				tried++;
				connected += tlsEngineState(connection.engine) == TLS_CONNECTED;
				hung += tlsEngineState(connection.engine) == TLS_HANDSHAKING;
			}
			connectionClose(&connection);
		}
		ok(tried > 20 && connected == 0 && hung == 0, "none of %d damaged handshakes of TLS %s succeeds",
			tried, v == 0 ? "1.2" : "1.3");
		if (connected + hung > 0)
			note("%d connected, %d hung", connected, hung);
	}
}

void testProtocol(void)
{
	testNegotiation();
	testRetryInPieces();
	testRetryInRecords();
	testRetryWithoutMemory();
	testApplicationProtocol();
	testNonsense();
	testClaims();
	testHints();
	testAlerts();
	testDamagedFlights();
}
