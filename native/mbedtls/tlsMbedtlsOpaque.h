/* SPDX-License-Identifier: MIT */
/*
 * Keys that the library does not have, but PSA: 3.6 and 4.x have different functions for them.
 */

#ifndef TLS_MBEDTLS_OPAQUE_H
#define TLS_MBEDTLS_OPAQUE_H

#include "tlsMbedtls.h"

#if TLS_OPAQUE_KEYS

#if !TLS_MBEDTLS_4 && !defined(MBEDTLS_USE_PSA_CRYPTO)
#error "Mbed TLS 3.6 has no opaque keys: define MBEDTLS_USE_PSA_CRYPTO in its configuration"
#endif

/* Makes `key`, which is empty, the PSA key `id`: RSA or of an elliptic curve. `id` must outlive it. */
static inline int tlsMbedtlsWrapKey(mbedtls_pk_context *key, mbedtls_svc_key_id_t id)
{
#if TLS_MBEDTLS_4
	return mbedtls_pk_wrap_psa(key, id);
#else
	return mbedtls_pk_setup_opaque(key, id);
#endif
}

#endif

#endif
