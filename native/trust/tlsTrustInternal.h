/* SPDX-License-Identifier: MIT */
/*
 * What the files of trust share.
 *
 *    tlsTrust.c     anchors: adding, keeping, freeing
 *    tlsIssuer.c    which anchor issued a certificate, and why none did
 *    tlsVerify.c    the rules for every certificate of a chain
 *    tlsPins.c      digests of public keys
 *    tlsPeerName.c      the host's name or address against a certificate
 *    tlsNameConstraints.c  which names an issuer may issue for
 *    tlsDer.c       the shape of DER: outermost element, distinguished names
 */

#ifndef TLS_TRUST_INTERNAL_H
#define TLS_TRUST_INTERNAL_H

#include "tlsDer.h"
#include "tlsNameConstraints.h"
#include "tlsPeerName.h"
#include "tlsStore.h"
#include "tlsTrustForEngine.h"

#include <string.h>

struct TlsAnchor {
	struct TlsAnchor *next;
	struct TlsBytes der;
	struct TlsBytes subject; /* inside der */
	bool owned;              /* der is freed with the anchor */
};

struct TlsPin {
	struct TlsPin *next;
	uint8_t digest[TLS_PIN_SIZE];
};

struct TlsTrust {
	struct TlsAnchor *anchors;
	struct TlsStore store; /* empty: none */
	struct TlsPin *pins;
	struct TlsPeerName host;
	TlsClock clock;
	void *clockContext;

	/* of the chain that is being verified */
	int64_t now;
	int depth;
	const mbedtls_x509_crt *above; /* the certificate verified before this one, its issuer; NULL at the top */
	struct TlsBytes
		constraints[MBEDTLS_X509_MAX_VERIFY_CHAIN_SIZE]; /* name constraints of the certificates above */
	size_t constraintCount;
	struct TlsBytes peerCertificate;
	bool pinned; /* a certificate of the chain has a pinned key */
	bool peerHasEcKey;
	bool verified;      /* it was, without failure */
	int64_t validUntil; /* the end of validity that comes first */
	struct TlsFailure failure;
};

/* tlsIssuer.c: for mbedtls_ssl_conf_ca_cb */
int tlsIssuerCandidates(void *trust, const mbedtls_x509_crt *child, mbedtls_x509_crt **candidates);

/* tlsIssuer.c: as mbedtls_x509_crt_parse_der_nocopy, but takes a CA with critical name constraints. */
int tlsIssuerParse(mbedtls_x509_crt *list, const uint8_t *der, size_t length);

/* tlsIssuer.c: records in trust->failure why `child`, which the library could not trust, is not. */
void tlsIssuerExplain(struct TlsTrust *trust, mbedtls_x509_crt *child);

/* tlsIssuer.c: true if `certificate` is, byte for byte, an anchor. */
bool tlsIssuerIsAnchor(struct TlsTrust *trust, const mbedtls_x509_crt *certificate);

/* tlsPins.c */
bool tlsPinsHave(const struct TlsTrust *trust, const mbedtls_x509_crt *certificate);
void tlsPinsFree(struct TlsTrust *trust);

/* tlsVerify.c: for mbedtls_ssl_conf_verify */
int tlsVerifyCertificate(void *trust, mbedtls_x509_crt *certificate, int depth, uint32_t *flags);

/* tlsVerify.c: true if `now` is within the certificate's validity (RFC 5280, section 4.1.2.5), to the second. */
bool tlsVerifyIsValidAt(const mbedtls_x509_crt *certificate, int64_t now);

/* tlsVerify.c: true if the certificate's key is strong enough. */
bool tlsVerifyIsStrong(const mbedtls_x509_crt *certificate);

#endif
