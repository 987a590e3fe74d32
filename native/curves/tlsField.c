/* SPDX-License-Identifier: MIT */
/*
 * Prime fields: see tlsField.h.
 */

#include "tlsField.h"

#include <string.h>

const struct TlsField tlsFieldP256 = {
	.words = 8,
	.reduce = tlsWordsReduceP256,
	.fold = tlsWordsFoldP256,
	.prime = {0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0, 0, 0, 1, 0xFFFFFFFF},
};

const struct TlsField tlsFieldP384 = {
	.words = 12,
	.reduce = tlsWordsReduceP384,
	.fold = tlsWordsFoldP384,
	.prime = {0xFFFFFFFF, 0, 0, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF,
		0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF},
};

const struct TlsField tlsField25519 = {
	.words = 8,
	.reduce = tlsWordsReduce25519,
	.fold = tlsWordsFold25519,
	.prime = {0xFFFFFFED, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0x7FFFFFFF},
};

void tlsFieldAdd(const struct TlsField *field, uint32_t *r, const uint32_t *a, const uint32_t *b)
{
	field->fold(r, (int32_t)tlsWordsAdd(r, a, b, field->words));
}

void tlsFieldSubtract(const struct TlsField *field, uint32_t *r, const uint32_t *a, const uint32_t *b)
{
	field->fold(r, (int32_t)tlsWordsSubtract(r, a, b, field->words));
}

void tlsFieldMultiply(const struct TlsField *field, uint32_t *r, const uint32_t *a, const uint32_t *b,
	struct TlsScratch *scratch)
{
	tlsWordsMultiply(scratch->product, a, b, field->words);
	field->fold(r, field->reduce(r, scratch->product));
}

void tlsFieldSquare(const struct TlsField *field, uint32_t *r, const uint32_t *a, struct TlsScratch *scratch)
{
	tlsWordsSquare(scratch->product, a, field->words);
	field->fold(r, field->reduce(r, scratch->product));
}

void tlsFieldAddSmall(
	const struct TlsField *field, uint32_t *r, const uint32_t *a, const uint32_t *b, uint32_t c)
{
	memcpy(r, a, field->words * sizeof(*r));
	field->fold(r, (int32_t)tlsWordsAddProduct(r, b, c, field->words));
}

void tlsFieldInvert(const struct TlsField *field, uint32_t *r, struct TlsScratch *scratch)
{
	uint32_t *base = scratch->a, *power15 = scratch->b;
	size_t size = field->words * sizeof(*r);

	memcpy(base, r, size);
	memcpy(power15, r, size);
	for (unsigned i = 0; i < 3; i++) {
		tlsFieldSquare(field, power15, power15, scratch);
		tlsFieldMultiply(field, power15, power15, base, scratch);
	}
	memset(r, 0, size);
	r[0] = 1;
	for (unsigned i = field->words * 8; i-- > 0;) { /* four bits of the exponent, which are often all ones */
		uint32_t word = i < 8 ? field->prime[0] - 2 : field->prime[i / 8];
		uint32_t bits = word >> (i % 8 * 4) & 15;

		for (uint32_t bit = 8; bit != 0; bit >>= 1) {
			tlsFieldSquare(field, r, r, scratch);
			if (bits != 15 && (bits & bit) != 0)
				tlsFieldMultiply(field, r, r, base, scratch);
		}
		if (bits == 15)
			tlsFieldMultiply(field, r, r, power15, scratch);
	}
}

void tlsFieldNormalize(const struct TlsField *field, uint32_t *r, struct TlsScratch *scratch)
{
	/* 2^n is less than 2 p, or than 3 p where p has one bit less. */
	for (uint32_t passes = field->prime[field->words - 1] >> 31; passes < 2; passes++) {
		uint32_t less = tlsWordsSubtract(scratch->product, r, field->prime, field->words);

		for (unsigned i = 0; i < field->words; i++)
			r[i] = (r[i] & less) | (scratch->product[i] & ~less);
	}
}

bool tlsFieldIsZero(const struct TlsField *field, const uint32_t *a)
{
	uint32_t zero = 0, prime = 0;

	for (unsigned i = 0; i < field->words; i++) {
		zero |= a[i];
		prime |= a[i] ^ field->prime[i];
	}
	return (zero == 0) | (prime == 0);
}
