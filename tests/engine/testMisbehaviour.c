/* SPDX-License-Identifier: MIT */
/*
 * Servers that break the protocol where the library, or a careless configuration of it, would let it pass.
 */

#include "connection.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>

#include "ssl_misc.h" /* the library's own: what a server is made to do wrong here */

/* A ServerHello in a record of its own: RFC 8446, section 4.1.3; RFC 5246, section 7.4.1.3. */
enum { AT_RECORD_LENGTH = 3, AT_MESSAGE_LENGTH = 6, AT_SESSION_ID = 43 };

/* Adds to a number of 16 bits. */
static void add16(uint8_t *bytes, size_t offset, int change)
{
	size_t value = (size_t)(bytes[offset] << 8 | bytes[offset + 1]) + (size_t)change;

	bytes[offset] = (uint8_t)(value >> 8);
	bytes[offset + 1] = (uint8_t)value;
}

/* Turns until the server's first flight is on its way. Returns it. */
static uint8_t *flight(struct Connection *connection)
{
	while (queueLength(&connection->pipe.toClient) == 0)
		connectionTurn(connection);
	return connection->pipe.toClient.bytes + connection->pipe.toClient.start;
}

static void expect(struct Connection *connection, enum TlsCode code, const char *detail, const char *name)
{
	const struct TlsFailure *failure;

	connectionHandshake(connection);
	failure = tlsEngineFailure(connection->engine);
	if (!ok(failure->code == code && strstr(failure->detail, detail) != NULL, "%s: %s", name,
			failure->detail))
		note("%s, library -0x%04X", tlsCodeName(failure->code), (unsigned)-failure->library);
	connectionClose(connection);
}

/* A suite for the other kind of key, in TLS 1.2. */
static void testSuite(void)
{
	static const int ecdsa[] = {MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, 0};
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();
	struct Connection connection;
	uint8_t *hello;

	client.maximum = TLS_VERSION_1_2;
	server.suites = ecdsa;
	connectionOpen(&connection, &client, &server);
	hello = flight(&connection);
	add16(hello, AT_SESSION_ID + 1 + hello[AT_SESSION_ID],
		MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 - MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
	expect(
		&connection, TLS_PROTOCOL, "does not fit the cipher suite", "a suite for RSA, and a key for ECDSA");
}

/* Takes the key share out of a ServerHello of TLS 1.3. Returns how many bytes that are. */
static size_t cutKeyShare(struct Queue *queue)
{
	uint8_t *hello = queue->bytes + queue->start, *end = queue->bytes + queue->end;
	size_t extensions = AT_SESSION_ID + 1 + hello[AT_SESSION_ID] + 3;
	uint8_t *extension = hello + extensions + 2;
	size_t size;

	while (extension[0] != 0 || extension[1] != MBEDTLS_TLS_EXT_KEY_SHARE)
		extension += 4 + (extension[2] << 8 | extension[3]);
	size = 4 + (size_t)(extension[2] << 8 | extension[3]);
	memmove(extension, extension + size, (size_t)(end - extension) - size);
	queue->end -= size;
	add16(hello, AT_RECORD_LENGTH, -(int)size);
	add16(hello, AT_MESSAGE_LENGTH + 1, -(int)size);
	add16(hello, extensions, -(int)size);
	return size;
}

/* A session resumed by its key alone (psk_ke), without forward secrecy. */
static void testKeyExchange(void)
{
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();
	mbedtls_ssl_ticket_context ticket;
	struct Connection connection;
	uint8_t session[1024];
	size_t length;

	client.minimum = TLS_VERSION_1_3;
	connectionTickets(&ticket);
	server.ticketsOf = &ticket;
	connectionOpen(&connection, &client, &server);
	connectionHandshake(&connection);
	while (connectionTurn(&connection))
		continue;
	length = tlsEngineSaveSession(connection.engine, session, sizeof(session));
	connectionClose(&connection);

	connectionOpen(&connection, &client, &server);
	ok(tlsEngineResume(connection.engine, session, length), "a session of TLS 1.3");
	flight(&connection);
	ok(cutKeyShare(&connection.pipe.toClient) > 0, "and a ServerHello without a key share");
	/* Here, and not at the first record that no key fits. */
	expect(&connection, TLS_NEGOTIATION, "", "is refused");
	mbedtls_ssl_ticket_free(&ticket);
}

/* The server that is to sign with PKCS#1 v1.5 in TLS 1.3; NULL: none. */
static mbedtls_ssl_context *signer;

SERVER_MBEDTLS_SIGN(__real_mbedtls_pk_sign_ext);
SERVER_MBEDTLS_SIGN(__wrap_mbedtls_pk_sign_ext);

/* Stands in for the library's function (see CMakeLists.txt). What the server writes as its algorithm it takes from the list of
   those that the client offers: all of PSS become PKCS#1 there. */
SERVER_MBEDTLS_SIGN(__wrap_mbedtls_pk_sign_ext)
{
	if (signer != NULL && type == SERVER_MBEDTLS_PSS) {
		for (uint16_t *algorithm = signer->handshake->received_sig_algs; *algorithm != 0; algorithm++) {
			if (*algorithm >= MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256 &&
				*algorithm <= MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512)
				*algorithm = (uint16_t)((*algorithm & 0x0F) << 8 | 1);
		}
		type = SERVER_MBEDTLS_PKCS1;
	}
	return __real_mbedtls_pk_sign_ext(type, SERVER_MBEDTLS_SIGN_ARGUMENTS);
}

static void testSignature(void)
{
	struct ClientWish client = usualClient();
	struct Certificate leaf;
	struct ServerWish server = usualServerWith(pkiKey(KEY_RSA_2048, 1), &leaf);
	struct Connection connection;

	client.minimum = TLS_VERSION_1_3;
	ok(connectionTry(&client, &server).code == TLS_OK, "a server that signs with PSS");
	connectionOpen(&connection, &client, &server);
	signer = &connection.ssl;
	expect(&connection, TLS_PROTOCOL, "signature", "one that signs with PKCS#1 v1.5 in TLS 1.3");
	signer = NULL;
}

void testMisbehaviour(void)
{
	testSuite();
	testKeyExchange();
	testSignature();
}
