/* SPDX-License-Identifier: MIT */
/*
 * What the prepared Mbed TLS 3.6 calls, in place of its own functions, for the certificates that a peer
 * presents: see scripts/lib/mbedtlsSource.mjs for where, and native/trust/tlsPresented.c for what they do.
 */

#ifndef TLS_PRESENTED_H
#define TLS_PRESENTED_H

#include "mbedtls/x509_crt.h"

/* Takes one more certificate of the message that is being read; `trust` is the context of
   mbedtls_ssl_conf_ca_cb. `der` must stay until the chain is verified. Returns 0 or an error of Mbed TLS. */
int tlsPresentedAdd(void *trust, mbedtls_x509_crt *leaf, const unsigned char *der, size_t length);

/* As mbedtls_x509_crt_verify_with_ca_cb, of the certificates added. Of `leaf` only its public key is left
   then. */
int tlsPresentedVerify(mbedtls_x509_crt *leaf, mbedtls_x509_crt_ca_cb_t candidates, void *trust,
	const mbedtls_x509_crt_profile *profile, const char *name, uint32_t *flags,
	int (*callback)(void *, mbedtls_x509_crt *, int, uint32_t *), void *context);

/* The same for a library without a trust: see native/trust/tlsPresentedOther.c. */
int tlsPresentedAddOther(mbedtls_x509_crt *chain, const unsigned char *der, size_t length);
int tlsPresentedVerifyOther(mbedtls_x509_crt *chain, mbedtls_x509_crt *anchors, mbedtls_x509_crl *revoked,
	const mbedtls_x509_crt_profile *profile, const char *name, uint32_t *flags,
	int (*callback)(void *, mbedtls_x509_crt *, int, uint32_t *), void *context, void *restart);

#endif
