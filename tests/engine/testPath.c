/* SPDX-License-Identifier: MIT */
/*
 * Ways from a certificate to an anchor, through what a peer presents in whatever order, and how much is
 * computed for it.
 */

#include "connection.h"
#include "tap.h"
#include "tlsWork.h"

#include <string.h>

#define ROOT_KEY   pkiKey(KEY_P256, 0)
#define MIDDLE_KEY pkiKey(KEY_P256, 1)
#define SERVER_KEY pkiKey(KEY_P256, 2)
#define OTHER_KEY  pkiKey(KEY_P256, 3)

static int64_t showTime(void *context)
{
	(void)context;
	return TEST_NOW;
}

static struct Certificate issueCa(const char *subject, mbedtls_pk_context *key, const char *issuer,
	mbedtls_pk_context *signer, const char *notAfter)
{
	struct CertificateWish wish = pkiCaWish(subject, key);

	wish.issuer = issuer;
	wish.signer = signer;
	wish.notAfter = notAfter;
	return pkiCertificate(&wish);
}

static struct Certificate issueServer(const char *issuer, mbedtls_pk_context *signer)
{
	struct CertificateWish wish = pkiServerWish("test.example", SERVER_KEY, signer);

	wish.issuer = issuer;
	return pkiCertificate(&wish);
}

/* What is thought of the certificates, the first being the peer's own. Frees `trust`. */
static struct TlsFailure judgeBy(struct TlsTrust *trust, const struct Certificate *const *chain)
{
	struct TlsFailure failure;
	mbedtls_x509_crt leaf;

	mbedtls_x509_crt_init(&leaf);
	trust->now = TEST_NOW;
	for (; *chain != NULL && trust->presentedCount < TLS_PRESENTED_MAX; chain++) {
		trust->presented[trust->presentedCount].bytes = (*chain)->der;
		trust->presented[trust->presentedCount++].length = (*chain)->length;
	}
	if (tlsVerifyParse(&trust->failure, &leaf, trust->presented[0], false) == 0)
		(void)tlsPathVerify(trust, &leaf);
	failure = trust->failure;
	mbedtls_x509_crt_free(&leaf);
	mbedtls_free((void *)tlsTrustTakePeerCertificate(trust).bytes);
	tlsTrustFree(trust);
	return failure;
}

/* The same by one anchor. */
static struct TlsFailure judge(const struct Certificate *anchor, const struct Certificate *const *chain)
{
	struct TlsTrust *trust = tlsTrustCreate("test.example", showTime, NULL);
	struct TlsFailure failure;

	tlsFailureClear(&failure);
	if (tlsTrustAddAnchor(trust, anchor->der, anchor->length, false, &failure))
		return judgeBy(trust, chain);
	tlsTrustFree(trust);
	return failure;
}

static void expect(const struct Certificate *anchor, const struct Certificate *const *chain,
	enum TlsCode code, const char *name)
{
	struct TlsFailure failure = judge(anchor, chain);

	if (!ok(failure.code == code, "%s: %s", tlsCodeName(code), name))
		note("%s: %s", tlsCodeName((enum TlsCode)failure.code), failure.detail);
}

