/* SPDX-License-Identifier: MIT */
/*
 * Parts of TLS 1.3 that the library lacks, done with what it keeps to itself. That is at hand of the vendored
 * library only: with a platform's own, a cookie and a KeyUpdate end the connection.
 */

#ifndef TLS_MISSING_H
#define TLS_MISSING_H

#include "tlsMbedtls.h"

#define TLS_KEY_UPDATE_SIZE 5 /* of the message, with its header: RFC 8446, section 4.6.3 */

/* Before a step of the handshake: a HelloRetryRequest may have a cookie, which nobody asked for (RFC 8446,
   section 4.2.2). */
void tlsMissingCookie(mbedtls_ssl_context *ssl);

/* True if the message that mbedtls_ssl_read has just refused is a KeyUpdate. */
bool tlsMissingIsKeyUpdate(const mbedtls_ssl_context *ssl);

/* Takes that message: new keys for what the peer sends from here on. `asked`: it wants the same of us.
   Returns 0 or an error of the library's. */
int tlsMissingTakeKeyUpdate(mbedtls_ssl_context *ssl, bool *asked);

/* Sends a KeyUpdate, and takes new keys for what goes out after it. Nothing may be stuck. Returns 0 or an
   error of the library's; with MBEDTLS_ERR_SSL_WANT_WRITE it is done, and stuck. */
int tlsMissingSendKeyUpdate(mbedtls_ssl_context *ssl);

#endif
