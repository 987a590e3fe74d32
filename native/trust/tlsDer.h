/* SPDX-License-Identifier: MIT */
/*
 * The shape of DER, as far as it must be known before or without a full parse.
 */

#ifndef TLS_DER_H
#define TLS_DER_H

#include "tlsBytes.h"
#include "tlsMbedtls.h"

/*
 * Looks at the outermost element of `length` bytes at `der`. Returns NULL and its whole size in `size` if it is a
 * SEQUENCE that fits, else what is wrong with it, for a person.
 */
const char *tlsDerProblem(const uint8_t *der, size_t length, size_t *size);

/* True if two distinguished names (RFC 5280, section 7.1) are the same, letter case and string types aside. */
bool tlsDerSameName(struct TlsBytes a, struct TlsBytes b);

/* Writes the most telling part of a name (common name, else organization) to `text`, NUL-terminated, cut to `size`
   bytes: for a person. */
void tlsDerNameText(const mbedtls_x509_name *name, char *text, size_t size);

#endif
