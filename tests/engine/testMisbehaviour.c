/* SPDX-License-Identifier: MIT */
/*
 * Servers that break the protocol where the library, or a careless configuration of it, would let it pass.
 */

#define _GNU_SOURCE /* memmem */

#include "connection.h"
#include "tap.h"
#include "tlsEngineParts.h"

#include <stdlib.h>
#include <string.h>

#include "ssl_misc.h" /* the library's own: what a server is made to do wrong here */

/* A ServerHello in a record of its own: RFC 8446, section 4.1.3; RFC 5246, section 7.4.1.3. */
static bool forging; /* the server signs something else */

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

/* Changes a ServerHello of TLS 1.2: adds an extension behind the others. */
static void addExtension(struct Queue *queue, const uint8_t *extension, size_t size)
{
	uint8_t *hello = queue->bytes + queue->start;
	size_t message = ((size_t)hello[AT_MESSAGE_LENGTH + 1] << 8 | hello[AT_MESSAGE_LENGTH + 2]) + 4;
	size_t extensions = AT_SESSION_ID + 1 + hello[AT_SESSION_ID] + 3;
	uint8_t rest[8192];
	size_t left = queueLength(queue) - 5 - message;

	if (left > sizeof(rest)) {
		ok(false, "room for the flight");
		return;
	}
	memcpy(rest, hello + 5 + message, left);
	queue->end -= left;
	queuePut(queue, extension, size);
	queuePut(queue, rest, left);
	hello = queue->bytes + queue->start;
	add16(hello, AT_RECORD_LENGTH, (int)size);
	add16(hello, AT_MESSAGE_LENGTH + 1, (int)size);
	add16(hello, extensions, (int)size);
}

/* A ServerHello of TLS 1.2 with one extension more. `both`: the client offers TLS 1.3 as well. */
static void tryExtension(bool both, const void *extension, size_t size, enum TlsCode code, const char *name)
{
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();
	struct Connection connection;

	client.maximum = both ? TLS_VERSION_1_3 : TLS_VERSION_1_2;
	server.maximum = MBEDTLS_SSL_VERSION_TLS1_2;
	connectionOpen(&connection, &client, &server);
	flight(&connection);
	addExtension(&connection.pipe.toClient, extension, size);
	/* The transcript is another: what is in order lets the client go on, up to the server's refusal. */
	expect(&connection, code, "", name);
}

static void testExtensions(void)
{
	static const uint8_t compressed[] = {0, 11, 0, 2, 1, 1}, extended[] = {0, 23, 0, 0},
						 status[] = {0, 5, 0, 0}, versions[] = {0, 43, 0, 2, 3, 3},
						 protocol[] = {0, 16, 0, 5, 0, 3, 2, 'h', '2'}, fragments[] = {0, 1, 0, 1, 1},
						 small[] = {0, 28, 0, 2, 0, 63}, longer[] = {0, 28, 0, 3, 1, 0, 0},
						 limit[] = {0, 28, 0, 2, 1, 0}, smallest[] = {0, 28, 0, 2, 0, 64},
						 groups[] = {0, 10, 0, 4, 0, 2, 0, 23}, cut[] = {0, 35, 0, 9},
						 unknown[] = {0x12, 0x34, 0, 0};

	tryExtension(false, compressed, sizeof(compressed), TLS_PROTOCOL, "compressed points only");
	tryExtension(false, extended, sizeof(extended), TLS_PROTOCOL, "an extension twice");
	tryExtension(false, status, sizeof(status), TLS_PROTOCOL, "a status that was not asked for");
	tryExtension(false, unknown, sizeof(unknown), TLS_PROTOCOL, "an extension that nobody knows");
	tryExtension(false, cut, sizeof(cut), TLS_PROTOCOL, "an extension that is cut");
	tryExtension(false, protocol, sizeof(protocol), TLS_PROTOCOL, "a protocol that was not asked for");
	tryExtension(false, fragments, sizeof(fragments), TLS_PROTOCOL, "fragments that were not asked for");
	tryExtension(false, limit, sizeof(limit), TLS_PROTOCOL, "a limit to records, without an offer");
	tryExtension(true, versions, sizeof(versions), TLS_PROTOCOL, "an extension of TLS 1.3 in TLS 1.2");
	tryExtension(true, small, sizeof(small), TLS_PROTOCOL, "a limit below 64");
	tryExtension(true, longer, sizeof(longer), TLS_PROTOCOL, "a limit of three bytes");
	/* These are put up with. The server, which did not write them, finds another transcript. */
	tryExtension(true, limit, sizeof(limit), TLS_ALERT, "a limit of 256 bytes is taken");
	tryExtension(true, smallest, sizeof(smallest), TLS_ALERT, "and one of 64");
	tryExtension(false, groups, sizeof(groups), TLS_ALERT, "groups, as some servers of TLS 1.2 send them");
}

