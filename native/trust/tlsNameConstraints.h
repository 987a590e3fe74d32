/* SPDX-License-Identifier: MIT */
/*
 * Name constraints (RFC 5280, section 4.2.1.10), which the library does not know: a CA that has them may
 * issue certificates for some names only.
 */

#ifndef TLS_NAME_CONSTRAINTS_H
#define TLS_NAME_CONSTRAINTS_H

#include "tlsDer.h"

/* The value of the extension in a parsed certificate; empty without one. Lives as long as the certificate. */
struct TlsBytes tlsNameConstraintsOf(const mbedtls_x509_crt *certificate);

/* NULL if `certificate` is allowed by `constraints` of an issuer above it, else why not, for a person. What
   cannot be parsed or evaluated does not allow anything. */
const char *tlsNameConstraintsProblem(struct TlsBytes constraints, const mbedtls_x509_crt *certificate);

/* Accepts the extension, critical or not, and no other critical one: for
   mbedtls_x509_crt_parse_der_with_ext_cb, by which a CA with critical name constraints can be parsed. */
int tlsNameConstraintsAccept(void *context, const mbedtls_x509_crt *certificate, const mbedtls_x509_buf *oid,
	int critical, const unsigned char *at, const unsigned char *end);

#endif
