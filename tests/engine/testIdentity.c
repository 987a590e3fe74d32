/* SPDX-License-Identifier: MIT */
/*
 * Client certificates: with servers that want one, and what is wrong with those that are refused at once.
 */

#include "clientChain.h"
#include "tap.h"

#include <string.h>

static void testMutual(int version, const char *name, mbedtls_pk_context *key, const char *kind)
{
	struct ClientChain chain = clientChain(key);
	struct ClientWish client = clientWith(&chain, version);
	struct ServerWish server = usualServer();
	bool accepted;
	enum TlsCode code;

	client.clientKey = key;
	server.clientCa = &chain.ca;
	code = (enum TlsCode)clientJudge(&client, &server, &accepted).code;
	ok(code == TLS_OK && accepted, "%s: client certificate with %s", name, kind);
	server.clientCa = &usual()->ca;
	code = (enum TlsCode)clientJudge(&client, &server, &accepted).code;
	/* In TLS 1.3 this server seals its alert with a key that no client has by then. */
	ok(code == (version == 0 ? TLS_CLIENT_CERTIFICATE : TLS_RECORD_INTEGRITY) && !accepted,
		"%s: client certificate of a CA that the server does not know", name);
	client.clientKey = NULL;
	code = (enum TlsCode)clientJudge(&client, &server, &accepted).code;
	ok(code == (version == 0 ? TLS_TRUNCATED : TLS_RECORD_INTEGRITY) && !accepted,
		"%s: no client certificate, and one is required (by a server that sends no alert)", name);
	server.clientOptional = true;
	code = (enum TlsCode)clientJudge(&client, &server, &accepted).code;
	ok(code == TLS_OK && !accepted, "%s: no client certificate, and one is welcome", name);
}

/* A server that takes no signature by this key, unless it is of P-256, or in TLS 1.2 of another curve, gets
   no certificate. */
static void testSignatures(int version, const char *name, mbedtls_pk_context *key, const char *kind)
{
	static const uint16_t ecdsa[] = {MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256, MBEDTLS_TLS1_3_SIG_NONE};
	struct ClientChain chain = clientChain(key);
	struct ClientWish client = clientWith(&chain, version);
	struct ServerWish server = usualServer();
	bool fits = strcmp(kind, "P-256") == 0 || (version == 0 && strcmp(kind, "P-384") == 0);
	struct TlsFailure failure;
	bool accepted;

	client.clientKey = key;
	server.clientCa = &chain.ca;
	server.signatures = ecdsa;
	server.clientOptional = true;
	failure = clientJudge(&client, &server, &accepted);
	ok(failure.code == TLS_OK && accepted == fits, "%s: %s, and a server that wants ECDSA with SHA-256", name,
		kind);
}

/* In TLS 1.3 RSA goes with each of three hashes; in TLS 1.2 ECDSA goes with that of the suite. */
static void testHashes(void)
{
	static const int longer[] = {MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, 0};
	uint16_t wanted[] = {MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256, 0, MBEDTLS_TLS1_3_SIG_NONE};
	struct ClientChain rsa = clientChain(pkiKey(KEY_RSA_2048, 1)), ec = clientChain(pkiKey(KEY_P256, 3));
	struct ClientWish client = clientWith(&rsa, 1);
	struct ServerWish server = usualServer();
	bool accepted;
	enum TlsCode code;

	client.clientKey = pkiKey(KEY_RSA_2048, 1);
	server.clientCa = &rsa.ca;
	server.signatures = wanted;
	server.clientOptional = true;
	for (wanted[1] = MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256;
		 wanted[1] <= MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512; wanted[1]++) {
		code = (enum TlsCode)clientJudge(&client, &server, &accepted).code;
		ok(code == TLS_OK && accepted, "TLS 1.3: RSA, and a server that wants scheme %04X", wanted[1]);
	}
	wanted[1] = MBEDTLS_TLS1_3_SIG_NONE;
	client = clientWith(&ec, 0);
	client.clientKey = pkiKey(KEY_P256, 3);
	server.clientCa = &ec.ca;
	server.suites = longer;
	code = (enum TlsCode)clientJudge(&client, &server, &accepted).code;
	ok(code == TLS_OK && !accepted, "TLS 1.2: ECDSA would be with SHA-384, and a server wants SHA-256");
}

