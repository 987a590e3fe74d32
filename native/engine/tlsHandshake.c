/* SPDX-License-Identifier: MIT */
/*
 * The handshake, one step of the library's state machine at a time: a step may cost a public-key operation,
 * and the owner's event loop runs in between.
 */

#include "tlsEngineParts.h"

/* The low bytes of all signature schemes of a kind: RFC 8446, section 4.2.3. */
enum { RSA_PKCS1 = 1, ECDSA = 3 };

static bool refuseWith(struct TlsEngine *engine, enum TlsCode code, const char *detail, uint8_t alert)
{
	tlsFailDetail(&engine->failure, code, 0, detail);
	tlsOutputAlert(engine, alert);
	return false;
}

static bool refuse(struct TlsEngine *engine, const char *detail)
{
	return refuseWith(engine, TLS_PROTOCOL, detail, MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER);
}

static bool helloIsSound(struct TlsEngine *engine)
{
	uint8_t alert = tlsHelloAlert(engine);

	return alert == 0 || refuseWith(engine, TLS_PROTOCOL,
							 TLS_DETAIL("the server answers what was not asked, or not so"), alert);
}

/* In TLS 1.2 the suite says which kind of key the server has (RFC 8422, section 2); the library compares the
   key with the signature only. In TLS 1.3 every suite goes with every key. */
static bool keyFitsSuite(struct TlsEngine *engine)
{
	return tlsSuiteFits(tlsMbedtlsSuite(&engine->ssl), tlsTrustPeerHasEcKey(engine->trust)) ||
		   refuse(engine, TLS_DETAIL("the certificate's key does not fit the cipher suite"));
}

static bool is13(const struct TlsEngine *engine)
{
	return mbedtls_ssl_get_version_number(&engine->ssl) == MBEDTLS_SSL_VERSION_TLS1_3;
}

/* In TLS 1.3 PKCS#1 v1.5 is for certificates only (RFC 8446, section 4.4.3), and each kind of ECDSA is of one
   curve (section 4.2.3); the library takes whatever is offered. */
static bool signatureIsAllowed(struct TlsEngine *engine)
{
	struct TlsBytes message = tlsMbedtlsMessage(&engine->ssl);

	if (!is13(engine) || message.length < 6 || message.bytes[0] != MBEDTLS_SSL_HS_CERTIFICATE_VERIFY)
		return true;
	if (message.bytes[5] == RSA_PKCS1)
		return refuse(engine, TLS_DETAIL("the server's signature is of a kind that TLS 1.3 has no more"));
	return message.bytes[5] != ECDSA || message.bytes[4] == tlsMbedtlsPeerHash(&engine->ssl) ||
		   refuse(engine, TLS_DETAIL("the server's signature is of a kind for another curve"));
}

/* A client's chain goes out in one record. In TLS 1.3 that is a protected one, which the server may limit
   (RFC 8449). A limit of 2^14 is that of servers that forget the byte for the type, Mbed TLS among them: it
   is none. */
static bool chainFits(struct TlsEngine *engine)
{
	size_t limit = tlsMbedtlsRecordLimit(&engine->ssl);

	return !is13(engine) || engine->identity == NULL || engine->withheld || limit == 0 || limit >= 1 << 14 ||
		   !tlsMbedtlsIsSendingCertificates(&engine->ssl) ||
		   tlsIdentityMessageSize(engine->identity) < limit ||
		   refuseWith(engine, TLS_CERTIFICATE_CHAIN,
			   TLS_DETAIL("tls.clientCertificate does not fit into one record as the server wants them"),
			   MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE);
}

/* What the library lets pass, as soon as it is there. */
static bool isSound(struct TlsEngine *engine)
{
	return helloIsSound(engine) && signatureIsAllowed(engine) && chainFits(engine) &&
		   (!tlsTrustIsVerified(engine->trust) || keyFitsSuite(engine));
}

/* Gives back what only the handshake needed. */
static void finish(struct TlsEngine *engine)
{
	engine->peerCertificate = tlsTrustTakePeerCertificate(engine->trust);
	tlsMbedtlsDropPeerChain(&engine->ssl);
	tlsSessionFinish(engine, !tlsTrustIsVerified(engine->trust));
	tlsTrustFree(engine->trust);
	engine->trust = NULL;
	/* The configuration still points at the identity, but only a handshake looks there, and there is no
	   other. */
	tlsIdentityFree(engine->identity);
	engine->identity = NULL;
	tlsHandshakeMemoryDrop(&engine->ssl);
	tlsSendBegin(engine);
	engine->connected = true;
}

bool tlsHandshakeAdvance(struct TlsEngine *engine)
{
	int error;

	engine->hungry = !tlsRecordBuffersStep(&engine->buffers, &engine->ssl);
	if (engine->hungry)
		return false;
	tlsMissingCookie(&engine->ssl);
	error = mbedtls_ssl_handshake_step(&engine->ssl);
	/* The messages of one flight leave together: a step with success is followed by another at once. */
	if (error != 0 || mbedtls_ssl_is_handshake_over(&engine->ssl))
		tlsOutputFlush(engine);
	switch (error) {
	case 0:
	case MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET:
		tlsInputProgress(engine);
		break;
	case MBEDTLS_ERR_SSL_WANT_READ:
	case MBEDTLS_ERR_SSL_WANT_WRITE:
		return false;
	default:
		tlsErrorsFail(engine, error);
		return false;
	}
	tlsRequestJudge(engine);
	if (!isSound(engine))
		return false;
	/* Without a certificate, this is a session resumed, or nothing at all. */
	if (mbedtls_ssl_is_handshake_over(&engine->ssl) &&
		(tlsTrustIsVerified(engine->trust) || tlsSessionMayResume(engine)))
		finish(engine);
	return engine->failure.code == TLS_OK;
}
