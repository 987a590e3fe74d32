/* SPDX-License-Identifier: MIT */
/*
 * Arithmetic of non-negative integers of 8 or 12 words of 32 bits, the least significant word first: what the
 * fields of the elliptic curves are made of. And a product for GCM.
 *
 * Nothing here branches or takes an address by the value of a word: the time is the same for all values.
 *
 * tlsWords.c is portable. ARMv6-M (a Cortex-M0+) multiplies 32 by 32 bits to 32 only, and what a compiler
 * makes of that is slow: tlsWordsThumb.c has the same functions in assembly for it, and for ARMv8-M Baseline.
 */

#ifndef TLS_WORDS_H
#define TLS_WORDS_H

#include <stdint.h>

#if !defined(TLS_WORDS_ASSEMBLY)
#if defined(__GNUC__) && (defined(__ARM_ARCH_6M__) || defined(__ARM_ARCH_8M_BASE__))
#define TLS_WORDS_ASSEMBLY 1
#else
#define TLS_WORDS_ASSEMBLY 0
#endif
#endif

/* Words of the largest number. `words` below is a multiple of 4, and at most this. */
#define TLS_WORDS 12

/* r = a + b. Returns the carry, 0 or 1. `r` may be `a`, `b` or both. */
uint32_t tlsWordsAdd(uint32_t *r, const uint32_t *a, const uint32_t *b, unsigned words);

/* r = a - b. Returns the borrow as a mask: 0, or all ones. `r` may be `a`, `b` or both. */
uint32_t tlsWordsSubtract(uint32_t *r, const uint32_t *a, const uint32_t *b, unsigned words);

/* a * b. Poly1305 of Mbed TLS takes it as well. */
uint64_t tlsWordsProduct(uint32_t a, uint32_t b);

/* The low word of the product of polynomials over GF(2), whose coefficients are the bits: for GCM
   (tlsGhash.h). */
uint32_t tlsWordsPolynomial(uint32_t a, uint32_t b);

/* r += a * b, for a number `b` of one word. Returns the word that comes above. `r` and `a` are apart. */
uint32_t tlsWordsAddProduct(uint32_t *r, const uint32_t *a, uint32_t b, unsigned words);

/* r = a * b, of twice as many words. `r` is apart from both. */
void tlsWordsMultiply(uint32_t *r, const uint32_t *a, const uint32_t *b, unsigned words);

/* r = a * a, of twice as many words. `r` is apart from `a`. */
void tlsWordsSquare(uint32_t *r, const uint32_t *a, unsigned words);

/*
 * Reduces a product of twice 8 or 12 words by a prime, for P-256 and P-384 as in FIPS 186-4, D.2: `r` is the
 * least significant half of a number that is congruent, and what is returned, from -8 to 38, stands above it.
 * `r` is apart from `product`.
 */
int32_t tlsWordsReduceP256(uint32_t *r, const uint32_t *product);
int32_t tlsWordsReduceP384(uint32_t *r, const uint32_t *product);
int32_t tlsWordsReduce25519(uint32_t *r, const uint32_t *product);

/*
 * Adds to `r`, of 8 or 12 words, what is congruent to a number that stands above it, from -8 to 38:
 *
 *    P-256        2^256 = 2^224 - 2^192 - 2^96 + 1
 *    P-384        2^384 = 2^128 + 2^96 - 2^32 + 1
 *    Curve25519   2^256 = 38
 *
 * Done once, it leaves 1, 0 or -1 above; done again, nothing: where there is 1, what is below it is small,
 * and where there is -1, large.
 */
void tlsWordsFoldP256(uint32_t *r, int32_t above);
void tlsWordsFoldP384(uint32_t *r, int32_t above);
void tlsWordsFold25519(uint32_t *r, int32_t above);

#endif