/* After an engine began anew, the next server is asked anew. */
static void testRestart(void)
{
	static const uint16_t ecdsa[] = {MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256, MBEDTLS_TLS1_3_SIG_NONE};
	struct ClientChain chain = clientChain(pkiKey(KEY_RSA_2048, 1));
	struct ClientWish client = clientWith(&chain, 0);
	struct ServerWish server = usualServer();
	struct Connection first, second;

	client.clientKey = pkiKey(KEY_RSA_2048, 1);
	server.clientCa = &chain.ca;
	server.signatures = ecdsa;
	connectionOpen(&first, &client, &server);
	connectionHandshake(&first);
	connectionTurnAll(&first);
	ok(first.serverError != 0, "a server that requires a certificate, and takes no signature by the key");
	server.signatures = NULL;
	connectionOpenAgain(&second, &first, &client, &server);
	connectionHandshake(&second);
	connectionTurnAll(&second);
	if (!ok(connectionCode(&second) == TLS_OK && mbedtls_ssl_get_peer_cert(&second.ssl) != NULL,
			"the same engine, begun anew, shows it to a server that does"))
		note("%s, server -0x%04X", tlsCodeName(connectionCode(&second)), (unsigned)-second.serverError);
	connectionClose(&first);
	connectionClose(&second);
}

/* The alerts by which other servers say that they want a certificate, or not this one. */
static void testAlerts(void)
{
	static const uint8_t alerts[] = {42, 43, 44, 45, 46, 48, 116};
	static const uint8_t handshakeFailure[] = {21, 3, 3, 0, 2, 2, 40};
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();
	struct Connection connection;
	bool right = true;

	for (size_t i = 0; i < sizeof(alerts); i++) {
		connectionOpen(&connection, &client, &server);
		connectionHandshake(&connection);
		mbedtls_ssl_send_alert_message(&connection.ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL, alerts[i]);
		connectionTurnAll(&connection);
		right &= connectionCode(&connection) == TLS_CLIENT_CERTIFICATE &&
				 tlsEngineFailure(connection.engine)->alert == alerts[i];
		connectionClose(&connection);
	}
	ok(right, "alerts about a client's certificate after a TLS 1.3 handshake");

	client.maximum = TLS_VERSION_1_2;
	for (int asks = 0; asks < 2; asks++) {
		server.clientCa = asks ? &usual()->ca : NULL;
		connectionOpen(&connection, &client, &server);
		while (queueLength(&connection.pipe.toClient) == 0)
			connectionTurn(&connection);
		/* The client takes the server's flight and answers; the alert comes instead of change_cipher_spec. */
		do
			pipeRelease(&connection.pipe);
		while (tlsEngineAdvance(connection.engine));
		queuePut(&connection.pipe.toClient, handshakeFailure, sizeof(handshakeFailure));
		pipeRelease(&connection.pipe);
		while (tlsEngineAdvance(connection.engine))
			continue;
		ok(connectionCode(&connection) == (asks ? TLS_CLIENT_CERTIFICATE : TLS_ALERT) &&
				tlsEngineFailure(connection.engine)->alert == 40,
			asks ? "handshake_failure after a request for a certificate" : "handshake_failure without one");
		connectionClose(&connection);
	}
}

static void expectKey(
	const struct Certificate *certificate, const uint8_t *key, size_t length, const char *detail)
{
	struct TlsIdentity *identity = tlsIdentityCreate();
	struct TlsFailure failure;
	bool good;

	tlsFailureClear(&failure);
	good = tlsIdentityAddCertificate(identity, certificate->der, certificate->length, false, &failure) &&
		   tlsIdentitySetKey(identity, key, length, &failure);
	if (detail == NULL)
		ok(good && failure.code == TLS_OK, "the key of the certificate");
	else if (!ok(!good && failure.code == TLS_CERTIFICATE_MALFORMED && strstr(failure.detail, detail) != NULL,
				 "refused: %s", detail))
		note("%d %s: %s", good, tlsCodeName(failure.code), failure.detail);
	tlsIdentityFree(identity);
}

