/* SPDX-License-Identifier: MIT */
/*
 * Who issued a certificate: hands the library the anchors of that name, and when none of them did issue it, finds out
 * why. Anchors are parsed here, one by one, in place.
 */

#include "tlsTrustInternal.h"

int tlsIssuerParse(mbedtls_x509_crt *list, const uint8_t *der, size_t length)
{
	return mbedtls_x509_crt_parse_der_with_ext_cb(list, der, length, 0, tlsNameConstraintsAccept, NULL);
}

/* A search for the anchors of one name, wherever they are kept. */
struct AnchorSearch {
	struct TlsTrust *trust;
	struct TlsBytes name;
	const struct TlsAnchor *next;
	struct TlsStoreSearch store;
};

static void findAnchors(struct TlsTrust *trust, struct TlsBytes name, struct AnchorSearch *search)
{
	search->trust = trust;
	search->name = name;
	search->next = trust->anchors;
	tlsStoreFind(&trust->store, name, &search->store);
}

/* The next anchor's certificate. False: there is none; or the store is damaged, and trust->failure says so. */
static bool nextAnchor(struct AnchorSearch *search, struct TlsBytes *der)
{
	while (search->next != NULL) {
		const struct TlsAnchor *anchor = search->next;

		search->next = anchor->next;
		if (tlsDerSameName(anchor->subject, search->name)) {
			*der = anchor->der;
			return true;
		}
	}
	return tlsStoreNext(&search->store, der, &search->trust->failure);
}

/* Adds the parsed anchor at the end of the list `*list`. Returns 0 or an error of Mbed TLS. */
static int appendParsed(mbedtls_x509_crt **list, struct TlsBytes der)
{
	if (*list == NULL) {
		*list = mbedtls_calloc(1, sizeof(**list));
		if (*list == NULL)
			return MBEDTLS_ERR_X509_ALLOC_FAILED;
		mbedtls_x509_crt_init(*list);
	}
	return tlsIssuerParse(*list, der.bytes, der.length);
}

static void freeParsed(mbedtls_x509_crt *list)
{
	if (list != NULL) {
		mbedtls_x509_crt_free(list);
		mbedtls_free(list);
	}
}

static struct TlsBytes issuerOf(const mbedtls_x509_crt *child)
{
	struct TlsBytes issuer = {child->issuer_raw.p, child->issuer_raw.len};

	return issuer;
}

/* RFC 5280, section 4.2.1.1: where both are given, the child's authority key identifier is the issuer's own. */
static bool keysAgree(const mbedtls_x509_crt *child, const mbedtls_x509_crt *issuer)
{
	const mbedtls_x509_buf *wanted = &child->authority_key_id.keyIdentifier;
	const mbedtls_x509_buf *given = &issuer->subject_key_id;

	return wanted->len == 0 || given->len == 0 ||
		   (wanted->len == given->len && memcmp(wanted->p, given->p, wanted->len) == 0);
}

/* Of several anchors of one name, those with the right key and within their dates are tried first. */
static int isPreferred(
	const struct TlsTrust *trust, const mbedtls_x509_crt *child, struct TlsBytes anchor, bool *preferred)
{
	mbedtls_x509_crt *parsed = NULL;
	int error = appendParsed(&parsed, anchor);

	if (error == 0)
		*preferred = keysAgree(child, parsed) && tlsVerifyIsValidAt(parsed, trust->now);
	freeParsed(parsed);
	return error;
}

static size_t countOfName(struct TlsTrust *trust, struct TlsBytes name)
{
	struct AnchorSearch search;
	struct TlsBytes anchor;
	size_t count = 0;

	findAnchors(trust, name, &search);
	while (nextAnchor(&search, &anchor))
		count++;
	return count;
}

static int listCandidates(struct TlsTrust *trust, const mbedtls_x509_crt *child, mbedtls_x509_crt **list)
{
	struct TlsBytes name = issuerOf(child);
	bool choose = countOfName(trust, name) > 1;

	for (int pass = choose ? 0 : 1; pass < 2; pass++) {
		struct AnchorSearch search;
		struct TlsBytes anchor;

		findAnchors(trust, name, &search);
		while (nextAnchor(&search, &anchor)) {
			bool preferred = false;
			int error = 0;

			if (choose)
				error = isPreferred(trust, child, anchor, &preferred);
			if (error == 0 && preferred == (pass == 0))
				error = appendParsed(list, anchor);
			if (error != 0)
				return error;
		}
	}
	/* A damaged store is no matter of the peer's: what it has lost may be the right one. */
	return trust->failure.code == TLS_STORE ? MBEDTLS_ERR_X509_FATAL_ERROR : 0;
}

int tlsIssuerCandidates(void *context, const mbedtls_x509_crt *child, mbedtls_x509_crt **candidates)
{
	struct TlsTrust *trust = context;
	uint32_t before = tlsMemoryFailures();
	int error;

	trust->now = trust->clock(trust->clockContext);
	*candidates = NULL;
	error = listCandidates(trust, child, candidates);
	if (error == 0)
		return 0;
	freeParsed(*candidates);
	*candidates = NULL;
	if (tlsMbedtlsRanOut(error, before))
		tlsFail(&trust->failure, TLS_MEMORY, error);
	else
		tlsVerifyParseFailure(&trust->failure, error);
	return error;
}

