/* SPDX-License-Identifier: MIT */
/*
 * Who is believed: trust anchors, and the rules a peer's chain must meet. There is no way to switch it off.
 *
 * Anchors are kept as DER and handed to the library one candidate at a time, when a chain needs an issuer of
 * that name: nothing is parsed ahead, and a store of a hundred anchors in flash costs no more RAM than one.
 */

#ifndef TLS_TRUST_H
#define TLS_TRUST_H

#include "tlsBytes.h"
#include "tlsFailure.h"

struct TlsTrust;

/* Seconds since 1970 UTC. */
typedef int64_t (*TlsClock)(void *context);

/*
 * `clock` is read when a chain is verified. `host` (a DNS name or an IP literal, copied) is the name to look
 * for. NULL: no memory.
 */
struct TlsTrust *tlsTrustCreate(const char *host, TlsClock clock, void *clockContext);

void tlsTrustFree(struct TlsTrust *trust);

/*
 * Adds a DER certificate, or several one after the other, as trust anchors. With `copy` false the bytes are
 * used in place and must outlive the trust (flash). Each is parsed once to check it, and given back. Fails
 * with TLS_CERTIFICATE_MALFORMED (the detail says how: PEM, trailing bytes, not a certificate),
 * TLS_CERTIFICATE_WEAK, TLS_CERTIFICATE_CONSTRAINTS, TLS_RANDOM or TLS_MEMORY.
 */
bool tlsTrustAddAnchor(
	struct TlsTrust *trust, const uint8_t *der, size_t length, bool copy, struct TlsFailure *failure);

/*
 * Makes the certificates of a store (tlsStore.h) trust anchors. The bytes are used in place and must outlive
 * the trust. Fails with TLS_STORE if they are damaged, or no store. A certificate of it is checked when it is
 * used.
 */
bool tlsTrustAddStore(
	struct TlsTrust *trust, const uint8_t *bytes, size_t length, struct TlsFailure *failure);

#define TLS_PIN_SIZE 32 /* SHA-256 */

/*
 * Adds a pin: the SHA-256 of a SubjectPublicKeyInfo in DER (as in RFC 7469, section 2.4; copied). If there
 * are any, a chain must contain a certificate with one of these keys, the anchor's included, besides
 * everything else. False: no memory.
 */
bool tlsTrustAddPin(struct TlsTrust *trust, const uint8_t digest[TLS_PIN_SIZE]);

/* How many anchors there are, those in a store included. An engine is not created with none. */
size_t tlsTrustAnchorCount(const struct TlsTrust *trust);

#if defined(TLS_TELLS_ANCHOR)
/* The anchor in which a chain that was verified ends: its certificate, where it is kept. Empty: it is the
   peer's own. The store command wants to know; a device does not. */
struct TlsBytes tlsTrustAnchor(const struct TlsTrust *trust);
#endif

#endif
