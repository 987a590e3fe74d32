/* SPDX-License-Identifier: MIT */
/*
 * What the engine needs of an identity: see tlsIdentity.h for what it is.
 */

#ifndef TLS_IDENTITY_FOR_ENGINE_H
#define TLS_IDENTITY_FOR_ENGINE_H

#include "tlsDigest.h"
#include "tlsIdentity.h"

/* Makes connections of `configuration` offer the identity, which must live as long as their handshakes, in
   place of what they offered before. NULL: nobody; that cannot fail. Returns 0 or an error of Mbed TLS. */
int tlsIdentityUse(struct TlsIdentity *identity, mbedtls_ssl_config *configuration);

/* The bits of the curve of the identity's key; 0 for an RSA key. */
size_t tlsIdentityCurve(const struct TlsIdentity *identity);

/* Bytes of the handshake message that carries the identity's chain (RFC 8446, section 4.4.2, which takes a
   little more than RFC 5246). The library sends it in one record. */
size_t tlsIdentityMessageSize(const struct TlsIdentity *identity);

/* Adds who the identity is: its own certificate. NULL is nobody. */
void tlsIdentityBind(const struct TlsIdentity *identity, struct TlsDigest *digest);

#endif