static void testOrders(void)
{
	struct Certificate root = issueCa("CN=Root", ROOT_KEY, NULL, NULL, NULL);
	struct Certificate upper = issueCa("CN=Upper", OTHER_KEY, "CN=Root", ROOT_KEY, NULL);
	struct Certificate lower = issueCa("CN=Lower", MIDDLE_KEY, "CN=Upper", OTHER_KEY, NULL);
	struct Certificate expired = issueCa("CN=Lower", MIDDLE_KEY, "CN=Upper", OTHER_KEY, "20260201000000");
	struct Certificate twin = issueCa("CN=Lower", SERVER_KEY, "CN=Upper", OTHER_KEY, NULL);
	struct Certificate elsewhere = issueCa("CN=Lower", MIDDLE_KEY, "CN=Nobody", SERVER_KEY, NULL);
	struct Certificate there = issueCa("CN=Lower", MIDDLE_KEY, "CN=Back", OTHER_KEY, NULL);
	struct Certificate back = issueCa("CN=Back", OTHER_KEY, "CN=Lower", MIDDLE_KEY, NULL);
	struct Certificate leaf = issueServer("CN=Lower", MIDDLE_KEY);
	struct Certificate garbage = leaf, longer = lower;

	memset(garbage.der, 0x55, garbage.length);
	longer.length++;
	expect(&root, (const struct Certificate *[]){&leaf, &lower, &upper, NULL}, TLS_OK, "in order");
	expect(&root, (const struct Certificate *[]){&leaf, &upper, &lower, NULL}, TLS_OK, "out of order");
	expect(&root, (const struct Certificate *[]){&leaf, &root, &garbage, &upper, &leaf, &lower, NULL}, TLS_OK,
		"with the root, garbage, and itself once more");
	expect(&root, (const struct Certificate *[]){&leaf, &expired, &lower, &upper, NULL}, TLS_OK,
		"an expired twin before its renewal");
	expect(&root, (const struct Certificate *[]){&leaf, &twin, &lower, &upper, NULL}, TLS_OK,
		"two intermediates of one name, the other key first");
	expect(&root, (const struct Certificate *[]){&leaf, &elsewhere, &there, &back, &lower, &upper, NULL},
		TLS_OK, "several chains, of which the first lead nowhere, and one in a circle");
	expect(&root, (const struct Certificate *[]){&leaf, &expired, &upper, NULL}, TLS_CERTIFICATE_EXPIRED,
		"the expired twin alone");
	expect(&root, (const struct Certificate *[]){&leaf, &twin, &upper, NULL}, TLS_CERTIFICATE_SIGNATURE,
		"the one with another key alone");
	expect(&root, (const struct Certificate *[]){&leaf, &there, &back, NULL}, TLS_CERTIFICATE_ISSUER,
		"a circle alone");
	expect(&root, (const struct Certificate *[]){&leaf, &lower, &elsewhere, NULL}, TLS_CERTIFICATE_ISSUER,
		"one of them missing");
	expect(&root, (const struct Certificate *[]){&leaf, &longer, &upper, NULL}, TLS_CERTIFICATE_MALFORMED,
		"one with a byte behind its end");
	expect(&root, (const struct Certificate *[]){&leaf, &longer, &lower, &upper, NULL}, TLS_OK,
		"which does no harm beside a whole one");
	expect(&upper, (const struct Certificate *[]){&leaf, &lower, &upper, NULL}, TLS_OK,
		"an anchor that is no root");
	expect(&back, (const struct Certificate *[]){&leaf, &lower, &upper, &root, NULL}, TLS_CERTIFICATE_ISSUER,
		"a root that nobody trusts, presented: it is the issuer that is unknown");
}

#if defined(TLS_VENDORED)

/* Of an authority key identifier (RFC 5280, section 4.2.1.1) only the key's matters, which may be missing;
   what else there is, or is not, keeps no certificate out. */
static void testKeylessIdentifiers(void)
{
	/* SEQUENCE {}; SEQUENCE { [1] { [4] a Name } } */
	static const char *const values[] = {"\x30", "\x30\x06\xA1\x04\xA4\x02\x30"};
	static const size_t sizes[] = {2, 8};

	for (int i = 0; i < 2; i++) {
		struct CertificateWish wish = pkiCaWish("CN=Root", ROOT_KEY);
		struct Certificate root, leaf = issueServer("CN=Root", ROOT_KEY);

		wish.extension = (const uint8_t *)values[i];
		wish.extensionSize = sizes[i];
		wish.extensionOid = "\x55\x1D\x23";
		wish.extensionOidSize = 3;
		root = pkiCertificate(&wish);
		expect(&root, (const struct Certificate *[]){&leaf, NULL}, TLS_OK,
			i == 0 ? "an empty key identifier" : "one of an issuer's name only");
	}
}

#endif

