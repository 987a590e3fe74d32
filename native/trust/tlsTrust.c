/* SPDX-License-Identifier: MIT */
/*
 * Trust anchors: checked when they are added, kept as DER, found by tlsAnchors.c.
 */

#include "tlsTrustInternal.h"

struct TlsTrust *tlsTrustCreate(const char *host, TlsClock clock, void *clockContext)
{
	struct TlsTrust *trust = mbedtls_calloc(1, sizeof(*trust));

	if (trust == NULL)
		return NULL;
	if (!tlsPeerNameSet(&trust->host, host)) {
		mbedtls_free(trust);
		return NULL;
	}
	tlsFailureClear(&trust->failure);
	trust->clock = clock;
	trust->clockContext = clockContext;
	return trust;
}

void tlsTrustFree(struct TlsTrust *trust)
{
	struct TlsAnchor *anchor, *next;

	if (trust == NULL)
		return;
	for (anchor = trust->anchors; anchor != NULL; anchor = next) {
		next = anchor->next;
		if (anchor->owned)
			mbedtls_free((void *)anchor->der.bytes);
		mbedtls_free(anchor);
	}
	tlsPinsFree(trust);
	mbedtls_free((void *)trust->peerCertificate.bytes);
	tlsPeerNameFree(&trust->host);
	mbedtls_free(trust);
}

/* Parses an anchor to see whether it is usable. Returns where its subject is, or an empty range and fills
   `failure`. */
static struct TlsBytes checkAnchor(struct TlsBytes der, struct TlsFailure *failure)
{
	struct TlsBytes subject = {NULL, 0};
	mbedtls_x509_crt *certificate = mbedtls_calloc(1, sizeof(*certificate));

	if (certificate == NULL) {
		tlsFail(failure, TLS_MEMORY, 0);
		return subject;
	}
	mbedtls_x509_crt_init(certificate);
	if (tlsVerifyParse(failure, certificate, der, true) == 0) {
		if (tlsVerifyKey(certificate)) {
			subject.bytes = certificate->subject_raw.p;
			subject.length = certificate->subject_raw.len;
		} else
			tlsFailDetail(failure, TLS_CERTIFICATE_WEAK, 0, TLS_DETAIL("kind or size of key"));
	}
	mbedtls_x509_crt_free(certificate);
	mbedtls_free(certificate);
	return subject;
}

static bool addOne(
	struct TlsTrust *trust, const uint8_t *der, size_t length, bool copy, struct TlsFailure *failure)
{
	struct TlsBytes whole = {der, length}, subject = checkAnchor(whole, failure);
	struct TlsAnchor *anchor;
	uint8_t *bytes;

	if (subject.bytes == NULL)
		return false;
	anchor = mbedtls_calloc(1, sizeof(*anchor));
	bytes = copy ? mbedtls_calloc(1, length) : NULL;
	if (anchor == NULL || (copy && bytes == NULL)) {
		mbedtls_free(anchor);
		mbedtls_free(bytes);
		return tlsFail(failure, TLS_MEMORY, 0), false;
	}
	if (copy)
		memcpy(bytes, der, length);
	anchor->owned = copy;
	anchor->der.bytes = copy ? bytes : der;
	anchor->der.length = length;
	anchor->subject.bytes = anchor->der.bytes + (subject.bytes - der);
	anchor->subject.length = subject.length;
	anchor->next = trust->anchors;
	trust->anchors = anchor;
	return true;
}

/* The size of the certificate at the beginning of `der`; 0: there is none, and `failure` says what there
   is. */
static size_t sizeOfFirst(const uint8_t *der, size_t length, bool first, struct TlsFailure *failure)
{
	enum TlsDerKind kind = TLS_DER_OTHER;
	size_t size = 0;
	const char *problem = tlsDerProblem(der, length, &size, &kind);

	if (problem == NULL && kind != TLS_DER_CERTIFICATE)
		problem = kind == TLS_DER_OTHER ? TLS_DETAIL("this is no certificate")
										: TLS_DETAIL("this is a private key, and a certificate is wanted");
	if (problem != NULL && !first)
		problem = TLS_DETAIL("there are bytes behind its end that are no certificate");
	if (problem == NULL)
		return size;
	tlsFailDetail(failure, TLS_CERTIFICATE_MALFORMED, 0, problem);
	return 0;
}

bool tlsTrustAddAnchor(
	struct TlsTrust *trust, const uint8_t *der, size_t length, bool copy, struct TlsFailure *failure)
{
	size_t at = 0, size;

	/* All or none, as far as their shape goes. */
	do {
		size = sizeOfFirst(der + at, length - at, at == 0, failure);
		if (size == 0)
			return false;
		at += size;
	} while (at < length);
	for (at = 0; at < length; at += size) {
		size = sizeOfFirst(der + at, length - at, at == 0, failure);
		if (!tlsMbedtlsStart(failure) || !addOne(trust, der + at, size, copy, failure))
			return false;
	}
	return true;
}

size_t tlsTrustAnchorCount(const struct TlsTrust *trust)
{
	size_t count = tlsStoreCount(&trust->store);

	for (const struct TlsAnchor *anchor = trust->anchors; anchor != NULL; anchor = anchor->next)
		count++;
	return count;
}

bool tlsTrustAddStore(struct TlsTrust *trust, const uint8_t *bytes, size_t length, struct TlsFailure *failure)
{
	return tlsStoreOpen(&trust->store, bytes, length, failure);
}

const char *tlsTrustServerName(const struct TlsTrust *trust)
{
	return trust->host.addressSize == 0 ? trust->host.name : NULL;
}

const struct TlsFailure *tlsTrustFailure(const struct TlsTrust *trust)
{
	return &trust->failure;
}

TlsClock tlsTrustClock(const struct TlsTrust *trust, void **context)
{
	*context = trust->clockContext;
	return trust->clock;
}

void tlsTrustBind(const struct TlsTrust *trust, struct TlsDigest *digest)
{
	tlsDigestAdd(digest, trust->host.name, strlen(trust->host.name));
	for (const struct TlsAnchor *anchor = trust->anchors; anchor != NULL; anchor = anchor->next)
		tlsDigestAdd(digest, anchor->der.bytes, anchor->der.length);
	tlsDigestAdd(digest, "", 0); /* no anchor is empty, and so this ends them */
	for (const struct TlsPin *pin = trust->pins; pin != NULL; pin = pin->next)
		tlsDigestAdd(digest, pin->digest, sizeof(pin->digest));
	tlsDigestAdd(digest, "", 0);
	tlsStoreBind(&trust->store, digest);
}

#if defined(TLS_TELLS_ANCHOR)
struct TlsBytes tlsTrustAnchor(const struct TlsTrust *trust)
{
	return trust->anchor;
}
#endif

bool tlsTrustIsVerified(const struct TlsTrust *trust)
{
	return trust->verified;
}

int64_t tlsTrustValidUntil(const struct TlsTrust *trust)
{
	return trust->validUntil;
}

bool tlsTrustPeerHasEcKey(const struct TlsTrust *trust)
{
	return trust->peerHasEcKey;
}

struct TlsBytes tlsTrustTakePeerCertificate(struct TlsTrust *trust)
{
	struct TlsBytes certificate = trust->peerCertificate;

	trust->peerCertificate.bytes = NULL;
	trust->peerCertificate.length = 0;
	return certificate;
}
