/* SPDX-License-Identifier: MIT */
/*
 * Trust on its own, without a connection: which anchors it takes, and name constraints that are cut short or
 * odd.
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

/* What is wrong with constraints of these bytes. They are copied to where a sanitizer sees each byte behind
   them read. */
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

/* C=CH, as a name in DER. */
#define SWISS                                                                                                \
	"\x30\x0D\x31\x0B\x30\x09\x06\x03\x55\x04\x06\x13\x02"                                                   \
	"CH"

/* Subtrees, each with its length in front. */
#define DOMAIN_EXAMPLE                                                                                       \
	"\x30\x09\x82\x07"                                                                                       \
	"example"
#define DOMAIN_OTHER                                                                                         \
	"\x30\x07\x82\x05"                                                                                       \
	"other"

struct ConstraintsCase {
	const char *der;
	size_t length;
	const char *problem; /* a part of it, or NULL */
	const char *name;
};
#define CONSTRAINTS(der, problem, name)                                                                      \
	{                                                                                                        \
		der, sizeof(der) - 1, problem, name                                                                  \
	}

static void expectProblems(
	const struct ConstraintsCase *cases, size_t count, const mbedtls_x509_crt *certificate)
{
	for (size_t i = 0; i < count; i++) {
		const char *problem = problemOf((const uint8_t *)cases[i].der, cases[i].length, certificate);

		if (!ok(cases[i].problem == NULL ? problem == NULL
										 : problem != NULL && strstr(problem, cases[i].problem) != NULL,
				"%s", cases[i].name))
			note("%s", problem != NULL ? problem : "no problem");
	}
}

/* Of a server named "test.example", in several subtrees or odd ones. */
static void testSubtrees(void)
{
	static const struct ConstraintsCase cases[] = {
		CONSTRAINTS(
			"\x30\x16\xA0\x14" DOMAIN_EXAMPLE DOMAIN_OTHER, NULL, "the first of two that are permitted"),
		CONSTRAINTS("\x30\x16\xA0\x14" DOMAIN_OTHER DOMAIN_EXAMPLE, NULL, "the second"),
		CONSTRAINTS("\x30\x14\xA0\x12" DOMAIN_OTHER DOMAIN_OTHER, "forbid", "neither"),
		CONSTRAINTS(
			"\x30\x16\xA1\x14" DOMAIN_EXAMPLE DOMAIN_OTHER, "forbid", "the first of two that are excluded"),
		CONSTRAINTS("\x30\x16\xA1\x14" DOMAIN_OTHER DOMAIN_EXAMPLE, "forbid", "the second of them"),
		CONSTRAINTS("\x30\x06\xA0\x04\x30\x02\x82\x00", NULL, "every domain, and nothing behind it"),
		CONSTRAINTS(
			"\x30\x0E\xA0\x0C\x30\x0A\x81\x08.example", NULL, "mail of all hosts of a domain, and no mail"),
		CONSTRAINTS("\x30\x0D\xA0\x0B" DOMAIN_EXAMPLE "\x05", "malformed", "something behind all"),
		CONSTRAINTS("\x30\x0B\xA0\x0B" DOMAIN_EXAMPLE, "malformed", "a list that ends behind what it is in"),
		CONSTRAINTS("\x30\x0F\xA0\x0B" DOMAIN_EXAMPLE "\x05\x00", "malformed", "something behind the lists"),
	};
	mbedtls_x509_crt leaf;

	parse(&usual()->server, &leaf);
	expectProblems(cases, sizeof(cases) / sizeof(cases[0]), &leaf);
	mbedtls_x509_crt_free(&leaf);
}