/* What is malformed is not called unknown. */
static void testMalformed(void)
{
	struct CertificateWish wish = pkiServerWish("test.example", SERVER_KEY, ROOT_KEY);
	struct Certificate root = issueCa("CN=Root", ROOT_KEY, NULL, NULL, NULL), leaf;

	wish.issuer = "CN=Root";
	wish.keyUsage = 0;
	wish.extension = (const uint8_t *)"\x05"; /* NULL, as a key usage */
	wish.extensionSize = 2;
	wish.extensionOid = "\x55\x1D\x0F";
	wish.extensionOidSize = 3;
	wish.extensionCritical = true;
	leaf = pkiCertificate(&wish);
	expect(&root, (const struct Certificate *[]){&leaf, NULL}, TLS_CERTIFICATE_MALFORMED,
		"a key usage that is none");
}

/* A certificate by which a CA goes over to another key has its own name for an issuer, and is none of the
   intermediates that a path length counts (RFC 5280, section 4.2.1.9). */
static void testOwnIssue(void)
{
	struct CertificateWish wish = pkiCaWish("CN=Root", ROOT_KEY);
	struct Certificate root, over = issueCa("CN=Root", OTHER_KEY, "CN=Root", ROOT_KEY, NULL);
	struct Certificate lower = issueCa("CN=Lower", MIDDLE_KEY, "CN=Root", OTHER_KEY, NULL);
	struct Certificate leaf = issueServer("CN=Lower", MIDDLE_KEY);

	for (wish.pathLength = 1; wish.pathLength >= 0; wish.pathLength--) {
		root = pkiCertificate(&wish);
		expect(&root, (const struct Certificate *[]){&leaf, &lower, &over, NULL},
			wish.pathLength == 1 ? TLS_OK : TLS_CERTIFICATE_CHAIN,
			wish.pathLength == 1 ? "an intermediate and a change of keys, path length 1"
								 : "the same, path length 0");
	}
}

/* Two ways to two anchors, the first under constraints that forbid the name: nothing of it counts for the
   second, neither its constraints nor that its anchor has a pinned key. */
static void testSeveralWays(void)
{
	static const uint8_t otherOnly[] = {0x30, 19, 0xA0, 17, 0x30, 15, 0x82, 13, 'o', 't', 'h', 'e', 'r', '.',
		'e', 'x', 'a', 'm', 'p', 'l', 'e'};
	struct CertificateWish wish = pkiCaWish("CN=Narrow", ROOT_KEY);
	struct Certificate narrow, wide = issueCa("CN=Wide", OTHER_KEY, NULL, NULL, NULL);
	struct Certificate viaNarrow = issueCa("CN=Lower", MIDDLE_KEY, "CN=Narrow", ROOT_KEY, NULL);
	struct Certificate viaWide = issueCa("CN=Lower", MIDDLE_KEY, "CN=Wide", OTHER_KEY, NULL);
	struct Certificate leaf = issueServer("CN=Lower", MIDDLE_KEY);
	uint8_t pin[TLS_PIN_SIZE];

	wish.extension = otherOnly;
	wish.extensionSize = sizeof(otherOnly);
	wish.extensionOid = "\x55\x1D\x1E";
	wish.extensionOidSize = 3;
	narrow = pkiCertificate(&wish);
	pkiPin(&narrow, pin);
	for (int pinned = 0; pinned < 2; pinned++) {
		struct TlsTrust *trust = tlsTrustCreate("test.example", showTime, NULL);
		struct TlsFailure failure;

		tlsFailureClear(&failure);
		ok(tlsTrustAddAnchor(trust, narrow.der, narrow.length, false, &failure) &&
				tlsTrustAddAnchor(trust, wide.der, wide.length, false, &failure) &&
				(pinned == 0 || tlsTrustAddPin(trust, pin)),
			"two anchors");
		failure = judgeBy(trust, (const struct Certificate *[]){&leaf, &viaNarrow, &viaWide, NULL});
		ok(pinned == 0 ? failure.code == TLS_OK : failure.code != TLS_OK,
			pinned == 0 ? "a way under constraints, and another"
						: "only the way that is refused has the pinned key");
	}
}

/* So many issuers of one name that trying them all would take too long: the one whose key identifier the
   certificate names is tried first, wherever it is. */
