/* SPDX-License-Identifier: MIT */
/*
 * Arithmetic of words in portable C: see tlsWords.h.
 */

#include "tlsWords.h"

#include <string.h>

#if !TLS_WORDS_ASSEMBLY

uint32_t tlsWordsAdd(uint32_t *r, const uint32_t *a, const uint32_t *b, unsigned words)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < words; i++) {
		sum += (uint64_t)a[i] + b[i];
		r[i] = (uint32_t)sum;
		sum >>= 32;
	}
	return (uint32_t)sum;
}

uint32_t tlsWordsSubtract(uint32_t *r, const uint32_t *a, const uint32_t *b, unsigned words)
{
	uint32_t borrow = 0;

	for (unsigned i = 0; i < words; i++) {
		uint64_t difference = (uint64_t)a[i] - b[i] - borrow;

		r[i] = (uint32_t)difference;
		borrow = (uint32_t)(difference >> 63);
	}
	return 0U - borrow;
}

uint64_t tlsWordsProduct(uint32_t a, uint32_t b)
{
	return (uint64_t)a * b;
}

/* Of every four bits one, so that the carries of an integer product, of which at most eight meet, come to
   where no bit counts. */
static uint32_t everyFourth(uint32_t word, unsigned first)
{
	return word & UINT32_C(0x11111111) << first;
}

uint32_t tlsWordsPolynomial(uint32_t a, uint32_t b)
{
	uint32_t r = 0;

	for (unsigned k = 0; k < 4; k++) {
		uint32_t sum = 0;

		for (unsigned i = 0; i < 4; i++)
			sum ^= everyFourth(a, i) * everyFourth(b, (k - i) & 3);
		r |= everyFourth(sum, k);
	}
	return r;
}

uint32_t tlsWordsAddProduct(uint32_t *r, const uint32_t *a, uint32_t b, unsigned words)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < words; i++) {
		sum += (uint64_t)a[i] * b + r[i]; /* at most 2^64 - 1 */
		r[i] = (uint32_t)sum;
		sum >>= 32;
	}
	return (uint32_t)sum;
}

void tlsWordsMultiply(uint32_t *r, const uint32_t *a, const uint32_t *b, unsigned words)
{
	memset(r, 0, words * sizeof(*r));
	for (unsigned i = 0; i < words; i++)
		r[words + i] = tlsWordsAddProduct(r + i, b, a[i], words);
}

void tlsWordsSquare(uint32_t *r, const uint32_t *a, unsigned words)
{
	tlsWordsMultiply(r, a, a, words);
}

/* How often the words of a product's upper half count for each word of its remainder, by the powers of 2^32
   modulo the prime. */
static const int8_t p256[8][TLS_WORDS] = {
	{1, 1, 0, -1, -1, -1, -1, 0},
	{0, 1, 1, 0, -1, -1, -1, -1},
	{0, 0, 1, 1, 0, -1, -1, -1},
	{-1, -1, 0, 2, 2, 1, 0, -1},
	{0, -1, -1, 0, 2, 2, 1, 0},
	{0, 0, -1, -1, 0, 2, 2, 1},
	{-1, -1, 0, 0, 0, 1, 3, 2},
	{1, 0, -1, -1, -1, -1, 0, 3},
};
static const int8_t p384[12][TLS_WORDS] = {
	{1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, -1},
	{-1, 1, 0, 0, 0, 0, 0, 0, -1, 0, 1, 1},
	{0, -1, 1, 0, 0, 0, 0, 0, 0, -1, 0, 1},
	{1, 0, -1, 1, 0, 0, 0, 0, 1, 1, -1, -1},
	{1, 1, 0, -1, 1, 0, 0, 0, 1, 2, 1, -2},
	{0, 1, 1, 0, -1, 1, 0, 0, 0, 1, 2, 1},
	{0, 0, 1, 1, 0, -1, 1, 0, 0, 0, 1, 2},
	{0, 0, 0, 1, 1, 0, -1, 1, 0, 0, 0, 1},
	{0, 0, 0, 0, 1, 1, 0, -1, 1, 0, 0, 0},
	{0, 0, 0, 0, 0, 1, 1, 0, -1, 1, 0, 0},
	{0, 0, 0, 0, 0, 0, 1, 1, 0, -1, 1, 0},
	{0, 0, 0, 0, 0, 0, 0, 1, 1, 0, -1, 1},
};

/* The word that `sum` ends with; what is left of it goes to the next. */
static uint32_t takeWord(int64_t *sum)
{
	uint32_t word = (uint32_t)*sum;

	*sum = (*sum - (int64_t)word) / INT64_C(0x100000000); /* exact: a shift of what may be negative */
	return word;
}

static int32_t reduce(uint32_t *r, const uint32_t *product, const int8_t (*counts)[TLS_WORDS], unsigned words)
{
	int64_t sum = 0;

	for (unsigned i = 0; i < words; i++) {
		sum += product[i];
		for (unsigned j = 0; j < words; j++)
			sum += (int64_t)counts[i][j] * product[words + j];
		r[i] = takeWord(&sum);
	}
	return (int32_t)sum;
}

int32_t tlsWordsReduceP256(uint32_t *r, const uint32_t *product)
{
	return reduce(r, product, p256, 8);
}

int32_t tlsWordsReduceP384(uint32_t *r, const uint32_t *product)
{
	return reduce(r, product, p384, 12);
}

int32_t tlsWordsReduce25519(uint32_t *r, const uint32_t *product)
{
	memcpy(r, product, 8 * sizeof(*r));
	return (int32_t)tlsWordsAddProduct(r, product + 8, 38, 8);
}

static void fold(uint32_t *r, int64_t above, const int8_t counts[TLS_WORDS], unsigned words)
{
	for (unsigned pass = 0; pass < 2; pass++) {
		int64_t sum = 0;

		for (unsigned i = 0; i < words; i++) {
			sum += counts[i] * above + r[i];
			r[i] = takeWord(&sum);
		}
		above = sum;
	}
}

void tlsWordsFoldP256(uint32_t *r, int32_t above)
{
	static const int8_t counts[TLS_WORDS] = {1, 0, 0, -1, 0, 0, -1, 1};

	fold(r, above, counts, 8);
}

void tlsWordsFoldP384(uint32_t *r, int32_t above)
{
	static const int8_t counts[TLS_WORDS] = {1, -1, 0, 1, 1};

	fold(r, above, counts, 12);
}

void tlsWordsFold25519(uint32_t *r, int32_t above)
{
	static const int8_t counts[TLS_WORDS] = {38};

	fold(r, above, counts, 8);
}

#endif
