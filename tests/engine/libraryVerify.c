/* SPDX-License-Identifier: MIT */
/*
 * For programs that use Mbed TLS without the engine: a server of the tests, a plain client. They verify by
 * the library, whose code for it the product does not link (native/trust/tlsPresentedOther.c).
 */

#include "tlsMbedtls.h"

#if !TLS_MBEDTLS_4

#include "tlsPresented.h"

int tlsPresentedAddOther(mbedtls_x509_crt *chain, const unsigned char *der, size_t length)
{
	return mbedtls_x509_crt_parse_der(chain, der, length);
}

int tlsPresentedVerifyOther(mbedtls_x509_crt *chain, mbedtls_x509_crt *anchors, mbedtls_x509_crl *revoked,
	const mbedtls_x509_crt_profile *profile, const char *name, uint32_t *flags,
	int (*callback)(void *, mbedtls_x509_crt *, int, uint32_t *), void *context, void *restart)
{
	return mbedtls_x509_crt_verify_restartable(
		chain, anchors, revoked, profile, name, flags, callback, context, restart);
}

#endif