static void testKeyIdentifiers(void)
{
	enum { COUNT = 20 };
	struct CertificateWish wish = pkiCaWish("CN=Root", pkiKey(KEY_P384, 0)),
						   leafOf = pkiServerWish("test.example", SERVER_KEY, ROOT_KEY);
	struct TlsTrust *trust = tlsTrustCreate("test.example", showTime, NULL);
	struct Certificate roots[COUNT], leaf;
	struct TlsFailure failure;
	bool added = true;

	tlsFailureClear(&failure);
	for (int i = 0; i < COUNT; i++) {
		wish.key = i == 0 ? ROOT_KEY : pkiKey(KEY_P384, 0); /* what was added last is tried first */
		wish.subjectKeyId = (uint8_t)(i + 1);
		roots[i] = pkiCertificate(&wish);
		added &= tlsTrustAddAnchor(trust, roots[i].der, roots[i].length, false, &failure);
	}
	leafOf.issuer = "CN=Root";
	leafOf.issuerKeyId = 1;
	leaf = pkiCertificate(&leafOf);
	failure = judgeBy(trust, (const struct Certificate *[]){&leaf, NULL});
	if (!ok(added && failure.code == TLS_OK, "one of many anchors of a name, by its key identifier"))
		note("%s: %s", tlsCodeName((enum TlsCode)failure.code), failure.detail);
}

/* So many certificates of one name and different keys that trying them all would take long. */
static void testWork(void)
{
	enum { COUNT = TLS_PRESENTED_MAX - 1 };
	struct Certificate root = issueCa("CN=Root", ROOT_KEY, NULL, NULL, NULL);
	struct Certificate leaf = issueServer("CN=Lower", MIDDLE_KEY), twins[COUNT], ladder[COUNT];
	const struct Certificate *chain[COUNT + 2] = {&leaf};
	struct TlsFailure failure;

	for (int i = 0; i < COUNT; i++) {
		twins[i] = issueCa("CN=Lower", pkiKey(KEY_P384, i % 2), "CN=Root", ROOT_KEY, NULL);
		chain[i + 1] = &twins[i];
	}
	chain[COUNT + 1] = NULL;
	failure = judge(&root, chain);
	ok(failure.code == TLS_CERTIFICATE_SIGNATURE || strstr(failure.detail, "too long") != NULL,
		"certificates of one name: %s", failure.detail);
	/* Each issues all others, so that there are more ways than could ever be tried. */
	for (int i = 0; i < COUNT; i++) {
		ladder[i] = issueCa("CN=Lower", MIDDLE_KEY, "CN=Lower", MIDDLE_KEY, NULL);
		chain[i + 1] = &ladder[i];
	}
	failure = judge(&root, chain);
	ok(failure.code == TLS_CERTIFICATE_CHAIN && strstr(failure.detail, "too long") != NULL,
		"certificates that issue one another: %s", failure.detail);
}

