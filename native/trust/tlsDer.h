/* SPDX-License-Identifier: MIT */
/*
 * The shape of DER, as far as it must be known before or without a full parse.
 */

#ifndef TLS_DER_H
#define TLS_DER_H

#include "tlsBytes.h"
#include "tlsMbedtls.h"

/* What an element seems to be, by the types of its first two parts. */
enum TlsDerKind {
	TLS_DER_OTHER,
	TLS_DER_CERTIFICATE,  /* Certificate, RFC 5280 */
	TLS_DER_PKCS8,        /* PrivateKeyInfo, RFC 5958 */
	TLS_DER_PKCS1,        /* RSAPrivateKey, RFC 8017 */
	TLS_DER_SEC1,         /* ECPrivateKey, RFC 5915 */
	TLS_DER_ENCRYPTED_KEY /* EncryptedPrivateKeyInfo, RFC 5958 */
};

/*
 * Looks at the outermost element of `length` bytes at `der`. Returns NULL with its whole size in `size` and
 * its kind in `kind` if it is a SEQUENCE that fits, else what is wrong with it, for a person.
 */
const char *tlsDerProblem(const uint8_t *der, size_t length, size_t *size, enum TlsDerKind *kind);

/* The names in a certificate and its SubjectPublicKeyInfo, for which it need not be parsed. False: it is
   none. */
struct TlsDerNames {
	struct TlsBytes issuer, subject, key;
};
bool tlsDerReadNames(struct TlsBytes certificate, struct TlsDerNames *names);

/* True for a curve's key in a SubjectPublicKeyInfo that has its point compressed (SEC 1, section 2.3.3). */
bool tlsDerIsCompressed(struct TlsBytes publicKey);

/* The bits of the exponent of an RSA key in a SubjectPublicKeyInfo, and how many of them are 1; 0 for a key
   of another kind. */
size_t tlsDerExponentBits(struct TlsBytes publicKey, size_t *ones);

/* True if two distinguished names (RFC 5280, section 7.1) are the same, letter case and string types
   aside. */
bool tlsDerSameName(struct TlsBytes a, struct TlsBytes b);

/* True if the parts of the name `name` begin with those of `start`. Both are inside their SEQUENCE: see
   tlsDerOpenName. */
bool tlsDerNameBegins(struct TlsBytes name, struct TlsBytes start);

/* Replaces a name in DER by what is inside its SEQUENCE. False: it is none. */
bool tlsDerOpenName(struct TlsBytes *name);

/* An ASCII letter in lower case, anything else as it is. */
uint8_t tlsDerLower(uint8_t letter);

/* Writes the most telling part of a name (common name, else organization) to `text`, NUL-terminated, cut to
   `size` bytes: for a person. */
void tlsDerNameText(const mbedtls_x509_name *name, char *text, size_t size);

#endif
