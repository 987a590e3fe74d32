/* SPDX-License-Identifier: MIT */
/*
 * The library's errors and the peer's alerts as failures: every one of them maps to one code. Where the
 * library fails without telling the peer, an alert is sent here.
 */

#include "tlsEngineParts.h"

#define SMALLEST_TAG 16 /* bytes that every AEAD of ours adds to a record's plaintext */

/* RFC 8446, section 6.2. Certificate alerts reach a client only when its own certificate is meant. */
static enum TlsCode codeOfAlert(const struct TlsEngine *engine, uint8_t alert)
{
	switch (alert) {
	case MBEDTLS_SSL_ALERT_MSG_PROTOCOL_VERSION:
		return TLS_VERSION;
	case MBEDTLS_SSL_ALERT_MSG_NO_APPLICATION_PROTOCOL:
		return TLS_APPLICATION_PROTOCOL;
	case MBEDTLS_SSL_ALERT_MSG_INSUFFICIENT_SECURITY:
		return TLS_NEGOTIATION;
	case MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE:
		/* Instead of a ServerHello it means that nothing offered suits the server; after the client's answer
		   to a request for a certificate, that the answer does not. */
		if (!engine->watch.answered)
			return TLS_NEGOTIATION;
		return engine->watch.asked ? TLS_CLIENT_CERTIFICATE : TLS_ALERT;
	case MBEDTLS_SSL_ALERT_MSG_BAD_CERT:
	case MBEDTLS_SSL_ALERT_MSG_UNSUPPORTED_CERT:
	case MBEDTLS_SSL_ALERT_MSG_CERT_REVOKED:
	case MBEDTLS_SSL_ALERT_MSG_CERT_EXPIRED:
	case MBEDTLS_SSL_ALERT_MSG_CERT_UNKNOWN:
	case MBEDTLS_SSL_ALERT_MSG_UNKNOWN_CA:
	case TLS_ALERT_CERTIFICATE_REQUIRED:
		return TLS_CLIENT_CERTIFICATE;
	default:
		return TLS_ALERT;
	}
}

/* What a server may have against a client's hello or certificate, and does not say. With a session of TLS
   1.2, or one of a platform's own library, no other version is offered; so it is with a maximum fragment
   length. */
static const char *helloDetail(const struct TlsEngine *engine, enum TlsCode code, uint8_t alert)
{
	bool refused =
		code == TLS_VERSION || ((code == TLS_NEGOTIATION || code == TLS_ALERT) && !engine->watch.answered);

	if (code == TLS_CLIENT_CERTIFICATE && engine->withheld)
		return TLS_DETAIL("the server takes no signature that the private key can make");
	if (engine->connected || !refused)
		return "";
	if (engine->session.offered)
		return TLS_DETAIL("a session was tried; connect again without it");
	if (code == TLS_VERSION)
		return tlsMbedtlsAsksForFragments(&engine->configuration)
				   ? TLS_DETAIL("tls.maximumFragmentLength is of TLS 1.2 only")
				   : "";
	if (tlsTrustServerName(engine->trust) == NULL)
		return TLS_DETAIL("it may need its name, in tls.host, and an address was given");
	if (alert == MBEDTLS_SSL_ALERT_MSG_UNRECOGNIZED_NAME)
		return TLS_DETAIL("it has no such name; check tls.host");
	return engine->protocols != NULL ? TLS_DETAIL("or it knows none of tls.applicationLayerProtocol") : "";
}

static void failByAlert(struct TlsEngine *engine, int error)
{
	uint8_t alert = tlsMbedtlsAlert(&engine->ssl);
	enum TlsCode code = codeOfAlert(engine, alert);

	if (alert == MBEDTLS_SSL_ALERT_MSG_CLOSE_NOTIFY) /* of whatever level */
		tlsFail(&engine->failure, TLS_CLOSED, error);
	else if (tlsFailDetail(&engine->failure, code, error, helloDetail(engine, code, alert)))
		engine->failure.alert = alert;
}

/* True if the library gave up because the record or the message that is coming in does not fit its buffer. */
static bool tooLarge(const struct TlsEngine *engine, int error)
{
	const struct TlsInput *input = &engine->input;

	if (error == MBEDTLS_ERR_SSL_BAD_INPUT_DATA)
		return input->length > 0 && input->payload == input->length; /* refused at its header */
	if (error == MBEDTLS_ERR_SSL_INVALID_RECORD)
		return input->payload == 0 && input->length > MBEDTLS_SSL_IN_CONTENT_LEN + SMALLEST_TAG;
	return tlsMbedtlsIsCorruption(error); /* no room for the next part of a handshake message */
}

static void fail(struct TlsEngine *engine, enum TlsCode code, int error, const char *detail, uint8_t alert)
{
	tlsFailDetail(&engine->failure, code, error, detail);
	if (!engine->alerted)
		tlsOutputAlert(engine, alert);
}

/* Errors of parsing or verifying the peer's certificates: of any module but TLS itself. The library sends the
   alert. */
static bool isAboutCertificate(const struct TlsEngine *engine, int error)
{
	return tlsMbedtlsIsReadingCertificates(&engine->ssl) &&
		   (!tlsMbedtlsIsOfTls(error) || error == MBEDTLS_ERR_SSL_BAD_CERTIFICATE);
}

