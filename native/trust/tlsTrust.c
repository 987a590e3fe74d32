/* SPDX-License-Identifier: MIT */
/*
 * Trust anchors: checked when they are added, kept as DER, handed out by tlsIssuer.c.
 */

#include "tlsTrustParts.h"

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
	mbedtls_free((void *)trust->peerCertificate.bytes);
	tlsPeerNameFree(&trust->host);
	mbedtls_free(trust);
}

/* Parses an anchor to see whether it is usable. Returns where its subject is, or an empty range and fills `failure`. */
static struct TlsBytes checkAnchor(const uint8_t *der, size_t length, struct TlsFailure *failure)
{
	struct TlsBytes subject = {NULL, 0};
	mbedtls_x509_crt *certificate = mbedtls_calloc(1, sizeof(*certificate));
	int error;

	if (certificate == NULL) {
		tlsFail(failure, TLS_MEMORY, 0);
		return subject;
	}
	mbedtls_x509_crt_init(certificate);
	error = mbedtls_x509_crt_parse_der_nocopy(certificate, der, length);
	if (error != 0)
		tlsVerifyParseFailure(failure, error);
	else if (!tlsVerifyIsStrong(certificate))
		tlsFailDetail(failure, TLS_CERTIFICATE_WEAK, 0, "kind or size of key");
	else {
		subject.bytes = certificate->subject_raw.p;
		subject.length = certificate->subject_raw.len;
	}
	mbedtls_x509_crt_free(certificate);
	mbedtls_free(certificate);
	return subject;
}

static bool addOne(
	struct TlsTrust *trust, const uint8_t *der, size_t length, bool copy, struct TlsFailure *failure)
{
	struct TlsBytes subject = checkAnchor(der, length, failure);
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

bool tlsTrustAddAnchor(
	struct TlsTrust *trust, const uint8_t *der, size_t length, bool copy, struct TlsFailure *failure)
{
	size_t size = 0;
	const char *problem = tlsDerProblem(der, length, &size);

	if (problem == NULL && size != length)
		problem = "there are bytes behind its end";
	if (problem != NULL) {
		tlsFailDetail(failure, TLS_CERTIFICATE_MALFORMED, 0, problem);
		return false;
	}
	return addOne(trust, der, length, copy, failure);
}

size_t tlsTrustAnchorCount(const struct TlsTrust *trust)
{
	size_t count = 0;

	for (const struct TlsAnchor *anchor = trust->anchors; anchor != NULL; anchor = anchor->next)
		count++;
	return count;
}

void tlsTrustUse(struct TlsTrust *trust, mbedtls_ssl_config *configuration)
{
	mbedtls_ssl_conf_ca_cb(configuration, tlsIssuerCandidates, trust);
	mbedtls_ssl_conf_verify(configuration, tlsVerifyCertificate, trust);
}

const char *tlsTrustServerName(const struct TlsTrust *trust)
{
	return trust->host.addressSize == 0 ? trust->host.name : NULL;
}

const struct TlsFailure *tlsTrustFailure(const struct TlsTrust *trust)
{
	return &trust->failure;
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
