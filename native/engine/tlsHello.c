/* SPDX-License-Identifier: MIT */
/*
 * What the library lets pass in the server's first messages of TLS 1.2: RFC 5246, section 7.4.1.4; RFC 8422,
 * sections 5.1.2 and 5.4; RFC 8446, section 4.1.3; and what it does not read there, the limit to records of
 * RFC 8449.
 */

#include "tlsEngineParts.h"

enum {
	SERVER_NAME = 0,
	MAX_FRAGMENT_LENGTH = 1,
	SUPPORTED_GROUPS = 10,
	EC_POINT_FORMATS = 11,
	APPLICATION_PROTOCOL = 16,
	EXTENDED_MASTER_SECRET = 23,
	RECORD_SIZE_LIMIT = 28,
	SESSION_TICKET = 35,
	RENEGOTIATION_INFO = 0xFF01
};

#define SMALLEST_LIMIT 64 /* RFC 8449, section 4 */

/* Positions in a message, with its header. */
enum { AT_SESSION_ID = 4 + 2 + 32, AT_CURVE_TYPE = 4, AT_POINT = 4 + 1 + 2 + 1 };

enum { NAMED_CURVE = 3, UNCOMPRESSED = 4 };

static bool offersVersion13(const struct TlsEngine *engine)
{
	return engine->configuration.MBEDTLS_PRIVATE(max_tls_version) == MBEDTLS_SSL_VERSION_TLS1_3;
}

/* True if the client's hello had such an extension, or may be answered by it. */
static bool isOffered(const struct TlsEngine *engine, unsigned type)
{
	switch (type) {
	case SERVER_NAME:
		return tlsTrustServerName(engine->trust) != NULL;
	case MAX_FRAGMENT_LENGTH:
		return tlsMbedtlsAsksForFragments(&engine->configuration);
	case APPLICATION_PROTOCOL:
		return engine->protocols != NULL;
	case RECORD_SIZE_LIMIT:
		return offersVersion13(engine);
	case SUPPORTED_GROUPS: /* BIG-IP answers by it, which no client minds */
	case EC_POINT_FORMATS:
	case EXTENDED_MASTER_SECRET:
	case SESSION_TICKET:
	case RENEGOTIATION_INFO:
		return true;
	default:
		return false;
	}
}

/* One extension. Returns an alert, or 0. */
static uint8_t judgeExtension(struct TlsEngine *engine, unsigned type, const uint8_t *bytes, size_t size)
{
	if (!isOffered(engine, type))
		return MBEDTLS_SSL_ALERT_MSG_UNSUPPORTED_EXT;
	if (type == EXTENDED_MASTER_SECRET)
		engine->session.extended = true;
	if (type == EC_POINT_FORMATS && (size < 2 || memchr(bytes + 1, 0, size - 1) == NULL))
		return MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER;
	if (type == RECORD_SIZE_LIMIT) {
		uint16_t limit = size == 2 ? (uint16_t)(bytes[0] << 8 | bytes[1]) : 0;

		if (limit < SMALLEST_LIMIT)
			return MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER;
		tlsMbedtlsLimitRecords(&engine->ssl, limit);
	}
	return 0;
}

static uint8_t judgeExtensions(struct TlsEngine *engine, const uint8_t *at, const uint8_t *end)
{
	uint32_t seen = 0;

	while (end - at >= 4) {
		unsigned type = (unsigned)at[0] << 8 | at[1];
		size_t size = (size_t)at[2] << 8 | at[3];
		uint32_t bit = UINT32_C(1) << ((type ^ type >> 5) & 31); /* another for each type that is offered */
		uint8_t alert;

		at += 4;
		if (size > (size_t)(end - at))
			return MBEDTLS_SSL_ALERT_MSG_DECODE_ERROR;
		alert = judgeExtension(engine, type, at, size);
		if (alert == 0 && (seen & bit) != 0)
			alert = MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER;
		if (alert != 0)
			return alert;
		seen |= bit;
		at += size;
	}
	return 0;
}

/* The session id that a client of TLS 1.3 makes up, for servers that know no better, is of no session. */
static bool isMadeUp(const struct TlsEngine *engine, const uint8_t *id, size_t length)
{
	struct TlsBytes own = tlsMbedtlsSessionId(&engine->ssl);

	return offersVersion13(engine) && engine->session.offered != TLS_VERSION_1_2 && length > 0 &&
		   length == own.length && memcmp(id, own.bytes, length) == 0;
}

static uint8_t judgeHello(struct TlsEngine *engine, struct TlsBytes hello)
{
	const uint8_t *id = hello.bytes + AT_SESSION_ID + 1;
	size_t extensions; /* where they begin, behind suite, compression and their own length */

	if (hello.length <= AT_SESSION_ID)
		return 0; /* the library says it */
	extensions = AT_SESSION_ID + 1 + (size_t)hello.bytes[AT_SESSION_ID] + 2 + 1 + 2;
	if (hello.length < extensions)
		return 0; /* there are none */
	if (isMadeUp(engine, id, hello.bytes[AT_SESSION_ID]))
		return MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER;
	return judgeExtensions(engine, hello.bytes + extensions, hello.bytes + hello.length);
}

uint8_t tlsHelloAlert(struct TlsEngine *engine)
{
	struct TlsBytes message = tlsMbedtlsMessage(&engine->ssl);

	if (engine->watch.over || message.length == 0 ||
		mbedtls_ssl_get_version_number(&engine->ssl) != MBEDTLS_SSL_VERSION_TLS1_2)
		return 0;
	if (message.bytes[0] == MBEDTLS_SSL_HS_SERVER_HELLO && !engine->watch.judged) {
		engine->watch.judged = true;
		return judgeHello(engine, message);
	}
	if (message.bytes[0] == MBEDTLS_SSL_HS_SERVER_KEY_EXCHANGE && message.length > AT_POINT &&
		message.bytes[AT_CURVE_TYPE] == NAMED_CURVE &&
		message.bytes[AT_CURVE_TYPE + 2] != MBEDTLS_SSL_IANA_TLS_GROUP_X25519 &&
		message.bytes[AT_POINT] != UNCOMPRESSED)
		return MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER;
	return 0;
}
