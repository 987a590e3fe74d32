/* SPDX-License-Identifier: MIT */
/*
 * The prime fields of P-256, P-384 (FIPS 186-4, D.1.2) and Curve25519 (RFC 7748).
 *
 * An element is a number of 8 or 12 words. It need not be less than the prime p: p = 2^n - c with a small c,
 * and every number below 2^n stands for its remainder. What comes out of these functions is such a number;
 * tlsFieldNormalize makes the remainder of it.
 *
 * Nothing here branches or takes an address by the value of an element.
 */

#ifndef TLS_FIELD_H
#define TLS_FIELD_H

#include "tlsWords.h"

#include <stdbool.h>

struct TlsField {
	unsigned words;
	/* Makes `r` congruent to a product of twice the words, but for what is returned: it stands above `r`. */
	int32_t (*reduce)(uint32_t *r, const uint32_t *product);
	/* Adds what stands above `r` to it. */
	void (*fold)(uint32_t *r, int32_t above);
	uint32_t prime[TLS_WORDS];
};

extern const struct TlsField tlsFieldP256, tlsFieldP384, tlsField25519;

/* What a calculation needs besides its numbers, for its caller to wipe if these are secret. */
struct TlsScratch {
	uint32_t product[2 * TLS_WORDS];
	uint32_t a[TLS_WORDS], b[TLS_WORDS], c[TLS_WORDS], d[TLS_WORDS];
};

/* In all of these the result may be an operand. */
void tlsFieldAdd(const struct TlsField *field, uint32_t *r, const uint32_t *a, const uint32_t *b);
void tlsFieldSubtract(const struct TlsField *field, uint32_t *r, const uint32_t *a, const uint32_t *b);
void tlsFieldMultiply(const struct TlsField *field, uint32_t *r, const uint32_t *a, const uint32_t *b,
	struct TlsScratch *scratch);
void tlsFieldSquare(const struct TlsField *field, uint32_t *r, const uint32_t *a, struct TlsScratch *scratch);

/* r = a + b * c for a small number `c`, with `r` apart from `a` and `b`. */
void tlsFieldAddSmall(
	const struct TlsField *field, uint32_t *r, const uint32_t *a, const uint32_t *b, uint32_t c);

/* Makes an element its inverse, that of zero being zero: by Fermat, r^(p - 2). `r` is apart from
   `scratch`. */
void tlsFieldInvert(const struct TlsField *field, uint32_t *r, struct TlsScratch *scratch);

/* Makes an element the remainder by the prime. */
void tlsFieldNormalize(const struct TlsField *field, uint32_t *r, struct TlsScratch *scratch);

/* True if an element of P-256 or P-384 is congruent to zero. */
bool tlsFieldIsZero(const struct TlsField *field, const uint32_t *a);

#endif