/* The library's errors that say what is wrong, and what the peer is told. */
static const struct Meaning {
	int16_t error;
	uint8_t code, alert;
} meanings[] = {
	{MBEDTLS_ERR_SSL_INVALID_MAC, TLS_RECORD_INTEGRITY, MBEDTLS_SSL_ALERT_MSG_BAD_RECORD_MAC},
	{MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION, TLS_VERSION, MBEDTLS_SSL_ALERT_MSG_PROTOCOL_VERSION},
	{MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE, TLS_NEGOTIATION, MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE},
	{MBEDTLS_ERR_SSL_NO_APPLICATION_PROTOCOL, TLS_APPLICATION_PROTOCOL,
		MBEDTLS_SSL_ALERT_MSG_NO_APPLICATION_PROTOCOL},
	{MBEDTLS_ERR_SSL_DECODE_ERROR, TLS_PROTOCOL, MBEDTLS_SSL_ALERT_MSG_DECODE_ERROR},
	{MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER, TLS_PROTOCOL, MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER},
	{MBEDTLS_ERR_SSL_PK_TYPE_MISMATCH, TLS_PROTOCOL, MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER},
	{MBEDTLS_ERR_SSL_INTERNAL_ERROR, TLS_INTERNAL, MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR},
	{MBEDTLS_ERR_SSL_BAD_CONFIG, TLS_INTERNAL, MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR},
	{MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL, TLS_INTERNAL, MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR},
	{MBEDTLS_ERR_SSL_COUNTER_WRAPPING, TLS_INTERNAL, MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR},
};

/* The others depend on what the peer sent: malformed messages, wrong signatures. */
static const struct Meaning otherMeaning = {0, TLS_PROTOCOL, MBEDTLS_SSL_ALERT_MSG_UNEXPECTED_MESSAGE};

static const struct Meaning *meaningOf(int error)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		if (meanings[i].error == error)
			return &meanings[i];
	}
	return &otherMeaning;
}

/* True if the library has just refused a ServerHello of TLS 1.2 that may choose a protocol. What else it
   refuses by this error there is seen before: see tlsHello.c. */
static bool choseProtocol(const struct TlsEngine *engine)
{
	struct TlsBytes message = tlsMbedtlsMessage(&engine->ssl);

	return engine->protocols != NULL && !engine->watch.over && message.length > 0 &&
		   message.bytes[0] == MBEDTLS_SSL_HS_SERVER_HELLO &&
		   mbedtls_ssl_get_version_number(&engine->ssl) == MBEDTLS_SSL_VERSION_TLS1_2;
}

static void failByLibrary(struct TlsEngine *engine, int error)
{
	const struct Meaning *meaning = meaningOf(error);
	enum TlsCode code = (enum TlsCode)meaning->code;
	bool strange = error == MBEDTLS_ERR_SSL_INVALID_RECORD && !engine->input.spoken;

	if (error == MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE && tlsMbedtlsIsReadingProof(&engine->ssl))
		fail(engine, TLS_PROTOCOL, error,
			TLS_DETAIL("its signature or Finished is wrong: it has another key, or somebody is in between"),
			MBEDTLS_SSL_ALERT_MSG_DECRYPT_ERROR);
	else if (error == MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE && choseProtocol(engine))
		fail(engine, TLS_APPLICATION_PROTOCOL, error, "", meaning->alert);
	else
		fail(engine, code, error,
			strange ? TLS_DETAIL("this is not TLS") : helloDetail(engine, code, TLS_NO_ALERT),
			meaning->alert);
}

void tlsErrorsBegin(struct TlsEngine *engine)
{
	engine->alerted = false;
	engine->failedBefore = tlsMemoryFailures();
	engine->randomBefore = tlsEntropyFailures();
}

void tlsErrorsEnd(struct TlsEngine *engine)
{
	if (tlsMemoryFailures() != engine->failedBefore)
		engine->starving = true;
}

void tlsErrorsFail(struct TlsEngine *engine, int error)
{
	const struct TlsFailure *verdict = engine->trust != NULL ? tlsTrustFailure(engine->trust) : NULL;

	tlsErrorsEnd(engine);
	if (engine->failure.code != TLS_OK) { /* by one of the library's callbacks */
		if (!engine->alerted)
			tlsOutputAlert(engine, MBEDTLS_SSL_ALERT_MSG_UNEXPECTED_MESSAGE);
	} else if (engine->starving || tlsMbedtlsIsMemory(error))
		fail(engine, TLS_MEMORY, error, "", MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR);
	else if (verdict != NULL && verdict->code != TLS_OK) {
		engine->failure = *verdict;
		engine->failure.library = error;
	} else if (tlsMbedtlsIsRandom(error) || tlsEntropyFailures() != engine->randomBefore)
		fail(engine, TLS_RANDOM, error, "", MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR);
	else if (engine->identity != NULL && tlsMbedtlsIsSigning(&engine->ssl))
		/* With TLS 1.3 the library does not tell one reason from the other. */
		fail(engine, TLS_CLIENT_CERTIFICATE, error,
			TLS_DETAIL("the private key cannot sign, or not what the server wants"),
			MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE);
	else if (tooLarge(engine, error))
		fail(engine, TLS_RECORD_SIZE, error, "", TLS_ALERT_RECORD_OVERFLOW);
	else if (error == MBEDTLS_ERR_X509_FATAL_ERROR)
		/* The library's verification gives up for one more reason: its limit to the length of a chain. */
		tlsFail(&engine->failure, TLS_CERTIFICATE_CHAIN, error);
	else if (isAboutCertificate(engine, error))
		tlsVerifyParseFailure(&engine->failure, tlsMbedtlsCertificateError(&engine->ssl, error));
	else if (error == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY)
		tlsFail(&engine->failure, TLS_CLOSED, error);
	else if (error == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE && tlsMbedtlsHasAlert(&engine->ssl))
		failByAlert(engine, error);
	else
		failByLibrary(engine, error);
	tlsOutputFlush(engine);
}
