/* SPDX-License-Identifier: MIT */
/*
 * The SHA-256 of several parts, each with its length, so that no other parts have the same.
 */

#ifndef TLS_DIGEST_H
#define TLS_DIGEST_H

#include "tlsMbedtls.h"

#define TLS_DIGEST_SIZE 32

struct TlsDigest {
	psa_hash_operation_t operation;
	psa_status_t status; /* of the first call that failed */
};

void tlsDigestBegin(struct TlsDigest *digest);

/* Adds a part; `bytes` may be NULL if `length` is 0. */
void tlsDigestAdd(struct TlsDigest *digest, const void *bytes, size_t length);

/* Writes the result. False: it could not be computed, for lack of memory; the result is then all zero. To be
   called once after tlsDigestBegin: it frees what the digest has. */
bool tlsDigestEnd(struct TlsDigest *digest, uint8_t result[TLS_DIGEST_SIZE]);

#endif
