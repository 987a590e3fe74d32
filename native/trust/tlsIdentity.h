/* SPDX-License-Identifier: MIT */
/*
 * Who this client is: its certificate chain and private key, for servers that ask for one (mutual TLS).
 */

#ifndef TLS_IDENTITY_H
#define TLS_IDENTITY_H

#include "tlsFailure.h"

struct TlsIdentity;

/* NULL: no memory. */
struct TlsIdentity *tlsIdentityCreate(void);

/* Zeroizes the key. NULL is allowed. */
void tlsIdentityFree(struct TlsIdentity *identity);

/* Adds a DER certificate, the client's own first, then its issuers. `copy` as in tlsTrustAddAnchor. One
   buffer may hold several certificates one behind the other. What is in them is the server's to judge, but
   the first must have a key that this library can sign with. Fails like tlsTrustAddAnchor. */
bool tlsIdentityAddCertificate(
	struct TlsIdentity *identity, const uint8_t *der, size_t length, bool copy, struct TlsFailure *failure);

/* Sets the private key, once, after the certificates: PKCS#8, PKCS#1 or SEC1, DER, not encrypted, or the name
   of one of the platform's (tlsOpaqueKey.h). Checks that it belongs to the first certificate. Fails with
   TLS_CERTIFICATE_MALFORMED (the detail says how), TLS_RANDOM or TLS_MEMORY. */
bool tlsIdentitySetKey(
	struct TlsIdentity *identity, const uint8_t *der, size_t length, struct TlsFailure *failure);

#endif