/* Public keys, alone. */
static void testExponents(void)
{
	struct Certificate rsa = issueCa("CN=RSA", pkiKey(KEY_RSA_2048, 0), NULL, NULL, NULL);
	static const struct {
		uint8_t der[11];
		size_t bits, ones;
	} cases[] = {
		{{0x02, 1, 3}, 2, 2},
		{{0x02, 3, 1, 0, 1}, 17, 2},
		{{0x02, 5, 1, 0, 0, 0, 1}, 33, 2},
		{{0x02, 9, 1, 0, 0, 0, 0, 0, 0, 0, 1}, 65, 2},
		{{0x02, 9, 2, 0, 0, 0, 0, 0, 0, 0, 1}, 66, 2},
		{{0x02, 9, 1, 255, 255, 255, 255, 255, 255, 255, 255}, 65, 65},
		{{0x02, 2, 0, 0x80}, 8, 1},
		{{0x02, 1, 0}, 0, 0},
	};
	mbedtls_x509_crt parsed;
	struct TlsBytes key;
	size_t ones;

	mbedtls_x509_crt_init(&parsed);
	mbedtls_x509_crt_parse_der(&parsed, rsa.der, rsa.length);
	key.bytes = parsed.pk_raw.p;
	key.length = parsed.pk_raw.len;
	ok(tlsDerExponentBits(key, &ones) == 17 && ones == 2, "the exponent of a key");
	mbedtls_x509_crt_free(&parsed);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		/* SEQUENCE { SEQUENCE {}, BIT STRING { SEQUENCE { INTEGER 1, exponent } } } */
		uint8_t der[32] = {0x30, 0, 0x30, 0, 0x03, 0, 0, 0x30, 0, 0x02, 1, 1};
		size_t size = (size_t)cases[i].der[1] + 2;

		memcpy(der + 12, cases[i].der, size);
		der[8] = (uint8_t)(3 + size);
		der[5] = (uint8_t)(der[8] + 3);
		der[1] = (uint8_t)(der[5] + 4);
		key.bytes = der;
		key.length = 12 + size;
		ok(tlsDerExponentBits(key, &ones) == cases[i].bits && ones == cases[i].ones,
			"an exponent of %zu bits, %zu of them 1", cases[i].bits, cases[i].ones);
		for (key.length = 0; key.length < 12 + size; key.length++) {
			if (tlsDerExponentBits(key, &ones) != 0 || ones != 0)
				ok(false, "of a key cut short at %zu", key.length);
		}
	}
}

/* Writes backwards from `at`, which becomes the beginning of an element of that tag with what is there up to
   `end`. */
static void wrap(unsigned char **at, unsigned char *start, const unsigned char *end, unsigned char tag)
{
	(void)mbedtls_asn1_write_len(at, start, (size_t)(end - *at));
	(void)mbedtls_asn1_write_tag(at, start, tag);
}

/* Makes an RSA public key, nobody's, with the modulus 2^2048 - 1. */
static void makeRsaKey(mbedtls_pk_context *key, const uint8_t exponent[9])
{
	static const uint8_t algorithm[] = {0x30, 13, 0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1, 5, 0};
	unsigned char der[320];
	unsigned char *const end = der + sizeof(der);
	unsigned char *at = end - 9, *modulus;

	memcpy(at, exponent, 9);
	wrap(&at, der, end, MBEDTLS_ASN1_INTEGER);
	modulus = at;
	at -= 256;
	memset(at, 0xFF, 256);
	*--at = 0;
	wrap(&at, der, modulus, MBEDTLS_ASN1_INTEGER);
	wrap(&at, der, end, MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE);
	*--at = 0; /* no unused bits */
	wrap(&at, der, end, MBEDTLS_ASN1_BIT_STRING);
	at -= sizeof(algorithm);
	memcpy(at, algorithm, sizeof(algorithm));
	wrap(&at, der, end, MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE);
	mbedtls_pk_init(key);
	if (mbedtls_pk_parse_public_key(key, at, (size_t)(end - at)) != 0)
		ok(false, "an RSA key is parsed");
}

