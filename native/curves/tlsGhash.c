/* SPDX-License-Identifier: MIT */
/*
 * Products in GF(2^128): see tlsGhash.h.
 *
 * GCM writes the coefficient of x^0 in the first bit. Read as a number of 128 bits, the first byte the most
 * significant, an element is a polynomial with its coefficients in reverse: so is the product of two, one bit
 * lower than it should be.
 *
 * tlsWordsPolynomial gives the low half of a product of words. The high half is what it gives for the words
 * with their bits reversed, reversed: both halves are calculated in the same way, from the words, and from
 * the reversed ones.
 */

#include "tlsGhash.h"
#include "tlsWords.h"

/* Words, the least significant first, from bytes, the most significant first. */
static void loadElement(uint32_t *words, const uint8_t *bytes)
{
	for (unsigned i = 4; i-- > 0; bytes += 4)
		words[i] = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void storeElement(uint8_t *bytes, const uint32_t *words)
{
	for (unsigned i = 4; i-- > 0; bytes += 4) {
		bytes[0] = (uint8_t)(words[i] >> 24);
		bytes[1] = (uint8_t)(words[i] >> 16);
		bytes[2] = (uint8_t)(words[i] >> 8);
		bytes[3] = (uint8_t)words[i];
	}
}

/* The bits of a word from the other end. */
static uint32_t reverseWord(uint32_t word)
{
	word = (word >> 1 & 0x55555555) | (word & 0x55555555) << 1;
	word = (word >> 2 & 0x33333333) | (word & 0x33333333) << 2;
	word = (word >> 4 & 0x0F0F0F0F) | (word & 0x0F0F0F0F) << 4;
	word = (word >> 8 & 0x00FF00FF) | (word & 0x00FF00FF) << 8;
	return word >> 16 | word << 16;
}

static void reverseElement(uint32_t *r, const uint32_t *words)
{
	for (unsigned i = 0; i < 4; i++)
		r[i] = reverseWord(words[i]);
}

/* r = a b for two words each, three products in place of four (Karatsuba), of each product of words the low
   half. */
static void convolveTwo(uint32_t *r, const uint32_t *a, const uint32_t *b)
{
	r[0] = tlsWordsPolynomial(a[0], b[0]);
	r[2] = tlsWordsPolynomial(a[1], b[1]);
	r[1] = tlsWordsPolynomial(a[0] ^ a[1], b[0] ^ b[1]) ^ r[0] ^ r[2];
}

/* The same for four words each: r has seven. */
static void convolveFour(uint32_t *r, const uint32_t *a, const uint32_t *b)
{
	uint32_t sumA[2] = {a[0] ^ a[2], a[1] ^ a[3]}, sumB[2] = {b[0] ^ b[2], b[1] ^ b[3]};
	uint32_t middle[3];

	convolveTwo(r, a, b);
	convolveTwo(r + 4, a + 2, b + 2);
	convolveTwo(middle, sumA, sumB);
	middle[0] ^= r[0] ^ r[4];
	middle[1] ^= r[1] ^ r[5];
	middle[2] ^= r[2] ^ r[6];
	r[2] ^= middle[0];
	r[3] = middle[1];
	r[4] ^= middle[2];
}

/* Reduces a polynomial of 256 bits to its upper half: x^128 = x^7 + x^2 + x + 1, and a higher power is
   further down. */
static void reduceElement(uint32_t *product)
{
	for (unsigned i = 0; i < 4; i++) {
		uint32_t word = product[i];

		product[i + 3] ^= word << 31 ^ word << 30 ^ word << 25;
		product[i + 4] ^= word ^ word >> 1 ^ word >> 2 ^ word >> 7;
	}
}

void tlsGhashSetKey(uint64_t key[TLS_GHASH_KEY][2], const uint8_t *h)
{
	uint32_t words[4];

	loadElement(words, h);
	for (unsigned i = 0; i < TLS_GHASH_KEY; i++) {
		key[i][0] = (uint64_t)words[1] << 32 | words[0];
		key[i][1] = (uint64_t)words[3] << 32 | words[2];
		reverseElement(words, words);
	}
}

/* r = words of x by those of a half of the key. */
static void convolveKey(uint32_t *r, const uint32_t *x, const uint64_t key[2])
{
	uint32_t words[4] = {
		(uint32_t)key[0], (uint32_t)(key[0] >> 32), (uint32_t)key[1], (uint32_t)(key[1] >> 32)};

	convolveFour(r, x, words);
}

void tlsGhashMultiply(uint8_t *output, const uint8_t *x, uint64_t key[TLS_GHASH_KEY][2])
{
	uint32_t words[4], low[8], high[7];

	loadElement(words, x);
	convolveKey(low, words, key[0]);
	reverseElement(words, words);
	convolveKey(high, words, key[1]);
	/* Reversed, the high half stands one bit too high, which is where the element that is one bit too low
	   should be; the bit that shifting the low half loses is the lowest of it. */
	low[7] = 0;
	for (unsigned i = 7; i > 0; i--)
		low[i] = low[i] << 1 ^ reverseWord(high[i - 1]);
	low[0] <<= 1;
	reduceElement(low);
	storeElement(output, low + 4);
}
