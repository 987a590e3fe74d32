/* SPDX-License-Identifier: MIT */
/*
 * What of PSA, the library's newer cryptographic interface, is built: what its TLS 1.3 and the project's
 * digests use. All else goes by the older interface. Used as MBEDTLS_PSA_CRYPTO_CONFIG_FILE: what is not
 * named here is left out.
 */

#ifndef TLS_PSA_CONFIG_H
#define TLS_PSA_CONFIG_H

#define PSA_WANT_ALG_SHA_256      1
#define PSA_WANT_ALG_SHA_384      1
#define PSA_WANT_ALG_HMAC         1
#define PSA_WANT_ALG_HKDF_EXTRACT 1
#define PSA_WANT_ALG_HKDF_EXPAND  1
#define PSA_WANT_ALG_ECDH         1

/* Nobody uses these by PSA, but TLS asks here whether they are supported at all, and refuses signatures
   otherwise. As they would be a driver's, nothing is built for them. */
#define PSA_WANT_ALG_SHA_512                      1
#define PSA_WANT_ALG_RSA_PSS                      1
#define PSA_WANT_KEY_TYPE_RSA_PUBLIC_KEY          1
#define MBEDTLS_PSA_ACCEL_ALG_RSA_PSS             1
#define MBEDTLS_PSA_ACCEL_KEY_TYPE_RSA_PUBLIC_KEY 1

#define PSA_WANT_ECC_MONTGOMERY_255 1
#define PSA_WANT_ECC_SECP_R1_256    1
#define PSA_WANT_ECC_SECP_R1_384    1

#define PSA_WANT_KEY_TYPE_HMAC                  1
#define PSA_WANT_KEY_TYPE_DERIVE                1
#define PSA_WANT_KEY_TYPE_RAW_DATA              1
#define PSA_WANT_KEY_TYPE_ECC_PUBLIC_KEY        1
#define PSA_WANT_KEY_TYPE_ECC_KEY_PAIR_BASIC    1
#define PSA_WANT_KEY_TYPE_ECC_KEY_PAIR_GENERATE 1

#endif