/* A key in PKCS#8: the SEC1 or PKCS#1 key in an envelope with an algorithm. */
static size_t writePkcs8(
	const uint8_t *algorithm, size_t algorithmSize, const uint8_t *key, size_t length, uint8_t *der)
{
	const uint8_t head[] = {0x30, 0x82, (uint8_t)((length + algorithmSize + 7) >> 8),
		(uint8_t)(length + algorithmSize + 7), 0x02, 0x01, 0x00};
	const uint8_t octets[] = {0x04, 0x82, (uint8_t)(length >> 8), (uint8_t)length};
	size_t at = 0;

	memcpy(der, head, sizeof(head));
	at += sizeof(head);
	memcpy(der + at, algorithm, algorithmSize);
	at += algorithmSize;
	memcpy(der + at, octets, sizeof(octets));
	at += sizeof(octets);
	memcpy(der + at, key, length);
	return at + length;
}

static void expectChain(const uint8_t *der, size_t length, const char *detail, const char *name)
{
	struct TlsIdentity *identity = tlsIdentityCreate();
	struct TlsFailure failure;
	bool good;

	tlsFailureClear(&failure);
	good = tlsIdentityAddCertificate(identity, der, length, true, &failure);
	if (!ok(detail == NULL ? good : !good && strstr(failure.detail, detail) != NULL, "%s", name))
		note("%d %s: %s", good, tlsCodeName(failure.code), failure.detail);
	tlsIdentityFree(identity);
}

/* Lengths that are more than there is, or that DER does not have. */
static void expectOversized(const struct Certificate *certificate, const uint8_t *key, size_t length)
{
	static const struct {
		uint8_t head[10];
		size_t size;
		const char *detail;
	} cases[] = {
		{{0x30, 0x82, 0xFF, 0xFF}, 4, "truncated"},
		{{0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF}, 6, "truncated"},
		{{0x30, 0x80}, 2, "not DER"},
		{{0x30, 0x88, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}, 10, "not DER"},
	};
	uint8_t bytes[512];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memcpy(bytes, cases[i].head, cases[i].size);
		memcpy(bytes + cases[i].size, key + 2, length - 2);
		expectKey(certificate, bytes, cases[i].size + length - 2, cases[i].detail);
		expectKey(certificate, bytes, cases[i].size, cases[i].detail);
		expectChain(bytes, cases[i].size + length - 2, cases[i].detail, "a certificate of such a length");
	}
}

/* The last byte of the first place where `part` occurs; it does. */
static uint8_t *lastOf(uint8_t *bytes, size_t length, const uint8_t *part, size_t size)
{
	size_t at = 0;

	while (at + size < length && memcmp(bytes + at, part, size) != 0)
		at++;
	return bytes + at + size - 1;
}

static void testKeys(void)
{
	static const uint8_t p256[] = {0x06, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7};
	static const uint8_t p256Algorithm[] = {0x30, 0x13, 0x06, 7, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1, 0x06, 8,
		0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7};
	static const uint8_t rsaAlgorithm[] = {
		0x30, 0x0D, 0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1, 5, 0};
	/* PKCS#8 with secp256k1, and with PBES2: what follows the algorithm is never looked at. */
	static const uint8_t k1Algorithm[] = {
		0x30, 0x10, 0x06, 7, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1, 0x06, 5, 0x2B, 0x81, 4, 0, 10};
	static const uint8_t encrypted[] = {
		0x30, 0x12, 0x30, 0x0B, 0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 5, 13, 0x04, 3, 1, 2, 3};
	static const char pem[] = "-----BEGIN PRIVATE KEY-----\n";
	struct ClientChain ec = clientChain(pkiKey(KEY_P256, 2)), rsa = clientChain(pkiKey(KEY_RSA_2048, 0));
	uint8_t buffer[2048], envelope[2100];
	uint8_t *key;
	int length;
	size_t size;

	length = mbedtls_pk_write_key_der(pkiKey(KEY_P256, 2), buffer, sizeof(buffer));
	key = buffer + sizeof(buffer) - length;
	expectKey(&ec.leaf, key, (size_t)length, NULL);
	expectKey(&rsa.leaf, key, (size_t)length, "does not belong");
	expectKey(&ec.leaf, key, (size_t)length - 1, "truncated");
	expectKey(&ec.leaf, key, 0, "empty");
	memmove(buffer, key, (size_t)length);
	buffer[length] = 0;
	expectKey(&ec.leaf, buffer, (size_t)length + 1, "behind the end");
	expectOversized(&ec.leaf, buffer, (size_t)length);
	size = writePkcs8(p256Algorithm, sizeof(p256Algorithm), buffer, (size_t)length, envelope);
	expectKey(&ec.leaf, envelope, size, NULL);
	size = writePkcs8(k1Algorithm, sizeof(k1Algorithm), buffer, (size_t)length, envelope);
	expectKey(&ec.leaf, envelope, size, "its curve, is not supported");
	*lastOf(buffer, (size_t)length, p256, sizeof(p256)) = 1; /* P-192 */
	expectKey(&ec.leaf, buffer, (size_t)length, "the private key's curve is not supported");
	length = mbedtls_pk_write_key_der(pkiKey(KEY_P256, 3), buffer, sizeof(buffer));
	expectKey(&ec.leaf, buffer + sizeof(buffer) - length, (size_t)length, "does not belong");

	length = mbedtls_pk_write_key_der(pkiKey(KEY_RSA_2048, 0), buffer, sizeof(buffer));
	key = buffer + sizeof(buffer) - length;
	expectKey(&rsa.leaf, key, (size_t)length, NULL);
	size = writePkcs8(rsaAlgorithm, sizeof(rsaAlgorithm), key, (size_t)length, envelope);
	expectKey(&rsa.leaf, envelope, size, NULL);

	expectKey(&ec.leaf, encrypted, sizeof(encrypted), "encrypted");
	expectKey(&ec.leaf, ec.leaf.der, ec.leaf.length, "this is a certificate");
	expectKey(&ec.leaf, (const uint8_t *)pem, sizeof(pem) - 1, "PEM");
	memset(envelope, 0x04, 64);
	envelope[0] = 0x30;
	envelope[1] = 62;
	expectKey(&ec.leaf, envelope, 64, "no private key");
}