bool tlsIssuerIsAnchor(struct TlsTrust *trust, const mbedtls_x509_crt *certificate)
{
	struct TlsBytes subject = {certificate->subject_raw.p, certificate->subject_raw.len};
	struct AnchorSearch search;
	struct TlsBytes anchor;

	findAnchors(trust, subject, &search);
	while (nextAnchor(&search, &anchor)) {
		if (anchor.length == certificate->raw.len &&
			memcmp(anchor.bytes, certificate->raw.p, certificate->raw.len) == 0)
			return true;
	}
	return false;
}

/* Why `issuer`, which has the right name, was not taken for the issuer of `child`. */
static enum TlsCode whyNot(mbedtls_x509_crt *child, mbedtls_x509_crt *issuer, const char **detail)
{
	uint32_t flags = 0;

	*detail = "";
	if (issuer->version < 3 || mbedtls_x509_crt_get_ca_istrue(issuer) != 1) {
		*detail = TLS_DETAIL("its issuer is not a CA");
		return TLS_CERTIFICATE_USAGE;
	}
	if (mbedtls_x509_crt_check_key_usage(issuer, MBEDTLS_X509_KU_KEY_CERT_SIGN) != 0) {
		*detail = TLS_DETAIL("its issuer may not sign certificates");
		return TLS_CERTIFICATE_USAGE;
	}
	/* The signature once more, with this issuer as the only one: the library does not tell it from other reasons. */
	(void)mbedtls_x509_crt_verify(child, issuer, NULL, NULL, &flags, NULL, NULL);
	if (flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED)
		return TLS_CERTIFICATE_SIGNATURE;
	if (tlsMbedtlsPathLength(issuer) >= 0)
		return TLS_CERTIFICATE_CHAIN;
	/* It did sign. What the library lacked a moment ago was memory. */
	return TLS_MEMORY;
}

static void explainBy(struct TlsTrust *trust, mbedtls_x509_crt *child, mbedtls_x509_crt *issuer)
{
	const char *detail;
	enum TlsCode code = whyNot(child, issuer, &detail);

	tlsFailDetail(&trust->failure, code, 0, detail);
}

static void explainByAnchor(struct TlsTrust *trust, mbedtls_x509_crt *child, struct TlsBytes anchor)
{
	mbedtls_x509_crt *issuer = NULL;

	if (appendParsed(&issuer, anchor) != 0)
		tlsFail(&trust->failure, TLS_MEMORY, 0);
	else
		explainBy(trust, child, issuer);
	freeParsed(issuer);
}

static char *append(char *at, const char *text)
{
	size_t length = strlen(text);

	memcpy(at, text, length + 1);
	return at + length;
}

/* Names who is missing: "issuer Example CA, key 0A1B2C". Name and key are cut to what `detail` holds. */
static void failUnknown(struct TlsTrust *trust, const mbedtls_x509_crt *child)
{
	static const char digits[] = "0123456789ABCDEF";
	const mbedtls_x509_buf *key = &child->authority_key_id.keyIdentifier;
	char name[40]; /* leaves room for a key identifier of 20 bytes */
	char detail[TLS_DETAIL_SIZE];
	char *at;

	tlsDerNameText(&child->issuer, name, sizeof(name));
	at = append(append(detail, "issuer "), name);
	if (key->len > 0)
		at = append(at, ", key ");
	for (size_t i = 0; i < key->len && at + 3 <= detail + sizeof(detail); i++) {
		*at++ = digits[key->p[i] >> 4];
		*at++ = digits[key->p[i] & 15];
	}
	*at = 0;
	tlsFailDetail(&trust->failure, TLS_CERTIFICATE_ISSUER, 0, detail);
}

void tlsIssuerExplain(struct TlsTrust *trust, mbedtls_x509_crt *child)
{
	struct TlsBytes name = issuerOf(child);
	struct TlsBytes subject = {child->subject_raw.p, child->subject_raw.len};
	struct AnchorSearch search;
	struct TlsBytes anchor;

	if (trust->above != NULL) { /* the library did find an issuer, in the peer's chain */
		explainBy(trust, child, (mbedtls_x509_crt *)trust->above);
		return;
	}
	findAnchors(trust, name, &search);
	if (nextAnchor(&search, &anchor)) {
		explainByAnchor(trust, child, anchor);
		return;
	}
	for (mbedtls_x509_crt *issuer = child->next; issuer != NULL; issuer = issuer->next) {
		struct TlsBytes other = {issuer->subject_raw.p, issuer->subject_raw.len};

		if (tlsDerSameName(other, name)) {
			explainBy(trust, child, issuer);
			return;
		}
	}
	if (tlsDerSameName(subject, name) && trust->depth == 0)
		tlsFail(&trust->failure, TLS_CERTIFICATE_SELF_SIGNED, 0);
	else
		failUnknown(trust, child);
}