/* Of certificates without names of the kind that is constrained, or with a name of a kind that is rare. */
static void testSubjects(void)
{
	static const struct ConstraintsCase none[] = {
		CONSTRAINTS(
			"\x30\x08\xA0\x06\x30\x04\xA0\x02\x05\x00", NULL, "other names permitted, and none at all"),
	};
	static const struct ConstraintsCase noSubject[] = {
		CONSTRAINTS(
			"\x30\x15\xA0\x13\x30\x11\xA4\x0F" SWISS, NULL, "a country permitted, and an empty subject"),
	};
	static const struct ConstraintsCase swiss[] = {
		CONSTRAINTS(
			"\x30\x15\xA0\x13\x30\x11\xA4\x0F" SWISS, NULL, "an alternative name of the permitted country"),
		CONSTRAINTS("\x30\x15\xA1\x13\x30\x11\xA4\x0F" SWISS, "forbid", "one of the excluded country"),
	};
	static uint8_t nobody[] = {0x30, 0};
	struct CertificateWish wish = pkiServerWish("test.example", pkiKey(KEY_P256, 2), pkiKey(KEY_P256, 0));
	struct Certificate certificate;
	mbedtls_x509_crt parsed;

	parse(&usual()->ca, &parsed);
	expectProblems(none, 1, &parsed);
	parsed.subject_raw.p = nobody;
	parsed.subject_raw.len = sizeof(nobody);
	expectProblems(noSubject, 1, &parsed);
	mbedtls_x509_crt_free(&parsed);

	wish.dnsName = NULL;
	wish.extensionOid = MBEDTLS_OID_SUBJECT_ALT_NAME;
	wish.extensionOidSize = MBEDTLS_OID_SIZE(MBEDTLS_OID_SUBJECT_ALT_NAME);
	wish.extension = (const uint8_t *)"\x30\x11\xA4\x0F" SWISS;
	wish.extensionSize = 19;
	certificate = pkiCertificate(&wish);
	parse(&certificate, &parsed);
	parsed.subject_raw.p = nobody;
	parsed.subject_raw.len = sizeof(nobody);
	expectProblems(swiss, 2, &parsed);
	mbedtls_x509_crt_free(&parsed);
}

/* A base that is longer than the name, by more than there is in front of the name: a sanitizer sees what is
   read there. */
static void testLongBase(void)
{
	enum { HEAD = 16, HEAP_HEADER = 32 }; /* of the constraints; of a block in the tests' heap */
	uint8_t der[1000] = {0x30, 0x82, 0, 0, 0xA1, 0x82, 0, 0, 0x30, 0x82, 0, 0, 0x82, 0x82, 0, 0};
	mbedtls_x509_crt leaf;
	const mbedtls_x509_buf *name = &leaf.subject_alt_names.buf;
	size_t length;

	parse(&usual()->server, &leaf);
	length = name->len + (size_t)(name->p - leaf.raw.p) + HEAP_HEADER + 8;
	if (!ok(HEAD + length <= sizeof(der), "room for the base"))
		return;
	for (size_t at = 0; at < HEAD; at += 4) {
		size_t rest = HEAD - 4 - at + length;

		der[at + 2] = (uint8_t)(rest >> 8);
		der[at + 3] = (uint8_t)rest;
	}
	memset(der + HEAD, 'x', length);
	ok(problemOf(der, HEAD + length, &leaf) == NULL, "a long domain excluded");
	mbedtls_x509_crt_free(&leaf);
}

/* Extensions that are not name constraints, although their identifiers look like theirs. */
static void testOtherIdentifiers(void)
{
	static const char *const others[] = {"\x55\x1D\x1E\x01", "\x55\x1E\x1E", "\x2A\x1D\x1E", "\x55\x1D\x1E"};
	bool right = true;

	for (int i = 0; i < 4; i++) {
		struct CertificateWish wish = pkiCaWish("CN=Other", pkiKey(KEY_P256, 0));
		struct Certificate certificate;
		mbedtls_x509_crt parsed;

		wish.extension = (const uint8_t *)"\x30\x0D\xA0\x0B" DOMAIN_EXAMPLE;
		wish.extensionSize = 15;
		wish.extensionOid = others[i];
		wish.extensionOidSize = strlen(others[i]);
		certificate = pkiCertificate(&wish);
		parse(&certificate, &parsed);
		right &= tlsNameConstraintsOf(&parsed).length == (i == 3 ? 15 : 0);
		mbedtls_x509_crt_free(&parsed);
	}
	ok(right, "only the identifier of name constraints is theirs");
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
	testSubtrees();
	testSubjects();
	testLongBase();
	testOtherIdentifiers();
}
