/* SPDX-License-Identifier: MIT */
/*
 * A store as part of what a session is bound to: another store is another trust.
 */

#include "storeImage.h"
#include "storeTests.h"
#include "tap.h"
#include "tlsTrustForEngine.h"

#include <stdlib.h>
#include <string.h>

/* The digest of a trust with that store, or without one if there are no bytes. Ends the program if there is
   none. */
static void digestOf(struct TlsBytes image, uint8_t digest[TLS_DIGEST_SIZE])
{
	struct TlsTrust *trust = tlsTrustCreate("test.example", NULL, NULL);
	struct TlsFailure failure;
	struct TlsDigest sum;

	tlsFailureClear(&failure);
	if (trust == NULL || (image.length > 0 && !tlsTrustAddStore(trust, image.bytes, image.length, &failure)))
		abort();
	tlsDigestBegin(&sum);
	tlsTrustBind(trust, &sum);
	if (!tlsDigestEnd(&sum, digest))
		abort();
	tlsTrustFree(trust);
}

static bool same(const uint8_t a[TLS_DIGEST_SIZE], const uint8_t b[TLS_DIGEST_SIZE])
{
	return memcmp(a, b, TLS_DIGEST_SIZE) == 0;
}

void testBinding(struct TlsBytes image)
{
	uint8_t *bytes = imageCopy(image.bytes, image.length);
	struct TlsBytes none = {NULL, 0}, copy = {bytes, image.length};
	uint8_t with[TLS_DIGEST_SIZE], without[TLS_DIGEST_SIZE], other[TLS_DIGEST_SIZE];
	size_t last;

	digestOf(image, with);
	digestOf(none, without);
	ok(!same(with, without), "a session is bound to the store");
	digestOf(copy, other);
	ok(same(with, other), "not to where it lies");
	last = (size_t)(imageCertificate(copy, 0).bytes - bytes) + imageCertificate(copy, 0).length - 1;
	bytes[last] ^= 1;
	imageSealAll(bytes, image.length);
	digestOf(copy, other);
	ok(!same(with, other), "a store with one bit of a certificate changed is another");
	free(bytes);
}
