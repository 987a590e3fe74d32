/* SPDX-License-Identifier: MIT */
/*
 * What the engine is compared with: of its interface as much as budgetClient.c uses, with the library behind
 * it and nothing between. A client as its makers show it, with the same build of the library, the suites that
 * measure.mjs allows and the same transport: one CA, the host's name, a step of the handshake at a time. It
 * keeps the peer's chain, and checks no dates.
 */

#include "tlsEngine.h"
#include "tlsMbedtls.h"
#include "tlsMbedtlsSession.h"
#include "tlsTrust.h"

#include <string.h>

#define RECORD 1024 /* bytes that budgetClient.c writes at a time */

static const int suites[] = {MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256, MBEDTLS_TLS1_3_AES_128_GCM_SHA256,
	MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
	MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, 0};

struct TlsTrust {
	mbedtls_x509_crt ca;
};

struct TlsEngine {
	mbedtls_ssl_context ssl;
	mbedtls_ssl_config configuration;
	struct TlsTransport *transport;
	struct TlsTrust *trust;
	struct TlsFailure failure;
	bool resumes;
};

struct TlsTrust *tlsTrustCreate(const char *host, TlsClock clock, void *clockContext)
{
	struct TlsTrust *trust = mbedtls_calloc(1, sizeof(*trust));

	(void)host, (void)clock, (void)clockContext;
	if (trust != NULL)
		mbedtls_x509_crt_init(&trust->ca);
	return trust;
}

bool tlsTrustAddAnchor(
	struct TlsTrust *trust, const uint8_t *der, size_t length, bool copy, struct TlsFailure *failure)
{
	int error = mbedtls_x509_crt_parse_der_nocopy(&trust->ca, der, length);

	(void)copy;
	return error == 0 || (tlsFail(failure, TLS_CERTIFICATE_MALFORMED, error), false);
}

bool tlsTrustAddStore(struct TlsTrust *trust, const uint8_t *bytes, size_t length, struct TlsFailure *failure)
{
	(void)trust, (void)bytes, (void)length;
	return tlsFail(failure, TLS_STORE, 0), false;
}

static int sendBytes(void *context, const unsigned char *bytes, size_t length)
{
	struct TlsTransport *transport = context;
	size_t count = transport->operations->send(transport, bytes, length);

	return count > 0 ? (int)count : MBEDTLS_ERR_SSL_WANT_WRITE;
}

static int receiveBytes(void *context, unsigned char *bytes, size_t length)
{
	struct TlsTransport *transport = context;
	size_t count = transport->operations->receive(transport, bytes, length);

	return count > 0 ? (int)count : MBEDTLS_ERR_SSL_WANT_READ;
}

static int setUp(struct TlsEngine *engine, const struct TlsEngineConfiguration *wanted)
{
	mbedtls_ssl_config *configuration = &engine->configuration;
	int error = mbedtls_ssl_config_defaults(
		configuration, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);

	if (error != 0)
		return error;
	tlsMbedtlsUseRandom(configuration);
	mbedtls_ssl_conf_min_tls_version(configuration, (mbedtls_ssl_protocol_version)wanted->minimumVersion);
	mbedtls_ssl_conf_max_tls_version(configuration, (mbedtls_ssl_protocol_version)wanted->maximumVersion);
	mbedtls_ssl_conf_ciphersuites(configuration, suites);
	mbedtls_ssl_conf_ca_chain(configuration, &engine->trust->ca, NULL);
	if (!wanted->noSessions)
		tlsMbedtlsUseSessions(configuration, true);
	error = mbedtls_ssl_setup(&engine->ssl, configuration);
	if (error == 0)
		error = mbedtls_ssl_set_hostname(&engine->ssl, "device.test");
	mbedtls_ssl_set_bio(&engine->ssl, engine->transport, sendBytes, receiveBytes, NULL);
	return error;
}

/* There is nothing to clean up after a failure: the program ends. */
struct TlsEngine *tlsEngineCreate(const struct TlsEngineConfiguration *configuration,
	struct TlsTransport *transport, struct TlsFailure *failure)
{
	struct TlsEngine *engine = mbedtls_calloc(1, sizeof(*engine));
	int error;

