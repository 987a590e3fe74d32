/* SPDX-License-Identifier: MIT */
/*
 * What the engine needs of a trust: see tlsTrust.h for what it is.
 */

#ifndef TLS_TRUST_FOR_ENGINE_H
#define TLS_TRUST_FOR_ENGINE_H

#include "tlsBytes.h"
#include "tlsDigest.h"
#include "tlsMbedtls.h"
#include "tlsTrust.h"

/* Makes the next connection of `configuration` verify by `trust`, which must live as long as its handshake,
   and be verified by it anew. */
void tlsTrustUse(struct TlsTrust *trust, mbedtls_ssl_config *configuration);

/* The name for SNI, or NULL if the host is an address (RFC 6066, section 3). Lives as long as the trust. */
const char *tlsTrustServerName(const struct TlsTrust *trust);

/* Why the peer's chain was refused; its code is TLS_OK if it was not. */
const struct TlsFailure *tlsTrustFailure(const struct TlsTrust *trust);

/* The clock that dates are checked by. */
TlsClock tlsTrustClock(const struct TlsTrust *trust, void **context);

/* Adds all that the trust's verdicts depend on, but the time. */
void tlsTrustBind(const struct TlsTrust *trust, struct TlsDigest *digest);

/* True if a chain was verified, and the peer's name with it. */
bool tlsTrustIsVerified(const struct TlsTrust *trust);

/* The last second in which all certificates of the verified chain are valid. */
int64_t tlsTrustValidUntil(const struct TlsTrust *trust);

/* True if the verified peer has an elliptic curve key, false for RSA. */
bool tlsTrustPeerHasEcKey(const struct TlsTrust *trust);

/* The peer's own certificate, to be freed by the caller with mbedtls_free; empty unless
   TLS_PEER_CERTIFICATE. */
struct TlsBytes tlsTrustTakePeerCertificate(struct TlsTrust *trust);

/* Records in `failure` that a certificate could not be parsed for another reason than lack of memory: `error`
   is the library's. */
void tlsVerifyParseFailure(struct TlsFailure *failure, int error);

#endif
