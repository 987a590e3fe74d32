/* SPDX-License-Identifier: MIT */
/*
 * The life of an engine: configuration, creation, state, end. How the parts work together is told in
 * tlsEngineParts.h.
 */

#include "tlsEngineParts.h"

/* Copies the list of protocols: the library keeps pointers to it. NULL-terminated list first, strings behind
   it. */
static bool copyProtocols(struct TlsEngine *engine, const struct TlsBytes *protocols, size_t count)
{
	size_t size = (count + 1) * sizeof(char *);
	char *at;

	for (size_t i = 0; i < count; i++)
		size += protocols[i].length + 1;
	engine->protocols = mbedtls_calloc(1, size);
	if (engine->protocols == NULL)
		return false;
	at = (char *)(engine->protocols + count + 1);
	for (size_t i = 0; i < count; i++) {
		engine->protocols[i] = at;
		memcpy(at, protocols[i].bytes, protocols[i].length);
		at += protocols[i].length + 1;
	}
	return true;
}

/* The code of RFC 6066, section 4. */
static bool fragmentCode(uint16_t length, unsigned char *code)
{
	switch (length) {
	case 0:
		*code = MBEDTLS_SSL_MAX_FRAG_LEN_NONE;
		return true;
	case 512:
		*code = MBEDTLS_SSL_MAX_FRAG_LEN_512;
		return true;
	case 1024:
		*code = MBEDTLS_SSL_MAX_FRAG_LEN_1024;
		return true;
	case 2048:
		*code = MBEDTLS_SSL_MAX_FRAG_LEN_2048;
		return true;
	case 4096:
		*code = MBEDTLS_SSL_MAX_FRAG_LEN_4096;
		return true;
	default:
		return false;
	}
}

/* What is the same for every connection. There is nothing here that a caller could weaken. */
static int configureAlways(mbedtls_ssl_config *configuration)
{
	int error = mbedtls_ssl_config_defaults(
		configuration, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);

	if (error != 0)
		return error;
	tlsMbedtlsUseRandom(configuration);
	mbedtls_ssl_conf_authmode(configuration, MBEDTLS_SSL_VERIFY_REQUIRED);
	mbedtls_ssl_conf_cert_profile(configuration, &mbedtls_x509_crt_profile_default);
	mbedtls_ssl_conf_ciphersuites(configuration, tlsSuites);
	mbedtls_ssl_conf_groups(configuration, tlsGroups);
	mbedtls_ssl_conf_sig_algs(configuration, tlsSignatures);
	mbedtls_ssl_conf_extended_master_secret(configuration, MBEDTLS_SSL_EXTENDED_MS_ENABLED);
	return 0;
}

/* The library has no maximum fragment length in TLS 1.3, and fails if the server agrees to one there: who
   asks for it gets the version in which it works, unless that is not wanted. */
static bool asksForFragments(const struct TlsEngineConfiguration *wanted)
{
	return wanted->maximumFragmentLength > 0 && wanted->minimumVersion == TLS_VERSION_1_2;
}

/* What is asked for, or the most that this build's buffers take both ways. */
static uint16_t fragmentLength(const struct TlsEngineConfiguration *wanted)
{
	uint16_t length = wanted->maximumFragmentLength;

	while (length > MBEDTLS_SSL_IN_CONTENT_LEN || length > MBEDTLS_SSL_OUT_CONTENT_LEN)
		length /= 2;
	return length;
}

/* The library sends a handshake message in one record, whatever was negotiated, and notices late if it has no
   room for it. */
static bool identityFits(const struct TlsEngineConfiguration *wanted, struct TlsFailure *failure)
{
	size_t size = wanted->identity != NULL ? tlsIdentityMessageSize(wanted->identity) : 0;

	if (size > MBEDTLS_SSL_OUT_CONTENT_LEN)
		return tlsFailDetail(failure, TLS_CERTIFICATE_CHAIN, 0,
				   TLS_DETAIL("tls.clientCertificate does not fit into one record, which the define "
							  "tls.output limits")),
			   false;
	if (asksForFragments(wanted) && size > fragmentLength(wanted))
		return tlsFailDetail(failure, TLS_CERTIFICATE_CHAIN, 0,
				   TLS_DETAIL(
					   "tls.clientCertificate does not fit into one record of tls.maximumFragmentLength")),
			   false;
	return true;
}