/* An exponent of 2^64 + 1 is in use; a longer one would take the device long. */
static void testLargeExponents(void)
{
	static const struct {
		const char *what;
		uint8_t exponent[9];
		bool good;
	} cases[] = {
		{"2^64 + 1", {1, 0, 0, 0, 0, 0, 0, 0, 1}, true},
		{"2^65 - 1", {1, 255, 255, 255, 255, 255, 255, 255, 255}, true},
		{"2^65 + 1", {2, 0, 0, 0, 0, 0, 0, 0, 1}, false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct TlsTrust *trust = tlsTrustCreate("test.example", showTime, NULL);
		struct Certificate rsa;
		struct TlsFailure failure;
		mbedtls_pk_context key;
		bool added;

		tlsFailureClear(&failure);
		makeRsaKey(&key, cases[i].exponent);
		rsa = issueCa("CN=RSA", &key, "CN=Root", ROOT_KEY, NULL);
		added = tlsTrustAddAnchor(trust, rsa.der, rsa.length, false, &failure);
		if (!ok(cases[i].good ? added : !added && failure.code == TLS_CERTIFICATE_WEAK,
				"an anchor with an exponent of %s %s", cases[i].what, cases[i].good ? "is taken" : "is weak"))
			note("%s, library -0x%04X", tlsCodeName((enum TlsCode)failure.code), (unsigned)-failure.library);
		mbedtls_pk_free(&key);
		tlsTrustFree(trust);
	}
}

/* What is counted for a signature by a key, less its digest. */
static uint32_t countSignature(enum KeyKind kind)
{
	struct Certificate issuer = issueCa("CN=Root", pkiKey(kind, 0), NULL, NULL, NULL);
	mbedtls_x509_crt parsed;
	uint32_t amount;

	mbedtls_x509_crt_init(&parsed);
	mbedtls_x509_crt_parse_der(&parsed, issuer.der, issuer.length);
	amount = tlsWorkOfSignature(&parsed, &parsed) - (uint32_t)parsed.tbs.len / 6;
	mbedtls_x509_crt_free(&parsed);
	return amount;
}

/* What is counted for comparing the names of a certificate that has `count` of them with constraints of so
   many bytes. */
static uint32_t countNames(size_t count, size_t constraints)
{
	struct TlsTrust trust = {.constraints = {{NULL, constraints / 2}, {NULL, constraints / 2}}};
	mbedtls_x509_sequence more = {.next = NULL};
	mbedtls_x509_crt certificate = {.subject_alt_names = {.next = count > 2 ? &more : NULL}};

	trust.constraintCount = constraints > 0 ? 2 : 0;
	return tlsWorkOfNames(&trust, &certificate);
}

/* The parts of what is counted; tests/device/bounds.test.mjs compares them with what they stand for. */
static void testCounting(void)
{
	struct Certificate whole = issueCa("CN=Root", ROOT_KEY, NULL, NULL, NULL);
	/* SEQUENCE { SEQUENCE { INTEGER 1, SEQUENCE {} four times, a key of no algorithm that says of its point
	   that it is compressed } } */
	uint8_t compressed[] = {
		0x30, 21, 0x30, 19, 2, 1, 1, 0x30, 0, 0x30, 0, 0x30, 0, 0x30, 0, 0x30, 6, 0x30, 0, 3, 2, 0, 2};
	struct TlsBytes bytes = {compressed, sizeof(compressed)};
	struct TlsTrust presenting = {.presented = {{NULL, 1000}, {NULL, 3000}}, .presentedCount = 2};

	ok(countSignature(KEY_P256) == TLS_WORK_P256 && countSignature(KEY_P384) == TLS_WORK_P384,
		"a signature counts by its curve");
	ok(countSignature(KEY_RSA_2048) == 8 * 9 * (4 * 19 + 32), "or by the size of its key, and its exponent");
	ok(tlsWorkOfParsing((struct TlsBytes){whole.der, whole.length}) == 260 + whole.length / 5,
		"a certificate counts by its length");
	for (uint8_t form = 0; form < 5; form++) {
		compressed[sizeof(compressed) - 1] = form;
		ok((tlsWorkOfParsing(bytes) > 8000) == (form == 2 || form == 3), "a point of form %d", form);
	}
	compressed[sizeof(compressed) - 1] = 2;
	bytes.length--;
	ok(tlsWorkOfParsing(bytes) < 8000, "a point that is cut off");
	for (size_t i = 0; i < 4; i++) /* the lengths of all that the key is in, and its own */
		compressed[(const size_t[]){1, 3, 16, 20}[i]]--;
	ok(tlsWorkOfParsing(bytes) < 8000, "a key of no bytes");
	ok(countNames(3, 0) == 3 * 8 / 10, "names count little without constraints");
	ok(countNames(2, 10000) == 2 * 10008 / 10 && countNames(3, 10000) == 3 * 10008 / 10,
		"and with them by the product");
	ok(tlsWorkOfMessage(&presenting) == 2000, "the message counts by what it presents");
}

void testPath(void)
{
	testOrders();
#if defined(TLS_VENDORED)
	testKeylessIdentifiers();
#endif
	testMalformed();
	testOwnIssue();
	testSeveralWays();
	testKeyIdentifiers();
	testWork();
	testCounting();
	testExponents();
	testLargeExponents();
}