static void testChains(void)
{
	struct ClientChain chain = clientChain(pkiKey(KEY_P256, 2));
	struct TlsIdentity *identity = tlsIdentityCreate();
	struct TlsFailure failure;
	uint8_t both[4096], key[512];
	int length;

	memcpy(both, chain.leaf.der, chain.leaf.length);
	memcpy(both + chain.leaf.length, chain.intermediate.der, chain.intermediate.length);
	expectChain(both, chain.leaf.length + chain.intermediate.length, NULL, "two certificates in one buffer");
	expectChain(
		both, chain.leaf.length + chain.intermediate.length - 1, "truncated", "the second is truncated");
	both[chain.leaf.length] = 0;
	expectChain(both, chain.leaf.length + 1, "not DER", "a byte behind the certificate");
	expectChain((const uint8_t *)"-----BEGIN CERTIFICATE-----", 27, "PEM", "a certificate in PEM");
	length = mbedtls_pk_write_key_der(pkiKey(KEY_P256, 2), key, sizeof(key));
	expectChain(key + sizeof(key) - length, (size_t)length, "private key",
		"a private key where a certificate belongs");
	tlsFailureClear(&failure);
	ok(!tlsIdentitySetKey(identity, key + sizeof(key) - length, (size_t)length, &failure) &&
			strstr(failure.detail, "no certificate") != NULL,
		"a key without a certificate");
	tlsIdentityFree(identity);
}

/* A certificate of `length` bytes, by an extension that nobody knows. */
static struct Certificate certificateOf(size_t length)
{
	static const uint8_t zeros[1000];
	struct CertificateWish wish = pkiCaWish("CN=filler", pkiKey(KEY_P256, 2));
	struct Certificate certificate;

	wish.extension = zeros;
	wish.extensionOid = "\x88\x37";
	wish.extensionOidSize = 2;
	wish.extensionSize = 1;
	/* The length of a signature is random. */
	do {
		certificate = pkiCertificate(&wish);
		wish.extensionSize += length - certificate.length;
	} while (certificate.length != length);
	return certificate;
}

/* Makes the client's chain one whose message has `size` bytes: others behind the two that the server
   needs. */
static void makeChain(
	struct ClientWish *client, const struct ClientChain *chain, struct Certificate *filler, size_t size)
{
	size_t left = size - 8 - (chain->leaf.length + 5) - (chain->intermediate.length + 5);
	int count = 2;

	for (; left > 1200; left -= chain->ca.length + 5)
		client->clientChain[count++] = &chain->ca;
	*filler = certificateOf(left - 5);
	client->clientChain[count++] = filler;
	client->clientChain[count] = NULL;
}

