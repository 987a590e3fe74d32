/* SPDX-License-Identifier: MIT */
/*
 * The certificates that a peer presents, as the library hands them over. They are verified by tlsPath.c, not
 * by the library.
 *
 * The prepared Mbed TLS 3.6 calls the functions of tlsPresented.h: of the peer's message only its own
 * certificate is parsed, in place. A platform's Mbed TLS 4.x has parsed all of it before anybody is asked,
 * and refuses what it cannot parse; then it asks for the issuers of the peer's certificate, gets none, and
 * takes the verdict from the verify callback.
 */

#include "tlsTrustInternal.h"
#include "tlsPresented.h"

/* The library chooses its alert by flags. */
static uint32_t flagOf(enum TlsCode code)
{
	switch (code) {
	case TLS_CERTIFICATE_EXPIRED:
	case TLS_CERTIFICATE_NOT_YET_VALID:
		return MBEDTLS_X509_BADCERT_EXPIRED; /* certificate_expired */
	case TLS_CERTIFICATE_ISSUER:
	case TLS_CERTIFICATE_SELF_SIGNED:
		return MBEDTLS_X509_BADCERT_NOT_TRUSTED; /* unknown_ca */
	case TLS_CERTIFICATE_USAGE:
	case TLS_CERTIFICATE_WEAK:
		return MBEDTLS_X509_BADCERT_KEY_USAGE; /* unsupported_certificate */
	case TLS_CLOCK:
		return MBEDTLS_X509_BADCERT_FUTURE; /* certificate_unknown */
	default:
		return MBEDTLS_X509_BADCERT_CN_MISMATCH; /* bad_certificate */
	}
}

/* Verifies what was presented. Returns 0 or the flags of what is wrong. */
static uint32_t judge(struct TlsTrust *trust, mbedtls_x509_crt *leaf)
{
	trust->now = trust->clock(trust->clockContext);
	trust->verified = trust->failure.code == TLS_OK && tlsPathVerify(trust, leaf);
	if (!trust->verified)
		trust->failure.flags = flagOf((enum TlsCode)trust->failure.code);
	return trust->failure.flags;
}

/* Takes the certificates one by one. */
static void present(struct TlsTrust *trust, const uint8_t *der, size_t length)
{
	if (trust->presentedCount == TLS_PRESENTED_MAX) {
		tlsFailDetail(
			&trust->failure, TLS_CERTIFICATE_CHAIN, 0, TLS_DETAIL("more certificates than a chain has"));
		return;
	}
	trust->presented[trust->presentedCount].bytes = der;
	trust->presented[trust->presentedCount++].length = length;
}

#if TLS_MBEDTLS_4

/* What follows the peer's certificate in the library's list is hidden from it until the verdict. */
static int takeChain(void *context, const mbedtls_x509_crt *leaf, mbedtls_x509_crt **candidates)
{
	struct TlsTrust *trust = context;

	*candidates = NULL;
	trust->presentedCount = 0;
	for (const mbedtls_x509_crt *next = leaf; next != NULL; next = next->next) {
		if (next->raw.p != NULL)
			present(trust, next->raw.p, next->raw.len);
	}
	if (trust->presentedCount == 0) /* in TLS 1.2 the library leaves out what it does not know */
		tlsFailDetail(&trust->failure, TLS_CERTIFICATE_WEAK, 0, TLS_DETAIL("signature algorithm"));
	trust->hidden = leaf->next;
	((mbedtls_x509_crt *)leaf)->next = NULL;
	return 0;
}

static int giveVerdict(void *context, mbedtls_x509_crt *leaf, int depth, uint32_t *flags)
{
	struct TlsTrust *trust = context;

	(void)depth; /* nothing is above it */
	leaf->next = trust->hidden;
	*flags = judge(trust, leaf);
	return 0;
}

void tlsTrustUse(struct TlsTrust *trust, mbedtls_ssl_config *configuration)
{
	trust->verified = false;
	mbedtls_ssl_conf_ca_cb(configuration, takeChain, trust);
	mbedtls_ssl_conf_verify(configuration, giveVerdict, trust);
}

#else

int tlsPresentedAdd(void *context, mbedtls_x509_crt *leaf, const unsigned char *der, size_t length)
{
	struct TlsTrust *trust = context;
	struct TlsBytes bytes = {der, length};

	if (trust == NULL)
		return tlsPresentedAddOther(leaf, der, length);
	if (leaf->raw.p == NULL)
		trust->presentedCount = 0;
	present(trust, der, length);
	if (trust->presentedCount > 1 || tlsVerifyParse(&trust->failure, leaf, bytes, false) == 0)
		return 0;
	return trust->failure.code == TLS_MEMORY ? MBEDTLS_ERR_X509_ALLOC_FAILED : MBEDTLS_ERR_X509_FATAL_ERROR;
}

int tlsPresentedVerify(mbedtls_x509_crt *leaf, mbedtls_x509_crt_ca_cb_t candidates, void *trust,
	const mbedtls_x509_crt_profile *profile, const char *name, uint32_t *flags,
	int (*callback)(void *, mbedtls_x509_crt *, int, uint32_t *), void *context)
{
	(void)candidates;
	(void)profile;
	(void)name;
	(void)callback;
	(void)context;
	*flags = judge(trust, leaf);
	/* The message that the rest of it points to goes away. */
	tlsMbedtlsKeepKey(leaf);
	return *flags == 0 ? 0 : MBEDTLS_ERR_X509_CERT_VERIFY_FAILED;
}

/* Never called: that there is one sends the library to tlsPresentedVerify. */
static int noCandidates(void *context, const mbedtls_x509_crt *child, mbedtls_x509_crt **candidates)
{
	(void)context;
	(void)child;
	*candidates = NULL;
	return 0;
}

void tlsTrustUse(struct TlsTrust *trust, mbedtls_ssl_config *configuration)
{
	trust->verified = false;
	mbedtls_ssl_conf_ca_cb(configuration, noCandidates, trust);
}

#endif