	if (engine == NULL) {
		tlsFail(failure, TLS_MEMORY, 0);
		return NULL;
	}
	if (!tlsMbedtlsStart(failure))
		return NULL;
	mbedtls_ssl_init(&engine->ssl);
	mbedtls_ssl_config_init(&engine->configuration);
	tlsFailureClear(&engine->failure);
	engine->transport = transport;
	engine->trust = configuration->trust;
	error = setUp(engine, configuration);
	if (error != 0)
		tlsFail(failure, TLS_INTERNAL, error);
	return error == 0 ? engine : NULL;
}

bool tlsEngineResume(struct TlsEngine *engine, const uint8_t *bytes, size_t length)
{
	mbedtls_ssl_session session;

	mbedtls_ssl_session_init(&session);
	engine->resumes = mbedtls_ssl_session_load(&session, bytes, length) == 0 &&
					  mbedtls_ssl_set_session(&engine->ssl, &session) == 0;
	mbedtls_ssl_session_free(&session);
	return engine->resumes;
}

size_t tlsEngineSaveSession(const struct TlsEngine *engine, uint8_t *bytes, size_t size)
{
	size_t length = 0;

	(void)tlsMbedtlsSaveSession(&engine->ssl, bytes, size, &length); /* tells the length in any case */
	return length;
}

enum TlsState tlsEngineState(const struct TlsEngine *engine)
{
	if (engine->failure.code != TLS_OK)
		return TLS_FAILED;
	return mbedtls_ssl_is_handshake_over((mbedtls_ssl_context *)&engine->ssl) ? TLS_CONNECTED
																			  : TLS_HANDSHAKING;
}

const struct TlsFailure *tlsEngineFailure(const struct TlsEngine *engine)
{
	return &engine->failure;
}

static void check(struct TlsEngine *engine, int result)
{
	if (result < 0 && result != MBEDTLS_ERR_SSL_WANT_READ && result != MBEDTLS_ERR_SSL_WANT_WRITE &&
		result != MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET)
		tlsFail(&engine->failure, TLS_PROTOCOL, result);
}

bool tlsEngineAdvance(struct TlsEngine *engine)
{
	int result;

	if (engine->transport->state == TLS_TRANSPORT_CONNECTING || tlsEngineState(engine) != TLS_HANDSHAKING)
		return false;
	result = mbedtls_ssl_handshake_step(&engine->ssl);
	engine->transport->operations->flush(engine->transport);
	check(engine, result);
	return result == 0;
}

size_t tlsEngineRead(struct TlsEngine *engine, uint8_t *bytes, size_t length)
{
	int count;

	do
		count = mbedtls_ssl_read(&engine->ssl, bytes, length);
	while (count == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET);
	check(engine, count);
	return count > 0 ? (size_t)count : 0;
}

size_t tlsEngineWritable(const struct TlsEngine *engine)
{
	return engine->transport->operations->space(engine->transport) >= 2 * RECORD ? RECORD : 0;
}

bool tlsEngineWrite(struct TlsEngine *engine, const uint8_t *bytes, size_t length, bool more, size_t sequence)
{
	int count;

	(void)more, (void)sequence;
	do
		count = mbedtls_ssl_write(&engine->ssl, bytes, length);
	while (count == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET);
	engine->transport->operations->flush(engine->transport);
	return count == (int)length;
}

bool tlsEngineNegotiated(const struct TlsEngine *engine, struct TlsNegotiated *negotiated)
{
	const char *suite = mbedtls_ssl_get_ciphersuite(&engine->ssl);

	memset(negotiated, 0, sizeof(*negotiated));
	negotiated->version = (enum TlsVersion)mbedtls_ssl_get_version_number(&engine->ssl);
	negotiated->resumed = engine->resumes; /* measure.mjs sees by the work whether the server did */
	strncpy(negotiated->cipherSuite, suite, TLS_SUITE_NAME_SIZE - 1);
	return true;
}

void tlsEngineClose(struct TlsEngine *engine)
{
	(void)mbedtls_ssl_close_notify(&engine->ssl);
	engine->transport->operations->flush(engine->transport);
}

void tlsEngineFree(struct TlsEngine *engine)
{
	mbedtls_ssl_free(&engine->ssl);
	mbedtls_ssl_config_free(&engine->configuration);
	mbedtls_x509_crt_free(&engine->trust->ca);
	mbedtls_free(engine->trust);
	mbedtls_free(engine);
}
