/* SPDX-License-Identifier: MIT */
/*
 * Sessions: what one connection leaves for the next to the same peer, so that it needs no certificates (RFC
 * 8446, section 2.2; RFC 5246, section 7.3; RFC 5077).
 *
 * A session is worth the verification of the connection that it came from, and no more. So it is sealed with
 * a digest of everything that this verification depended on, the binding, and with the time until which it
 * holds. A connection that differs in any of it makes a full handshake. All numbers are big-endian:
 *
 *     0  magic, 4 bytes
 *     4  format, 4
 *     8  binding, 32
 *    40  the last second that it is good for, 8
 *    48  the second in which it was received, 8
 *    56  the library's session
 *        SHA-256 of all that, 32
 *
 * The digest at the end finds accidents. There is no key to find more with: who can write a session can write
 * one of a peer's own, and who can read it can read the connections made with it.
 */

#include "tlsEngineParts.h"

static const uint8_t magic[4] = {'T', 'L', 'S', 'R'};

#define FORMAT 1

enum {
	AT_FORMAT = 4,
	AT_BINDING = 8,
	AT_NOT_AFTER = AT_BINDING + TLS_BINDING_SIZE,
	AT_RECEIVED = AT_NOT_AFTER + 8,
	AT_SESSION = AT_RECEIVED + 8
};

/* Seconds that a session is good for at most: RFC 8446, section 4.6.1; RFC 5246, section F.1.4. */
#define LIFE_1_3 (7 * 24 * 60 * 60)
#define LIFE_1_2 (24 * 60 * 60)

static void write32(uint8_t *at, uint32_t value)
{
	for (int i = 3; i >= 0; i--, value >>= 8)
		at[i] = (uint8_t)value;
}

static uint32_t read32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void write64(uint8_t *at, int64_t value)
{
	write32(at, (uint32_t)((uint64_t)value >> 32));
	write32(at + 4, (uint32_t)value);
}

