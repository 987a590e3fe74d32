/* SPDX-License-Identifier: MIT */
/*
 * Trust on its own, without a connection: which anchors it takes, and name constraints that are cut short.
 */

#include "connection.h"
#include "tap.h"
#include "tlsTrustInternal.h"

#include <stdlib.h>
#include <string.h>

static void parse(const struct Certificate *certificate, mbedtls_x509_crt *parsed)
{
	mbedtls_x509_crt_init(parsed);
	if (mbedtls_x509_crt_parse_der(parsed, certificate->der, certificate->length) != 0)
		ok(false, "a certificate for the next tests");
}

/* What is wrong with constraints of these bytes. They are copied to where a sanitizer sees each byte behind them read. */
static const char *problemOf(const uint8_t *der, size_t length, const mbedtls_x509_crt *certificate)
{
	uint8_t *copy = malloc(length);
	struct TlsBytes constraints = {copy, length};
	const char *problem = "no memory";

	if (copy != NULL || length == 0) {
		if (length > 0)
			memcpy(copy, der, length);
		problem = tlsNameConstraintsProblem(constraints, certificate);
	}
	free(copy);
	return problem;
}

static bool isMalformed(const char *problem)
{
	return problem != NULL && strstr(problem, "malformed") != NULL;
}

/* Permitted: "example". */
static void testShortConstraints(void)
{
	static const uint8_t whole[] = {0x30, 13, 0xA0, 11, 0x30, 9, 0x82, 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e'};
	static const uint8_t noBase[] = {0x30, 4, 0xA0, 2, 0x30, 0};
	static const uint8_t noLength[] = {0x30, 5, 0xA0, 3, 0x30, 1, 0x82};
	/* "other", and behind it in the same subtree what could be another one. */
	static const uint8_t two[] = {0x30, 22, 0xA0, 20, 0x30, 18, 0x82, 5, 'o', 't', 'h', 'e', 'r', 0x30, 9,
		0x82, 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e'};
	mbedtls_x509_crt leaf;
	bool malformed = true;

	parse(&usual()->server, &leaf);
	ok(problemOf(whole, sizeof(whole), &leaf) == NULL, "name constraints that permit the name");
	for (size_t length = 0; length < sizeof(whole); length++)
		malformed &= isMalformed(problemOf(whole, length, &leaf));
	ok(malformed, "cut short anywhere, they are malformed");
	ok(isMalformed(problemOf(noBase, sizeof(noBase), &leaf)), "a subtree without a base");
	ok(isMalformed(problemOf(noLength, sizeof(noLength), &leaf)), "a base without a length");
	ok(isMalformed(problemOf(two, sizeof(two), &leaf)), "a subtree with more than a base");
	mbedtls_x509_crt_free(&leaf);
}

static void testAnchors(void)
{
	struct TlsTrust *trust = tlsTrustCreate("test.example", NULL, NULL);
	struct Certificate damaged = usual()->ca, weak, sha1;
	struct CertificateWish wish = pkiCaWish("CN=Weak", pkiKey(KEY_RSA_1024, 0));
	static const uint8_t pem[] = "-----BEGIN CERTIFICATE-----\nMIIB";
	static const uint8_t tooLong[] = {0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x30, 0x00};
	struct TlsFailure failure;
	uint8_t key[512], two[2 * sizeof(damaged.der)];
	int length;

	weak = pkiCertificate(&wish);
	wish.key = pkiKey(KEY_RSA_2048, 0);
	sha1 = pkiCertificate(&wish);
	pkiClaimSha1(&sha1);
	tlsFailureClear(&failure);
	ok(!tlsTrustAddAnchor(trust, pem, sizeof(pem), true, &failure) &&
			failure.code == TLS_CERTIFICATE_MALFORMED && strstr(failure.detail, "PEM") != NULL,
		"anchor in PEM");
	tlsFailureClear(&failure);
	ok(!tlsTrustAddAnchor(trust, pem, 0, true, &failure) && failure.code == TLS_CERTIFICATE_MALFORMED &&
			strstr(failure.detail, "empty") != NULL,
		"empty anchor");
	tlsFailureClear(&failure);
	ok(!tlsTrustAddAnchor(trust, damaged.der, damaged.length - 1, true, &failure) &&
			failure.code == TLS_CERTIFICATE_MALFORMED && strstr(failure.detail, "truncated") != NULL,
		"truncated anchor");
	tlsFailureClear(&failure);
	ok(!tlsTrustAddAnchor(trust, damaged.der, damaged.length + 1, true, &failure) &&
			failure.code == TLS_CERTIFICATE_MALFORMED && strstr(failure.detail, "behind") != NULL,
		"anchor with a byte behind it");
	tlsFailureClear(&failure);
	ok(!tlsTrustAddAnchor(trust, tooLong, sizeof(tooLong), true, &failure) &&
			failure.code == TLS_CERTIFICATE_MALFORMED && strstr(failure.detail, "truncated") != NULL,
		"anchor of 4 GB, says its length");
	tlsFailureClear(&failure);
	length = mbedtls_pk_write_key_der(pkiKey(KEY_P256, 2), key, sizeof(key));
	ok(!tlsTrustAddAnchor(trust, key + sizeof(key) - length, (size_t)length, true, &failure) &&
			failure.code == TLS_CERTIFICATE_MALFORMED && strstr(failure.detail, "private key") != NULL,
		"a private key as anchor");
	tlsFailureClear(&failure);
	damaged.der[4] = 0x31;
	ok(!tlsTrustAddAnchor(trust, damaged.der, damaged.length, true, &failure) &&
			failure.code == TLS_CERTIFICATE_MALFORMED,
		"damaged anchor");
	tlsFailureClear(&failure);
	ok(!tlsTrustAddAnchor(trust, weak.der, weak.length, true, &failure) &&
			failure.code == TLS_CERTIFICATE_WEAK,
		"weak anchor");
	ok(tlsTrustAnchorCount(trust) == 0, "none of them was added");
	tlsFailureClear(&failure);
	ok(tlsTrustAddAnchor(trust, sha1.der, sha1.length, true, &failure) && tlsTrustAnchorCount(trust) == 1,
		"an anchor that signed itself with SHA-1 can be added");
	memcpy(two, usual()->ca.der, usual()->ca.length);
	memcpy(two + usual()->ca.length, sha1.der, sha1.length);
	ok(tlsTrustAddAnchor(trust, two, usual()->ca.length + sha1.length, true, &failure) &&
			tlsTrustAnchorCount(trust) == 3,
		"two anchors in one buffer");
	wish = pkiCaWish("CN=Vendor", pkiKey(KEY_P256, 0));
	wish.extension = (const uint8_t *)"\x05";
	wish.extensionSize = 2;
	wish.extensionOid = "\x88\x37";
	wish.extensionOidSize = 2;
	wish.extensionCritical = true;
	sha1 = pkiCertificate(&wish);
	ok(tlsTrustAddAnchor(trust, sha1.der, sha1.length, true, &failure),
		"an anchor with a critical extension that nobody knows");
	tlsTrustFree(trust);
}

void testTrust(void)
{
	testAnchors();
	testShortConstraints();
}