/* What this connection asks for. */
static int configure(struct TlsEngine *engine, const struct TlsEngineConfiguration *wanted)
{
	mbedtls_ssl_config *configuration = &engine->configuration;
	unsigned char code;
	enum TlsVersion maximum = wanted->maximumVersion;
	int error = configureAlways(configuration);

	if (error != 0)
		return error;
	if (asksForFragments(wanted))
		maximum = TLS_VERSION_1_2;
	if (!fragmentCode(fragmentLength(wanted), &code))
		return MBEDTLS_ERR_SSL_BAD_CONFIG;
	mbedtls_ssl_conf_min_tls_version(configuration, (mbedtls_ssl_protocol_version)wanted->minimumVersion);
	mbedtls_ssl_conf_max_tls_version(configuration, (mbedtls_ssl_protocol_version)maximum);
#if defined(MBEDTLS_SSL_MAX_FRAGMENT_LENGTH)
	error = mbedtls_ssl_conf_max_frag_len(configuration, code);
	if (error != 0)
		return error;
#endif
	if (wanted->protocolCount > 0) {
		if (!copyProtocols(engine, wanted->protocols, wanted->protocolCount))
			return MBEDTLS_ERR_SSL_ALLOC_FAILED;
		error = mbedtls_ssl_conf_alpn_protocols(configuration, engine->protocols);
		if (error != 0)
			return error;
	}
	tlsMbedtlsUseSessions(configuration, !wanted->noSessions);
	return 0;
}

/* Makes the library's structure ready for a handshake. */
static int begin(struct TlsEngine *engine)
{
	int error = tlsIdentityUse(engine->identity, &engine->configuration);

	tlsTrustUse(engine->trust, &engine->configuration);
	if (error == 0)
		error = tlsRecordBuffersSetUp(&engine->buffers, &engine->ssl, &engine->configuration);
	/* NULL for an address: no SNI then, and the name is compared in the verify callback only. */
	if (error == 0)
		error = mbedtls_ssl_set_hostname(&engine->ssl, tlsTrustServerName(engine->trust));
	if (error == 0)
		mbedtls_ssl_set_bio(&engine->ssl, engine, tlsOutputSend, tlsInputReceive, NULL);
	return error;
}

static int setUp(struct TlsEngine *engine, const struct TlsEngineConfiguration *wanted)
{
	int error = configure(engine, wanted);

	if (error == 0 && !tlsSessionBind(engine, wanted))
		error = MBEDTLS_ERR_SSL_ALLOC_FAILED;
	return error == 0 ? begin(engine) : error;
}

/* Trust and identity are the engine's from the beginning, also when there is no engine. */
static struct TlsEngine *allocate(
	const struct TlsEngineConfiguration *configuration, struct TlsTransport *transport)
{
	struct TlsEngine *engine = mbedtls_calloc(1, sizeof(*engine));

	if (engine == NULL) {
		tlsTrustFree(configuration->trust);
		tlsIdentityFree(configuration->identity);
		return NULL;
	}
	mbedtls_ssl_init(&engine->ssl);
	mbedtls_ssl_config_init(&engine->configuration);
	tlsFailureClear(&engine->failure);
	engine->transport = transport;
	engine->trust = configuration->trust;
	engine->identity = configuration->identity;
	engine->clock = tlsTrustClock(configuration->trust, &engine->clockContext);
	return engine;
}

struct TlsEngine *tlsEngineCreate(const struct TlsEngineConfiguration *configuration,
	struct TlsTransport *transport, struct TlsFailure *failure)
{
	struct TlsEngine *engine = allocate(configuration, transport);
	int error;

	if (engine == NULL) {
		tlsFail(failure, TLS_MEMORY, 0);
		return NULL;
	}
	if (tlsTrustAnchorCount(engine->trust) == 0) {
		tlsFailDetail(failure, TLS_CERTIFICATE_ISSUER, 0, TLS_DETAIL("no trust anchors were given"));
		tlsEngineFree(engine);
		return NULL;
	}
	if (!identityFits(configuration, failure) || !tlsMbedtlsStart(failure)) {
		tlsEngineFree(engine);
		return NULL;
	}
	tlsErrorsBegin(engine);
	error = setUp(engine, configuration);
	tlsErrorsEnd(engine);
	if (error != 0) {
		tlsFail(failure, engine->starving || tlsMbedtlsIsMemory(error) ? TLS_MEMORY : TLS_INTERNAL, error);
		tlsEngineFree(engine);
		return NULL;
	}
	return engine;
}

/* What a handshake leaves in the engine goes; what it is made with stays. */
void tlsEngineRestart(struct TlsEngine *engine)
{
	int error;

	tlsRecordBuffersEnd(&engine->buffers, &engine->ssl);
	mbedtls_ssl_free(&engine->ssl); /* and makes it all zero */
	tlsFailureClear(&engine->failure);
	memset(&engine->input, 0, sizeof(engine->input));
	memset(&engine->watch, 0, sizeof(engine->watch));
	engine->session.offered = 0;
	engine->session.extended = false;
	memset(&engine->buffers, 0, sizeof(engine->buffers));
	engine->starving = engine->hungry = engine->withheld = false;
	engine->transport = NULL;
	error = begin(engine);
	if (error != 0) /* it does nothing but allocate */
		tlsFail(&engine->failure, TLS_MEMORY, error);
}

