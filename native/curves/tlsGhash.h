/* SPDX-License-Identifier: MIT */
/*
 * The product by the hash subkey H in GF(2^128) that GCM authenticates with: NIST SP 800-38D, sections 6.3
 * and 6.4.
 *
 * Mbed TLS looks it up in a table of 256 bytes for each key, at places that depend on the data. Here it is
 * calculated, in a time that is the same for all values, and half of it on a Cortex-M0+. gcm.c calls it where
 * `tls.curves` is 1, by places that scripts/lib/mbedtlsSource.mjs makes.
 */

#ifndef TLS_GHASH_H
#define TLS_GHASH_H

#include <stdint.h>

/* H, and the same with the bits of each word reversed; the least significant half first. */
#define TLS_GHASH_KEY 2

/* Prepares products by H, 16 bytes as GCM writes them. */
void tlsGhashSetKey(uint64_t key[TLS_GHASH_KEY][2], const uint8_t *h);

/* output = x H, of 16 bytes each, which may be the same. */
void tlsGhashMultiply(uint8_t *output, const uint8_t *x, uint64_t key[TLS_GHASH_KEY][2]);

#endif
