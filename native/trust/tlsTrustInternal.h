/* SPDX-License-Identifier: MIT */
/*
 * What the files of trust share.
 *
 *    tlsTrust.c            anchors: adding, keeping, freeing
 *    tlsAnchors.c          finding anchors by name
 *    tlsPresented.c        the certificates that a peer presents, as the library hands them over
 *    tlsPath.c             the way from the peer's certificate to an anchor
 *    tlsVerify.c           the rules for every certificate on it
 *    tlsWork.c             how much of it a peer may make us compute
 *    tlsPins.c             digests of public keys
 *    tlsPeerName.c         the host's name or address against a certificate
 *    tlsNameConstraints.c  which names an issuer may issue for
 *    tlsDer.c              the shape of DER: outermost element, distinguished names
 */

#ifndef TLS_TRUST_INTERNAL_H
#define TLS_TRUST_INTERNAL_H

#include "tlsDer.h"
#include "tlsNameConstraints.h"
#include "tlsPeerName.h"
#include "tlsStore.h"
#include "tlsTrustForEngine.h"

#include <string.h>

/* Certificates in one message, and on the way from the peer's to an anchor, both included. Public servers
   send two to four. */
#define TLS_PRESENTED_MAX 16
#define TLS_PATH_MAX      8

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
	struct TlsBytes presented[TLS_PRESENTED_MAX]; /* the certificates in the peer's message, its own first */
	size_t presentedCount;
#if TLS_MBEDTLS_4
	mbedtls_x509_crt *hidden; /* tlsPresented.c */
#endif
	struct TlsBytes constraints[TLS_PATH_MAX]; /* name constraints of the certificates above */
	size_t constraintCount;
	struct TlsBytes peerCertificate; /* kept for the application */
	bool pinned;                     /* a certificate of the chain has a pinned key */
	bool peerHasEcKey;
	bool verified;      /* it was, without failure */
	int64_t validUntil; /* the end of validity that comes first */
	struct TlsFailure failure;
#if defined(TLS_TELLS_ANCHOR)
	struct TlsBytes anchor; /* where the chain ends */
#endif
};

/* tlsAnchors.c: a search for the anchors of one name, wherever they are kept. */
struct TlsAnchorSearch {
	struct TlsTrust *trust;
	struct TlsBytes name;
	const struct TlsAnchor *next;
	struct TlsStoreSearch store;
};
void tlsAnchorsFind(struct TlsTrust *trust, struct TlsBytes name, struct TlsAnchorSearch *search);

/* tlsAnchors.c: the next anchor's certificate. False: there is none; or the store is damaged, and
   trust->failure says so. */
bool tlsAnchorsNext(struct TlsAnchorSearch *search, struct TlsBytes *der);

/* tlsAnchors.c: true if `der`, with that subject, is an anchor byte for byte. */
bool tlsAnchorsHave(struct TlsTrust *trust, struct TlsBytes subject, struct TlsBytes der);

/* tlsPath.c: finds a way from trust->presented[0], which is parsed in `leaf`, to an anchor, all of it
   verified. False: trust->failure says why there is none. */
bool tlsPathVerify(struct TlsTrust *trust, mbedtls_x509_crt *leaf);

/* tlsPins.c */
bool tlsPinsHave(const struct TlsTrust *trust, const mbedtls_x509_crt *certificate);
void tlsPinsFree(struct TlsTrust *trust);

/* tlsVerify.c: parses `der` in place. Of critical extensions that the library does not know, `anchor` takes
   all, as RFC 5280 asks nothing of an anchor but its name and key. On failure records it, and returns the
   library's error. */
int tlsVerifyParse(
	struct TlsFailure *failure, mbedtls_x509_crt *certificate, struct TlsBytes der, bool anchor);

/* tlsVerify.c: the rules that need no other certificate: for all, for an issuer, and for the peer's own. Each
   records in trust->failure what is wrong and is then false. */
bool tlsVerifyAny(struct TlsTrust *trust, const mbedtls_x509_crt *certificate);
bool tlsVerifyIssuer(struct TlsTrust *trust, const mbedtls_x509_crt *certificate, int intermediates);
bool tlsVerifyPeer(struct TlsTrust *trust, const mbedtls_x509_crt *certificate);

/* tlsVerify.c: the rules that depend on the certificates above. Called from the anchor down. `top`: it is the
   first. */
bool tlsVerifyBelow(struct TlsTrust *trust, const mbedtls_x509_crt *certificate, bool top, bool peer);

/* tlsVerify.c: TLS_OK if `now` is within the certificate's validity (RFC 5280, section 4.1.2.5), to the
   second. */
enum TlsCode tlsVerifyDates(const mbedtls_x509_crt *certificate, int64_t now);

/* tlsVerify.c: true if the certificate's key is strong enough, and not so large that it stops the device. */
bool tlsVerifyKey(const mbedtls_x509_crt *certificate);

#endif