void tlsEngineFree(struct TlsEngine *engine)
{
	if (engine == NULL)
		return;
	tlsRecordBuffersEnd(&engine->buffers, &engine->ssl);
	mbedtls_ssl_free(&engine->ssl);
	mbedtls_ssl_config_free(&engine->configuration);
	tlsTrustFree(engine->trust);
	tlsIdentityFree(engine->identity);
	tlsReceiveFree(engine);
	tlsSendFree(engine);
	mbedtls_free((void *)engine->peerCertificate.bytes);
	mbedtls_free(engine->protocols);
	mbedtls_platform_zeroize(engine, sizeof(*engine));
	mbedtls_free(engine);
}

enum TlsState tlsEngineState(const struct TlsEngine *engine)
{
	/* What came in intact is read first; the end is seen when it is reached. */
	if (engine->failure.code == TLS_OK || tlsEngineReadable(engine) > 0)
		return engine->connected ? TLS_CONNECTED : TLS_HANDSHAKING;
	return engine->failure.code == TLS_CLOSED ? TLS_ENDED : TLS_FAILED;
}

const struct TlsFailure *tlsEngineFailure(const struct TlsEngine *engine)
{
	return &engine->failure;
}

/* If the transport is why nothing moves, its end or failure is the engine's. */
static void checkTransport(struct TlsEngine *engine)
{
	const struct TlsTransport *transport = engine->transport;

	if (engine->failure.code != TLS_OK)
		return;
	if (transport->state == TLS_TRANSPORT_FAILED)
		engine->failure = transport->failure;
	else if (transport->state == TLS_TRANSPORT_ENDED && engine->input.starved)
		tlsFail(&engine->failure, TLS_TRUNCATED, 0);
}

void tlsEngineRest(struct TlsEngine *engine)
{
	tlsRecordBuffersSent(&engine->buffers, &engine->ssl);
	if (engine->connected)
		tlsHandshakeMemoryDrop(&engine->ssl);
	/* In a stream of records the next one takes the buffer over. */
	if (!engine->connected || !(tlsInputHasHeader(engine) || engine->transport->waiting))
		tlsRecordBuffersReceived(&engine->buffers, &engine->ssl);
}

bool tlsEngineIsHungry(const struct TlsEngine *engine)
{
	return engine->hungry && engine->failure.code == TLS_OK;
}

void tlsEngineStarve(struct TlsEngine *engine)
{
	tlsErrorsBegin(engine);
	tlsFail(&engine->failure, TLS_MEMORY, 0);
	tlsOutputAlert(engine, MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR);
}

bool tlsEngineAdvance(struct TlsEngine *engine)
{
	bool more = false;

	if (engine->failure.code != TLS_OK || engine->closing ||
		engine->transport->state == TLS_TRANSPORT_CONNECTING)
		return false;
	engine->input.starved = false;
	engine->hungry = false;
	tlsErrorsBegin(engine);
	if (!engine->connected)
		more = tlsHandshakeAdvance(engine);
	else {
		tlsSendAdvance(engine);
		if (engine->failure.code == TLS_OK)
			more = tlsReceiveAdvance(engine);
	}
	tlsErrorsEnd(engine);
	tlsEngineRest(engine);
	if (!more)
		checkTransport(engine);
	return more && engine->failure.code == TLS_OK;
}

void tlsEngineClose(struct TlsEngine *engine)
{
	if (engine->closing)
		return;
	tlsErrorsBegin(engine);
	/* The peer's end is answered: RFC 8446, section 6.1. What is gathered is dropped: RFC 5246, section
	   7.2.1. */
	if (engine->failure.code == TLS_CLOSED) {
		tlsFailureClear(&engine->failure);
		engine->gather.length = 0;
	}
	if (engine->connected && engine->failure.code == TLS_OK && tlsSendUnstick(engine)) {
		tlsSendGathered(engine);
		/* Nobody waits for the answer: what does not fit now is not sent. Nor is an end told that would hide
		   a loss. */
		if (!engine->stuck && engine->failure.code == TLS_OK)
			(void)mbedtls_ssl_close_notify(&engine->ssl);
		tlsOutputFlush(engine);
	}
	engine->closing = true;
}

void tlsEngineSetTransport(struct TlsEngine *engine, struct TlsTransport *transport)
{
	engine->transport = transport;
}

bool tlsEngineNegotiated(const struct TlsEngine *engine, struct TlsNegotiated *negotiated)
{
	if (!engine->connected)
		return false;
	negotiated->version = (enum TlsVersion)mbedtls_ssl_get_version_number(&engine->ssl);
	tlsSuiteName(mbedtls_ssl_get_ciphersuite_id_from_ssl(&engine->ssl), negotiated->cipherSuite);
	negotiated->protocol = mbedtls_ssl_get_alpn_protocol(&engine->ssl);
	negotiated->resumed = engine->session.resumed;
	negotiated->peerCertificate = engine->peerCertificate;
	return true;
}
