/* SPDX-License-Identifier: MIT */
/*
 * The handshake, one step of the library's state machine at a time: a step may cost a public-key operation, and the
 * owner's event loop runs in between.
 */

#include "tlsEngineParts.h"

/* In TLS 1.2 the suite says which kind of key the server has (RFC 8422, section 2); the library compares the key with
   the signature only. In TLS 1.3 every suite goes with every key. */
static bool keyFitsSuite(struct TlsEngine *engine)
{
	int suite = mbedtls_ssl_get_ciphersuite_id_from_ssl(&engine->ssl);

	if (tlsSuiteFits(suite, tlsTrustPeerHasEcKey(engine->trust)))
		return true;
	tlsFailDetail(&engine->failure, TLS_PROTOCOL, 0, "the certificate's key does not fit the cipher suite");
	tlsOutputAlert(engine, MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER);
	return false;
}

/* Without a certificate, this is a session resumed, or nothing at all. */
static bool isTrusted(struct TlsEngine *engine)
{
	return tlsTrustIsVerified(engine->trust) ? keyFitsSuite(engine) : tlsSessionMayResume(engine);
}

/* Gives back what only the handshake needed. */
static void finish(struct TlsEngine *engine)
{
	engine->peerCertificate = tlsTrustTakePeerCertificate(engine->trust);
	tlsMbedtlsDropPeerChain(&engine->ssl);
	tlsSessionFinish(engine, !tlsTrustIsVerified(engine->trust));
	tlsTrustFree(engine->trust);
	engine->trust = NULL;
	/* The configuration still points at the identity, but only a handshake looks there, and there is no other. */
	tlsIdentityFree(engine->identity);
	engine->identity = NULL;
	engine->connected = true;
}

bool tlsHandshakeAdvance(struct TlsEngine *engine)
{
	int error = mbedtls_ssl_handshake_step(&engine->ssl);

	/* The messages of one flight leave together: a step with success is followed by another at once. */
	if (error != 0 || mbedtls_ssl_is_handshake_over(&engine->ssl))
		tlsOutputFlush(engine);
	switch (error) {
	case 0:
	case MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET:
		tlsInputProgress(engine);
		tlsSessionWatch(engine);
		break;
	case MBEDTLS_ERR_SSL_WANT_READ:
	case MBEDTLS_ERR_SSL_WANT_WRITE:
		return false;
	default:
		tlsErrorsFail(engine, error);
		return false;
	}
	if (mbedtls_ssl_is_handshake_over(&engine->ssl) && isTrusted(engine))
		finish(engine);
	return engine->failure.code == TLS_OK;
}
