/* SPDX-License-Identifier: MIT */
/*
 * What the prepared Mbed TLS calls without a trust: never, since an engine always has one. In a file of its
 * own, so that a program that uses the library without the engine can have functions in place of these, and
 * only that one links the library's verification.
 */

#include "tlsMbedtls.h"

#if !TLS_MBEDTLS_4

#include "tlsPresented.h"

int tlsPresentedAddOther(mbedtls_x509_crt *chain, const unsigned char *der, size_t length)
{
	(void)chain;
	(void)der;
	(void)length;
	return MBEDTLS_ERR_X509_FATAL_ERROR;
}

int tlsPresentedVerifyOther(mbedtls_x509_crt *chain, mbedtls_x509_crt *anchors, mbedtls_x509_crl *revoked,
	const mbedtls_x509_crt_profile *profile, const char *name, uint32_t *flags,
	int (*callback)(void *, mbedtls_x509_crt *, int, uint32_t *), void *context, void *restart)
{
	(void)chain;
	(void)anchors;
	(void)revoked;
	(void)profile;
	(void)name;
	(void)callback;
	(void)context;
	(void)restart;
	*flags = MBEDTLS_X509_BADCERT_NOT_TRUSTED;
	return MBEDTLS_ERR_X509_FATAL_ERROR;
}

#endif