static int64_t read64(const uint8_t *at)
{
	return (int64_t)((uint64_t)read32(at) << 32 | read32(at + 4));
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t nowOf(const struct TlsEngine *engine)
{
	return engine->clock(engine->clockContext);
}

bool tlsSessionBind(struct TlsEngine *engine, const struct TlsEngineConfiguration *wanted)
{
	struct TlsDigest digest;
	uint8_t numbers[10];

	write32(numbers, (uint32_t)wanted->minimumVersion << 16 | (uint32_t)wanted->maximumVersion);
	write32(numbers + 4, (uint32_t)wanted->maximumFragmentLength << 16 | wanted->port);
	numbers[8] = (uint8_t)(wanted->protocolCount >> 8);
	numbers[9] = (uint8_t)wanted->protocolCount;
	tlsDigestBegin(&digest);
	tlsDigestAdd(&digest, magic, sizeof(magic));
	tlsDigestAdd(&digest, numbers, sizeof(numbers));
	for (size_t i = 0; i < wanted->protocolCount; i++)
		tlsDigestAdd(&digest, wanted->protocols[i].bytes, wanted->protocols[i].length);
	tlsTrustBind(engine->trust, &digest);
	tlsIdentityBind(engine->identity, &digest);
	engine->session.unwanted = wanted->noSessions;
	return tlsDigestEnd(&digest, engine->session.binding);
}

const uint8_t *tlsEngineBinding(const struct TlsEngine *engine)
{
	return engine->session.binding;
}

static bool checksumOf(const uint8_t *bytes, size_t length, uint8_t checksum[TLS_DIGEST_SIZE])
{
	size_t size;

	return psa_hash_compute(PSA_ALG_SHA_256, bytes, length, checksum, TLS_DIGEST_SIZE, &size) == PSA_SUCCESS;
}

/* True if the bytes are whole, and a session of connections such as this one. */
static bool isOurs(const struct TlsEngine *engine, const uint8_t *bytes, size_t length)
{
	uint8_t checksum[TLS_DIGEST_SIZE];

	return length > AT_SESSION + TLS_DIGEST_SIZE && memcmp(bytes, magic, sizeof(magic)) == 0 &&
		   read32(bytes + AT_FORMAT) == FORMAT &&
		   memcmp(bytes + AT_BINDING, engine->session.binding, TLS_BINDING_SIZE) == 0 &&
		   checksumOf(bytes, length - TLS_DIGEST_SIZE, checksum) &&
		   memcmp(bytes + length - TLS_DIGEST_SIZE, checksum, TLS_DIGEST_SIZE) == 0;
}

/* Gives the parsed session to the library. */
static bool offer(struct TlsEngine *engine, mbedtls_ssl_session *session)
{
	if (!tlsMbedtlsIsSessionFor(session, &engine->configuration))
		return false;
	if (mbedtls_ssl_set_session(&engine->ssl, session) == 0)
		return true;
	tlsMbedtlsForgetSession(&engine->ssl);
	return false;
}

bool tlsEngineResume(struct TlsEngine *engine, const uint8_t *bytes, size_t length)
{
	struct TlsSession *own = &engine->session;
	mbedtls_ssl_session session;
	int64_t now = nowOf(engine);
	int64_t notAfter, received;

	if (own->offered || own->unwanted || !tlsMbedtlsIsFresh(&engine->ssl) || !isOurs(engine, bytes, length))
		return false;
	notAfter = read64(bytes + AT_NOT_AFTER);
	received = read64(bytes + AT_RECEIVED);
	/* Unsigned: received in the future is very long ago, whatever the bytes say. */
	if (now < TLS_RELEASE_TIME || now > notAfter || (uint64_t)now - (uint64_t)received > LIFE_1_3)
		return false;
	mbedtls_ssl_session_init(&session);
	if (mbedtls_ssl_session_load(&session, bytes + AT_SESSION, length - AT_SESSION - TLS_DIGEST_SIZE) == 0) {
		tlsMbedtlsSetSessionAge(&session, (now - received) * 1000);
		if (offer(engine, &session))
			own->offered = tlsMbedtlsSessionVersion(&session);
	}
	mbedtls_ssl_session_free(&session);
	own->validUntil = notAfter;
	return own->offered != 0;
}

bool tlsEngineSessionFailed(const struct TlsEngine *engine)
{
	if (!engine->session.offered || engine->connected || tlsTrustIsVerified(engine->trust))
		return false;
	switch ((enum TlsCode)engine->failure.code) {
	case TLS_RESET:
	case TLS_TRUNCATED:
	case TLS_CLOSED:
		return true;
	default: /* what is wrong with the protocol: the others are this device's, or a certificate's */
		return engine->failure.code >= TLS_ALERT;
	}
}

static bool isVersion13(const struct TlsEngine *engine)
{
	return mbedtls_ssl_get_version_number(&engine->ssl) == MBEDTLS_SSL_VERSION_TLS1_3;
}

bool tlsSessionMayResume(struct TlsEngine *engine)
{
	if (engine->session.offered !=
		mbedtls_ssl_get_version_number(&engine->ssl)) { /* no certificate, and no session in place of it */
		tlsFail(&engine->failure, TLS_INTERNAL, 0);
		tlsOutputAlert(engine, MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR);
		return false;
	}
	/* RFC 7627, section 5.3. The library does not compare; the session had it, or it would not have been
	   saved. */
	if (!isVersion13(engine) && !engine->session.extended) {
		tlsFailDetail(
			&engine->failure, TLS_PROTOCOL, 0, TLS_DETAIL("resumed without the extended master secret"));
		tlsOutputAlert(engine, MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE);
		return false;
	}
	return true;
}

void tlsSessionFinish(struct TlsEngine *engine, bool resumed)
{
	struct TlsSession *session = &engine->session;

	session->resumed = resumed;
	if (!resumed)
		session->validUntil = tlsTrustValidUntil(engine->trust);
	if (isVersion13(engine) || !session->extended)
		return; /* sessions come later, or not at all */
	/* Where the server refused a ticket and gave no new one, the library keeps the old ticket with the new
	   secret. */
	if (resumed || !session->offered || engine->watch.ticket || !tlsMbedtlsHasTicket(&engine->ssl))
		tlsSessionReceived(engine);
}

void tlsSessionReceived(struct TlsEngine *engine)
{
	struct TlsSession *session = &engine->session;
	uint32_t lifetime = tlsMbedtlsSessionLifetime(&engine->ssl);
	int64_t now = nowOf(engine);

	if (session->unwanted || !tlsMbedtlsHasSession(&engine->ssl))
		return;
	session->received = now;
	session->notAfter = earlier(session->validUntil, now + (isVersion13(engine) ? LIFE_1_3 : LIFE_1_2));
	if (lifetime > 0)
		session->notAfter = earlier(session->notAfter, now + lifetime);
	session->count++;
}

uint32_t tlsEngineSessions(const struct TlsEngine *engine)
{
	return engine->session.count;
}

size_t tlsEngineSaveSession(const struct TlsEngine *engine, uint8_t *bytes, size_t size)
{
	const struct TlsSession *session = &engine->session;
	size_t length = 0, total;

	if (session->count == 0 || !tlsMbedtlsHasSession(&engine->ssl))
		return 0;
	(void)tlsMbedtlsSaveSession(&engine->ssl, NULL, 0, &length);
	total = AT_SESSION + length + TLS_DIGEST_SIZE;
	if (length == 0 || bytes == NULL)
		return length == 0 ? 0 : total;
	if (size < total || tlsMbedtlsSaveSession(&engine->ssl, bytes + AT_SESSION, length, &length) != 0)
		return 0;
	memcpy(bytes, magic, sizeof(magic));
	write32(bytes + AT_FORMAT, FORMAT);
	memcpy(bytes + AT_BINDING, session->binding, TLS_BINDING_SIZE);
	write64(bytes + AT_NOT_AFTER, session->notAfter);
	write64(bytes + AT_RECEIVED, session->received);
	if (checksumOf(bytes, AT_SESSION + length, bytes + AT_SESSION + length))
		return total;
	mbedtls_platform_zeroize(bytes, total);
	return 0;
}
