/* SPDX-License-Identifier: MIT */
/*
 * The library's structure for a handshake, freed and lent. Of the vendored library its size is known; a
 * platform's own keeps it, but not what it points to.
 */

#define MBEDTLS_ALLOW_PRIVATE_ACCESS /* as the library itself has it */
#include "tlsHandshakeMemory.h"

#if defined(TLS_VENDORED)
#include "library/ssl_misc.h"
#else
extern void mbedtls_ssl_handshake_free(mbedtls_ssl_context *ssl); /* empties it, and zeroizes it */
#endif

void tlsHandshakeMemoryDrop(mbedtls_ssl_context *ssl)
{
	if (ssl->MBEDTLS_PRIVATE(handshake) == NULL || ssl->MBEDTLS_PRIVATE(state) != MBEDTLS_SSL_HANDSHAKE_OVER)
		return;
	mbedtls_ssl_handshake_free(ssl);
#if defined(TLS_VENDORED)
	mbedtls_free(ssl->handshake);
	ssl->handshake = NULL;
	/* Made for TLS 1.2, should that be spoken; mbedtls_ssl_free looks for it only beside the structure. */
	if (ssl->transform_negotiate != NULL)
		mbedtls_ssl_transform_free(ssl->transform_negotiate);
	mbedtls_free(ssl->transform_negotiate);
	ssl->transform_negotiate = NULL;
#endif
}

bool tlsHandshakeMemoryLend(mbedtls_ssl_context *ssl)
{
#if defined(TLS_VENDORED)
	if (ssl->MBEDTLS_PRIVATE(handshake) == NULL && ssl->MBEDTLS_PRIVATE(state) != MBEDTLS_SSL_HANDSHAKE_OVER)
		ssl->MBEDTLS_PRIVATE(handshake) = mbedtls_calloc(1, sizeof(mbedtls_ssl_handshake_params));
#endif
	return ssl->MBEDTLS_PRIVATE(handshake) != NULL ||
		   ssl->MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_HANDSHAKE_OVER;
}
