/* SPDX-License-Identifier: MIT */
/*
 * Digests of several parts.
 */

#include "tlsDigest.h"

#include <string.h>

void tlsDigestBegin(struct TlsDigest *digest)
{
	memset(digest, 0, sizeof(*digest));
	digest->status = psa_hash_setup(&digest->operation, PSA_ALG_SHA_256);
}

static void update(struct TlsDigest *digest, const uint8_t *bytes, size_t length)
{
	if (digest->status == PSA_SUCCESS)
		digest->status = psa_hash_update(&digest->operation, bytes, length);
}

void tlsDigestAdd(struct TlsDigest *digest, const void *bytes, size_t length)
{
	uint8_t head[4] = {
		(uint8_t)(length >> 24), (uint8_t)(length >> 16), (uint8_t)(length >> 8), (uint8_t)length};

	update(digest, head, sizeof(head));
	if (length > 0)
		update(digest, bytes, length);
}

bool tlsDigestEnd(struct TlsDigest *digest, uint8_t result[TLS_DIGEST_SIZE])
{
	size_t length;

	memset(result, 0, TLS_DIGEST_SIZE);
	if (digest->status == PSA_SUCCESS)
		digest->status = psa_hash_finish(&digest->operation, result, TLS_DIGEST_SIZE, &length);
	(void)psa_hash_abort(&digest->operation);
	return digest->status == PSA_SUCCESS;
}