/* The library sends a chain in one record, or fails late. */
static void testChainSize(void)
{
	struct ClientChain chain = clientChain(pkiKey(KEY_P256, 2));
	struct Certificate filler;
	struct TlsFailure failure;
	bool accepted;

	for (int version = 0; version < 2; version++) {
		struct ClientWish client = clientWith(&chain, version);
		struct ServerWish server = usualServer();
		const char *name = version == 0 ? "TLS 1.2" : "TLS 1.3";

		client.clientKey = pkiKey(KEY_P256, 2);
		server.clientCa = &chain.ca;
		makeChain(&client, &chain, &filler, TLS_OUTPUT);
		failure = clientJudge(&client, &server, &accepted);
		ok(failure.code == TLS_OK && accepted, "%s: a client's chain that just fits into a record", name);
		makeChain(&client, &chain, &filler, TLS_OUTPUT + 1);
		failure = clientJudge(&client, &server, &accepted);
		ok(failure.code == TLS_CERTIFICATE_CHAIN && strstr(failure.detail, "tls.output") != NULL,
			"%s: one that just does not is refused at once: %s", name, failure.detail);

		client.minimum = TLS_VERSION_1_2;
		client.maximumFragmentLength = 2048;
		makeChain(&client, &chain, &filler, 2048);
		failure = clientJudge(&client, &server, &accepted);
		ok(failure.code == TLS_OK && accepted, "up to %s: one that just fits into a fragment", name);
		makeChain(&client, &chain, &filler, 2049);
		failure = clientJudge(&client, &server, &accepted);
		ok(failure.code == TLS_CERTIFICATE_CHAIN && strstr(failure.detail, "maximumFragmentLength") != NULL,
			"up to %s: one that does not: %s", name, failure.detail);
	}
}

#if defined(MBEDTLS_SSL_RECORD_SIZE_LIMIT)

int __real_mbedtls_ssl_tls13_write_record_size_limit_ext(
	mbedtls_ssl_context *ssl, unsigned char *bytes, const unsigned char *end, size_t *length);
int __wrap_mbedtls_ssl_tls13_write_record_size_limit_ext(
	mbedtls_ssl_context *ssl, unsigned char *bytes, const unsigned char *end, size_t *length);

/* Stands in for the library's function (see CMakeLists.txt), for a server with a limit of its own. */
int __wrap_mbedtls_ssl_tls13_write_record_size_limit_ext(
	mbedtls_ssl_context *ssl, unsigned char *bytes, const unsigned char *end, size_t *length)
{
	int error = __real_mbedtls_ssl_tls13_write_record_size_limit_ext(ssl, bytes, end, length);
	uintptr_t limit = mbedtls_ssl_get_user_data_n(ssl);

	if (error == 0 && limit != 0) {
		bytes[4] = (uint8_t)(limit >> 8);
		bytes[5] = (uint8_t)limit;
	}
	return error;
}

/* In TLS 1.3 a server's limit to records counts the byte of their type as well (RFC 8449, section 4). */
static void testRecordLimit(void)
{
	struct ClientChain chain = clientChain(pkiKey(KEY_P256, 2));
	struct ClientWish client = clientWith(&chain, 1);
	struct ServerWish server = usualServer();
	struct Certificate filler;
	struct TlsFailure failure;
	bool accepted;

	client.clientKey = pkiKey(KEY_P256, 2);
	server.clientCa = &chain.ca;
	server.recordLimit = 2000;
	makeChain(&client, &chain, &filler, 1999);
	failure = clientJudge(&client, &server, &accepted);
	ok(failure.code == TLS_OK && accepted,
		"a client's chain that just fits into a record as the server wants them");
	makeChain(&client, &chain, &filler, 2000);
	failure = clientJudge(&client, &server, &accepted);
	ok(failure.code == TLS_CERTIFICATE_CHAIN && !accepted, "one that does not, by a byte: %s",
		failure.detail);
}

#else

/* Such a library does not offer the extension: no server has a limit to tell. */
static void testRecordLimit(void)
{
}

#endif

void testIdentities(void)
{
	clientForEach(testMutual);
	clientForEach(testSignatures);
	testHashes();
	testRestart();
	testAlerts();
	testKeys();
	testChains();
	testChainSize();
	testRecordLimit();
}
