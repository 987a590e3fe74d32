/* SPDX-License-Identifier: MIT */
/*
 * What the engine must know of the library's sessions, and the library has no function for.
 */

#ifndef TLS_MBEDTLS_SESSION_H
#define TLS_MBEDTLS_SESSION_H

#include "tlsBytes.h"
#include "tlsMbedtls.h"

/* Makes a client configuration ask for sessions or not, and the library tell when one comes: 4.x always does.
   A session of TLS 1.3 is never used without a key exchange of its own: forward secrecy always. */
static inline void tlsMbedtlsUseSessions(mbedtls_ssl_config *configuration, bool wanted)
{
	mbedtls_ssl_conf_session_tickets(
		configuration, wanted ? MBEDTLS_SSL_SESSION_TICKETS_ENABLED : MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
	mbedtls_ssl_conf_tls13_key_exchange_modes(
		configuration, wanted ? MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ALL
							  : MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL);
#if defined(MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED)
	mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(
		configuration, MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
#endif
}

/* True until the first step of the handshake. */
static inline bool tlsMbedtlsIsFresh(const mbedtls_ssl_context *ssl)
{
	return ssl->MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_HELLO_REQUEST;
}

/* The cipher suite that the server chose, during the handshake and after it. */
static inline int tlsMbedtlsSuite(const mbedtls_ssl_context *ssl)
{
	const mbedtls_ssl_session *session = ssl->MBEDTLS_PRIVATE(session_negotiate);

	return session != NULL ? session->MBEDTLS_PRIVATE(ciphersuite)
						   : mbedtls_ssl_get_ciphersuite_id_from_ssl(ssl);
}

/* The session id that the client sent, until the library has read a ServerHello of TLS 1.2. */
static inline struct TlsBytes tlsMbedtlsSessionId(const mbedtls_ssl_context *ssl)
{
	const mbedtls_ssl_session *session = ssl->MBEDTLS_PRIVATE(session_negotiate);
	struct TlsBytes id = {session->MBEDTLS_PRIVATE(id), session->MBEDTLS_PRIVATE(id_len)};

	return id;
}

/* The handshake message that was read last, with its header, until the next step. */
static inline struct TlsBytes tlsMbedtlsMessage(const mbedtls_ssl_context *ssl)
{
	struct TlsBytes message = {ssl->MBEDTLS_PRIVATE(in_msg), ssl->MBEDTLS_PRIVATE(in_hslen)};

	return message;
}

/* True if there is a session that can be saved. None, when the library holds a ticket back that it could not
   use. */
static inline bool tlsMbedtlsHasSession(const mbedtls_ssl_context *ssl)
{
	const mbedtls_ssl_session *session = ssl->MBEDTLS_PRIVATE(session);

	if (session == NULL || session->MBEDTLS_PRIVATE(exported) != 0)
		return false;
	return session->MBEDTLS_PRIVATE(ticket_len) > 0 ||
		   (session->MBEDTLS_PRIVATE(tls_version) == MBEDTLS_SSL_VERSION_TLS1_2 &&
			   session->MBEDTLS_PRIVATE(id_len) > 0);
}

/* True if the session has a ticket, of this connection or of the one that it was to resume. */
static inline bool tlsMbedtlsHasTicket(const mbedtls_ssl_context *ssl)
{
	return ssl->MBEDTLS_PRIVATE(session)->MBEDTLS_PRIVATE(ticket_len) > 0;
}

/* Seconds that the server wants its ticket to be used for; 0: it does not say. */
static inline uint32_t tlsMbedtlsSessionLifetime(const mbedtls_ssl_context *ssl)
{
	return ssl->MBEDTLS_PRIVATE(session)->MBEDTLS_PRIVATE(ticket_lifetime);
}

/* As mbedtls_ssl_session_save, of the newest session, as often as one likes and without a copy of it. */
static inline int tlsMbedtlsSaveSession(
	const mbedtls_ssl_context *ssl, uint8_t *bytes, size_t size, size_t *length)
{
	return mbedtls_ssl_session_save(ssl->MBEDTLS_PRIVATE(session), bytes, size, length);
}

/* True if a session that was loaded is a client's, complete, and of a version that `configuration` allows. */
static inline bool tlsMbedtlsIsSessionFor(
	const mbedtls_ssl_session *session, const mbedtls_ssl_config *configuration)
{
	mbedtls_ssl_protocol_version version = session->MBEDTLS_PRIVATE(tls_version);

	if (session->MBEDTLS_PRIVATE(endpoint) != MBEDTLS_SSL_IS_CLIENT ||
		session->MBEDTLS_PRIVATE(id_len) > sizeof(session->MBEDTLS_PRIVATE(id)) ||
		version < configuration->MBEDTLS_PRIVATE(min_tls_version) ||
		version > configuration->MBEDTLS_PRIVATE(max_tls_version))
		return false;
	return session->MBEDTLS_PRIVATE(ticket_len) > 0 ||
		   (version == MBEDTLS_SSL_VERSION_TLS1_2 && session->MBEDTLS_PRIVATE(id_len) > 0);
}

/* The version of TLS that a session is of. */
static inline uint16_t tlsMbedtlsSessionVersion(const mbedtls_ssl_session *session)
{
	return (uint16_t)session->MBEDTLS_PRIVATE(tls_version);
}

/* Tells the library how old a session is, by its own clock, whatever that shows. */
static inline void tlsMbedtlsSetSessionAge(mbedtls_ssl_session *session, int64_t milliseconds)
{
#if defined(MBEDTLS_HAVE_TIME)
	session->MBEDTLS_PRIVATE(ticket_reception_time) = mbedtls_ms_time() - milliseconds;
#else
	(void)session;
	(void)milliseconds;
#endif
}

/* Undoes what a failed mbedtls_ssl_set_session left. */
static inline void tlsMbedtlsForgetSession(mbedtls_ssl_context *ssl)
{
	mbedtls_ssl_session_free(ssl->MBEDTLS_PRIVATE(session_negotiate)); /* and makes it all zero */
}

#endif