/* An engine that is begun anew after one ServerHello judges the next as well. */
static void testSecondHello(void)
{
	static const uint8_t unknown[] = {0x12, 0x34, 0, 0};
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();
	struct Connection first, second;

	client.maximum = TLS_VERSION_1_2;
	connectionOpen(&first, &client, &server);
	while (!first.engine->watch.judged && connectionTurn(&first))
		continue;
	connectionOpenAgain(&second, &first, &client, &server);
	connectionClose(&first);
	flight(&second);
	addExtension(&second.pipe.toClient, unknown, sizeof(unknown));
	expect(&second, TLS_PROTOCOL, "", "an extension that nobody knows, from a second server");
}

/* The server's own extension says that it takes compressed points only. */
static void testPointFormats(void)
{
	static const uint8_t formats[] = {0, 11, 0, 2, 1, 0};
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();
	struct Connection connection;
	uint8_t *hello, *at;

	client.maximum = TLS_VERSION_1_2;
	connectionOpen(&connection, &client, &server);
	hello = flight(&connection);
	at = memmem(hello, queueLength(&connection.pipe.toClient), formats, sizeof(formats));
	ok(at != NULL, "the server says which points it takes");
	if (at != NULL)
		at[sizeof(formats) - 1] = 1;
	expect(&connection, TLS_PROTOCOL, "", "compressed points only, in one extension");
}

