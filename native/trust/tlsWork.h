/* SPDX-License-Identifier: MIT */
/*
 * What a peer makes us compute before it is verified, in thousands of instructions of a Cortex-M0+: of each
 * part a little more than it was measured to take at most. tests/device/bounds.test.mjs measures anew, and
 * compares.
 */

#ifndef TLS_WORK_H
#define TLS_WORK_H

#include "tlsTrustInternal.h"

/* A signature by each curve, and one by RSA with 4096 bits and the usual exponent, 65,537. */
#if TLS_CURVES
#define TLS_WORK_P256 7800
#define TLS_WORK_P384 21600
#else
#define TLS_WORK_P256 32500
#define TLS_WORK_P384 76500
#endif
#define TLS_WORK_RSA4096 29400

/* What a peer's chain may take: four of the dearest usual signatures, for three intermediates, and the
   certificates around them; on a computer more, since there keys may be larger. A signature by one key may
   take as much as those four. */
#define TLS_WORK_DEAREST (TLS_WORK_P384 > TLS_WORK_RSA4096 ? TLS_WORK_P384 : TLS_WORK_RSA4096)
#define TLS_WORK_KEY_MAX ((uint32_t)(4 * TLS_WORK_DEAREST * (TLS_DESKTOP ? 4 : 1)))
#define TLS_WORK_MAX     (TLS_WORK_KEY_MAX + (uint32_t)(10000 * (TLS_DESKTOP ? 4 : 1)))

/* Opening the message that presents the certificates. */
uint32_t tlsWorkOfMessage(const struct TlsTrust *trust);

/* Finding a certificate and parsing it. */
uint32_t tlsWorkOfParsing(struct TlsBytes certificate);

/* Checking a signature by the certificate's key. */
uint32_t tlsWorkOfKey(const mbedtls_x509_crt *certificate);

/* Checking the signature of `child` by the key of `issuer`. */
uint32_t tlsWorkOfSignature(const mbedtls_x509_crt *child, const mbedtls_x509_crt *issuer);

/* Comparing the certificate's names with the host's, and with the name constraints above it, which are
   trust->constraints. */
uint32_t tlsWorkOfNames(const struct TlsTrust *trust, const mbedtls_x509_crt *certificate);

#endif