/* A server of TLS 1.2 that has the client believe that it resumes a session. */
static void testSessionId(void)
{
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();
	struct Connection connection;
	uint8_t id[32];

	server.maximum = MBEDTLS_SSL_VERSION_TLS1_2;
	connectionOpen(&connection, &client, &server);
	while (queueLength(&connection.pipe.toServer) == 0)
		tlsEngineAdvance(connection.engine);
	memcpy(
		id, connection.pipe.toServer.bytes + connection.pipe.toServer.start + AT_SESSION_ID + 1, sizeof(id));
	{
		uint8_t *hello = flight(&connection);

		ok(hello[AT_SESSION_ID] == sizeof(id), "a server that gives session ids");
		memcpy(hello + AT_SESSION_ID + 1, id, sizeof(id));
	}
	expect(&connection, TLS_PROTOCOL, "", "the id that the client made up comes back");
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
	connectionTurnAll(&connection);
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

/* Turns both ends, the server a step at a time, until it is about to do the step `state`. */
static void stepUntil(struct Connection *connection, int state)
{
	for (int i = 0; i < 1000 && connection->ssl.state != state; i++) {
		int error;

		pipeRelease(&connection->pipe);
		tlsEngineAdvance(connection->engine);
		error = mbedtls_ssl_handshake_step(&connection->ssl);
		if (error != 0 && error != MBEDTLS_ERR_SSL_WANT_READ)
			break;
	}
	ok(connection->ssl.state == state, "a server that is at step %d", state);
}

/* The base point of P-256. */
static const uint8_t basePoint[65] = {4, 0x6B, 0x17, 0xD1, 0xF2, 0xE1, 0x2C, 0x42, 0x47, 0xF8, 0xBC, 0xE6,
	0xE5, 0x63, 0xA4, 0x40, 0xF2, 0x77, 0x03, 0x7D, 0x81, 0x2D, 0xEB, 0x33, 0xA0, 0xF4, 0xA1, 0x39, 0x45,
	0xD8, 0x98, 0xC2, 0x96, 0x4F, 0xE3, 0x42, 0xE2, 0xFE, 0x1A, 0x7F, 0x9B, 0x8E, 0xE7, 0xEB, 0x4A, 0x7C,
	0x0F, 0x9E, 0x16, 0x2B, 0xCE, 0x33, 0x57, 0x6B, 0x31, 0x5E, 0xCE, 0xCB, 0xB6, 0x40, 0x68, 0x37, 0xBF,
	0x51, 0xF5};

/* Has the server send a ServerKeyExchange of TLS 1.2 with that key of P-256, signed as it should be, and go
   on: RFC 8422, section 5.4. */
static void sendKeyExchange(
	struct Connection *connection, const struct ServerWish *server, const uint8_t *point, size_t size)
{
	mbedtls_ssl_context *ssl = &connection->ssl;
	uint8_t *message = ssl->out_msg, *parameters = message + 4, *at = parameters + 4 + size;
	uint8_t hash[64];
	size_t length;

	message[0] = MBEDTLS_SSL_HS_SERVER_KEY_EXCHANGE;
	memcpy(parameters, (const uint8_t[]){3, 0, 23, (uint8_t)size}, 4);
	memcpy(parameters + 4, point, size);
	ok(mbedtls_ssl_get_key_exchange_md_tls1_2(ssl, hash, &length, parameters, 4 + size, MBEDTLS_MD_SHA256) ==
				0 &&
			serverMbedtlsSign(server->key, MBEDTLS_MD_SHA256, hash, length, at + 4, 80, &length) == 0,
		"a key exchange is signed");
	memcpy(at, (const uint8_t[]){4, 3, 0, (uint8_t)length}, 4);
	ssl->out_msgtype = MBEDTLS_SSL_MSG_HANDSHAKE;
	ssl->out_msglen = (size_t)(at + 4 + length - message);
	ok(mbedtls_ssl_write_handshake_msg(ssl) == 0 && mbedtls_ssl_flush_output(ssl) == 0, "and sent");
	ssl->state = MBEDTLS_SSL_SERVER_HELLO_DONE;
}

/* A compressed point, which no client takes since RFC 8422 (section 5.1.2); the library would. */
static void testPoint(void)
{
	static const uint16_t p256[] = {MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1, 0};
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();
	struct Connection connection;
	uint8_t compressed[33];
	uint64_t sent;

	memcpy(compressed, basePoint, sizeof(compressed));
	compressed[0] = 2 + (basePoint[sizeof(basePoint) - 1] & 1);
	client.maximum = TLS_VERSION_1_2;
	server.groups = p256;
	connectionOpen(&connection, &client, &server);
	stepUntil(&connection, MBEDTLS_SSL_SERVER_KEY_EXCHANGE);
	sendKeyExchange(&connection, &server, basePoint, sizeof(basePoint));
	sent = connection.pipe.toServer.total;
	ok(mbedtls_ssl_handshake_step(&connection.ssl) == 0, "a ServerHelloDone behind it");
	for (int i = 0; i < 20; i++) {
		pipeRelease(&connection.pipe);
		tlsEngineAdvance(connection.engine);
	}
	ok(connectionCode(&connection) == TLS_OK && connection.pipe.toServer.total > sent,
		"a point of P-256 is answered");
	connectionClose(&connection);
	connectionOpen(&connection, &client, &server);
	stepUntil(&connection, MBEDTLS_SSL_SERVER_KEY_EXCHANGE);
	sendKeyExchange(&connection, &server, compressed, sizeof(compressed));
	expect(&connection, TLS_PROTOCOL, "not so", "the same point compressed is refused");
}

static void testProofs(void)
{
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();
	static const uint8_t noCertificate[] = {MBEDTLS_SSL_HS_CERTIFICATE, 0, 0, 4, 0, 0, 0, 0};
	struct Connection connection;

	client.minimum = TLS_VERSION_1_3;
	connectionOpen(&connection, &client, &server);
	stepUntil(&connection, MBEDTLS_SSL_SERVER_CERTIFICATE);
	connection.ssl.out_msgtype = MBEDTLS_SSL_MSG_HANDSHAKE;
	connection.ssl.out_msglen = sizeof(noCertificate);
	memcpy(connection.ssl.out_msg, noCertificate, sizeof(noCertificate));
	ok(mbedtls_ssl_write_record(&connection.ssl, 1) == 0, "a list of no certificates");
	expect(&connection, TLS_PROTOCOL, "", "no certificate, TLS 1.3");
	connectionOpen(&connection, &client, &server);
	stepUntil(&connection, MBEDTLS_SSL_SERVER_FINISHED);
	connection.ssl.handshake->tls13_hs_secrets.server_handshake_traffic_secret[0] ^= 1;
	expect(&connection, TLS_PROTOCOL, "signature or Finished", "a forged Finished, TLS 1.3");
	connectionOpen(&connection, &client, &server);
	stepUntil(&connection, MBEDTLS_SSL_CERTIFICATE_VERIFY);
	forging = true;
	expect(&connection, TLS_PROTOCOL, "signature or Finished", "a forged signature, TLS 1.3");
	forging = false;
	client.minimum = TLS_VERSION_1_2;
	client.maximum = TLS_VERSION_1_2;
	connectionOpen(&connection, &client, &server);
	stepUntil(&connection, MBEDTLS_SSL_SERVER_FINISHED);
	connection.ssl.session_negotiate->master[0] ^= 1;
	expect(&connection, TLS_PROTOCOL, "signature or Finished", "a forged Finished, TLS 1.2");
}

/* A protocol of TLS 1.2 that the client did not offer. */
static void testProtocolChoice(void)
{
	static const char *serverProtocols[] = {"mqtt", NULL};
	static const uint8_t chosen[] = {0, 16, 0, 7, 0, 5, 4, 'm', 'q', 't', 't'};

	for (int both = 0; both < 2; both++) {
		struct ClientWish client = usualClient();
		struct ServerWish server = usualServer();
		struct Connection connection;
		uint8_t *at;

		client.maximum = both ? TLS_VERSION_1_3 : TLS_VERSION_1_2;
		client.protocols[0] = "mqtt";
		server.maximum = MBEDTLS_SSL_VERSION_TLS1_2;
		server.protocols = serverProtocols;
		connectionOpen(&connection, &client, &server);
		at = flight(&connection);
		while (at + sizeof(chosen) < connection.pipe.toClient.bytes + connection.pipe.toClient.end &&
			   memcmp(at, chosen, sizeof(chosen)) != 0)
			at++;
		at[sizeof(chosen) - 1] = 'x';
		expect(&connection, TLS_APPLICATION_PROTOCOL, "", "a protocol that was not offered, TLS 1.2");
	}
}

/* What TLS 1.3 asks of records. */
static void testRecords(void)
{
	enum { UNEXPECTED = 10, OVERFLOW = 22 }; /* unexpected_message, record_overflow */
	static const uint8_t changeCipherSpec[] = {20, 3, 3, 0, 1, 1}, header[] = {23, 3, 3, 0x40, 0x12},
						 handshake[] = {22, 3, 3, 0, 40};
	static uint8_t nothing[0x4012];
	const struct {
		const uint8_t *bytes;
		size_t length;
		uint8_t alert;
		const char *name;
	} cases[] = {
		{changeCipherSpec, sizeof(changeCipherSpec), UNEXPECTED, "change_cipher_spec after the handshake"},
		{header, sizeof(header), OVERFLOW, "a record of 2^14 + 2 bytes of plaintext and type"},
		{handshake, sizeof(handshake), UNEXPECTED, "a sealed record that does not say application data"}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ClientWish client = usualClient();
		struct ServerWish server = usualServer();
		struct Connection connection;
		uint8_t byte;

		client.minimum = TLS_VERSION_1_3;
		connectionOpen(&connection, &client, &server);
		connectionHandshake(&connection);
		queuePut(&connection.pipe.toClient, cases[i].bytes, cases[i].length);
		queuePut(&connection.pipe.toClient, nothing, sizeof(nothing));
		connectionTurnAll(&connection);
		ok(mbedtls_ssl_read(&connection.ssl, &byte, 1) == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE &&
				tlsMbedtlsAlert(&connection.ssl) == cases[i].alert,
			"the peer is told by alert %u", cases[i].alert);
		expect(&connection, TLS_PROTOCOL, "wrong type or size", cases[i].name);
	}
}

/* 2^14 bytes in a record of TLS 1.3, from a server that knows no limit to records but the protocol's. */
static void testLongestRecord(void)
{
	static uint8_t received[MBEDTLS_SSL_OUT_CONTENT_LEN];
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();
	struct Connection connection;

	if (MBEDTLS_SSL_CID_TLS1_3_PADDING_GRANULARITY > 1)
		return; /* such a library pads its records beyond that */
	client.minimum = TLS_VERSION_1_3;
	connectionOpen(&connection, &client, &server);
	connectionHandshake(&connection);
	connectionTurnAll(&connection);
	connection.ssl.out_msgtype = MBEDTLS_SSL_MSG_APPLICATION_DATA;
	connection.ssl.out_msglen = sizeof(received);
	memset(connection.ssl.out_msg, 'x', sizeof(received));
	ok(mbedtls_ssl_write_record(&connection.ssl, 1) == 0 &&
			queueLength(&connection.pipe.toClient) == 5 + (1 << 14) + 1 + 16,
		"the longest record of TLS 1.3");
	connectionTurnAll(&connection);
	ok(tlsEngineRead(connection.engine, received, sizeof(received)) == sizeof(received) &&
			connectionCode(&connection) == TLS_OK,
		"is taken");
	connectionClose(&connection);
}

/* The server of TLS 1.3 that is to sign by a scheme that its key is not for; NULL: none. */
static mbedtls_ssl_context *signer;

SERVER_MBEDTLS_SIGN(__real_mbedtls_pk_sign_ext);
SERVER_MBEDTLS_SIGN(__wrap_mbedtls_pk_sign_ext);

/* Has the server write other algorithms than those from `first` to `last`: it takes what it writes from the
   list of those that the client offers. */
static void replaceAlgorithms(uint16_t first, uint16_t last, uint16_t (*other)(uint16_t algorithm))
{
	for (uint16_t *algorithm = signer->handshake->received_sig_algs; *algorithm != 0; algorithm++) {
		if (*algorithm >= first && *algorithm <= last)
			*algorithm = other(*algorithm);
	}
}

static uint16_t pkcs1(uint16_t pss)
{
	return (uint16_t)((pss & 0x0F) << 8 | 1);
}

static uint16_t ofP384(uint16_t ofP256)
{
	(void)ofP256;
	return MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384;
}

/* SHA-384 of what the server signs: RFC 8446, section 4.4.3. */
static void hashProof(uint8_t hash[48])
{
	uint8_t signedBytes[64 + 34 + 64];
	size_t length;

	memset(signedBytes, ' ', 64);
	memcpy(signedBytes + 64, "TLS 1.3, server CertificateVerify", 34); /* and a zero */
	ok(mbedtls_ssl_get_handshake_transcript(signer,
		   (mbedtls_md_type_t)signer->handshake->ciphersuite_info->mac, signedBytes + 64 + 34, 64,
		   &length) == 0 &&
			psa_hash_compute(PSA_ALG_SHA_384, signedBytes, 64 + 34 + length, hash, 48, &length) ==
				PSA_SUCCESS,
		"what a server signs, by SHA-384");
}

/* Stands in for the library's function (see CMakeLists.txt). */
SERVER_MBEDTLS_SIGN(__wrap_mbedtls_pk_sign_ext)
{
	uint8_t other[64] = {1};

	if (signer != NULL && type == SERVER_MBEDTLS_PSS) {
		replaceAlgorithms(
			MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256, MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512, pkcs1);
		type = SERVER_MBEDTLS_PKCS1;
	} else if (signer != NULL) {
		replaceAlgorithms(
			MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256, MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256, ofP384);
		hashProof(other);
		digest = MBEDTLS_MD_SHA384;
		hash = other;
		hashSize = 48;
	}
	if (forging) /* the digest of something else */
		hash = other;
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

	server = usualServer();
	connectionOpen(&connection, &client, &server);
	signer = &connection.ssl;
	expect(&connection, TLS_PROTOCOL, "another curve",
		"one with a key of P-256 that signs by the scheme of P-384");
	signer = NULL;
}

/* A server of TLS 1.2 that wants to negotiate anew, and a transport that takes less than it promises: what is
   gathered goes out behind the answer to that, and not in its place. */
static void testStuckAnswer(void)
{
	static const uint8_t helloRequest[] = {0, 0, 0, 0}, fragment[100];
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();
	struct Connection connection;
	uint8_t received[200];
	int count;

	client.maximum = TLS_VERSION_1_2;
	connectionOpen(&connection, &client, &server);
	connectionHandshake(&connection);
	ok(tlsEngineWrite(connection.engine, fragment, sizeof(fragment), true, sizeof(received)),
		"some of a sequence");
	connection.pipe.capacity = 1;
	connection.pipe.liar = true;
	connection.ssl.out_msgtype = MBEDTLS_SSL_MSG_HANDSHAKE;
	connection.ssl.out_msglen = sizeof(helloRequest);
	memcpy(connection.ssl.out_msg, helloRequest, sizeof(helloRequest));
	ok(mbedtls_ssl_write_record(&connection.ssl, 1) == 0 && connectionTurn(&connection) &&
			queueLength(&connection.pipe.toServer) == 1,
		"the answer to a HelloRequest is stuck");
	ok(!tlsEngineWrite(connection.engine, fragment, 0, false, 0) && connectionCode(&connection) == TLS_OK,
		"nothing is sent then");
	connection.pipe.capacity = 0;
	connectionTurnAll(&connection);
	tlsEngineFlush(connection.engine);
	(void)mbedtls_ssl_read(&connection.ssl, received, sizeof(received)); /* comes back after a warning */
	count = mbedtls_ssl_read(&connection.ssl, received, sizeof(received));
	if (!ok(count == sizeof(fragment) && memcmp(received, fragment, sizeof(fragment)) == 0 &&
				connectionCode(&connection) == TLS_OK,
			"and later all of it"))
		note("%d, %s", count, tlsCodeName(connectionCode(&connection)));
	connectionClose(&connection);
}

void testMisbehaviour(void)
{
	testSuite();
	testExtensions();
	testSecondHello();
	testPointFormats();
	testSessionId();
	testPoint();
	testProofs();
	testProtocolChoice();
	testRecords();
	testLongestRecord();
	testStuckAnswer();
	testKeyExchange();
	testSignature();
}
