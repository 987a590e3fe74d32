/* SPDX-License-Identifier: MIT */
/*
 * Points of P-256 and P-384: see tlsCurve.h.
 */

#include "tlsCurve.h"

#include <string.h>

static const uint32_t multiplesP256[] = {
	0xD898C296,
	0xF4A13945,
	0x2DEB33A0,
	0x77037D81,
	0x63A440F2,
	0xF8BCE6E5,
	0xE12C4247,
	0x6B17D1F2,
	0x37BF51F5,
	0xCBB64068,
	0x6B315ECE,
	0x2BCE3357,
	0x7C0F9E16,
	0x8EE7EB4A,
	0xFE1A7F9B,
	0x4FE342E2,
	0xC6E7FD6C,
	0xFB41661B,
	0xEFADA985,
	0xE6C6B721,
	0x1D4BF165,
	0xC8F7EF95,
	0xA6330A44,
	0x5ECBE4D1,
	0xA27D5032,
	0x9A79B127,
	0x384FB83D,
	0xD82AB036,
	0x1A64A2EC,
	0x374B06CE,
	0x4998FF7E,
	0x8734640C,
	0xC3D033ED,
	0x21554A0D,
	0x1F5BE524,
	0xEF8C82FD,
	0x08668FDF,
	0xD784C856,
	0x515140D2,
	0x51590B7A,
	0xFDA16DA4,
	0xD1D0BB44,
	0xD4D80888,
	0x0D012F00,
	0xBF8A7926,
	0x8AE1BF36,
	0x904A727D,
	0xE0C17DA8,
	0x3187B2A3,
	0x30062870,
	0xA80FEF5B,
	0x7EF9F8B8,
	0x7C01FB60,
	0x25BB3066,
	0xA0BF7B46,
	0x8E533B6F,
	0xC1F400B4,
	0xC55E1A86,
	0xCB041B21,
	0x53C73633,
	0xA6F59000,
	0x6D069F83,
	0xE0331836,
	0x73EB1DBD,
};
static const uint32_t multiplesP384[] = {
	0x72760AB7,
	0x3A545E38,
	0xBF55296C,
	0x5502F25D,
	0x82542A38,
	0x59F741E0,
	0x8BA79B98,
	0x6E1D3B62,
	0xF320AD74,
	0x8EB1C71E,
	0xBE8B0537,
	0xAA87CA22,
	0x90EA0E5F,
	0x7A431D7C,
	0x1D7E819D,
	0x0A60B1CE,
	0xB5F0B8C0,
	0xE9DA3113,
	0x289A147C,
	0xF8F41DBD,
	0x9292DC29,
	0x5D9E98BF,
	0x96262C6F,
	0x3617DE4A,
	0x0500C831,
	0x02D7E5C7,
	0x5026580D,
	0xB408BBAE,
	0xD3566DA6,
	0xBEA4F240,
	0x202DCD06,
	0xCB9D3910,
	0x5FDC7D98,
	0x64793C7E,
	0x606FFA14,
	0x077A41D4,
	0x0A2F1DF1,
	0xB65F2860,
	0xE4B5D298,
	0xC24ABD6B,
	0xDC111EAC,
	0xF7684C0E,
	0x85115AA5,
	0x8520B41C,
	0x02A9FC99,
	0x7D0BBE96,
	0x0B0C4283,
	0xC995F7CA,
	0x836D84BC,
	0x0ABCDBC3,
	0x1CA297E6,
	0x37882F4A,
	0xE56583B0,
	0x4F6661CB,
	0xBFF98FC5,
	0xF208E51D,
	0xA025E467,
	0x573CAC5E,
	0xC251C777,
	0x11DE24A2,
	0xE6C1713A,
	0x184414AB,
	0x0AE8FB33,
	0x3177686D,
	0xB6901AEB,
	0x8C986533,
	0x54D5DEE8,
	0x284B4477,
	0x0A00E7C5,
	0x0F5837E9,
	0x7440F92D,
	0x8FA696C7,
	0x8FB6D0E1,
	0x040F05B4,
	0x55B9EBB2,
	0x8B05526F,
	0xFA7B1C50,
	0x2D58CC9D,
	0xFBEA5FFA,
	0xAD6FE997,
	0x234EDFFE,
	0xF29F8EBF,
	0x65CE4788,
	0x283C1D73,
	0xC512EF8C,
	0x64664CDA,
	0x32A78F9E,
	0x30D84EDE,
	0x1DBD2256,
	0xD9C92CD0,
	0xED799729,
	0x1A61D867,
	0x8C169047,
	0xBA52EFDB,
	0x61E41B88,
	0x9475C990,
};
static const uint32_t orderP256[] = {
	0xFC632551, 0xF3B9CAC2, 0xA7179E84, 0xBCE6FAAD, 0xFFFFFFFF, 0xFFFFFFFF, 0x00000000, 0xFFFFFFFF};
static const uint32_t orderP384[] = {0xCCC52973, 0xECEC196A, 0x48B0A77A, 0x581A0DB2, 0xF4372DDF, 0xC7634D81,
	0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF};

const struct TlsCurve tlsCurveP256 = {&tlsFieldP256, orderP256, multiplesP256};
const struct TlsCurve tlsCurveP384 = {&tlsFieldP384, orderP384, multiplesP384};

void tlsPointDouble(const struct TlsField *field, struct TlsPoint *point, struct TlsScratch *scratch)
{
	uint32_t *x = point->x, *y = point->y, *z = point->z;
	uint32_t *a = scratch->a, *b = scratch->b, *c = scratch->c, *d = scratch->d;

	tlsFieldSquare(field, c, y, scratch);      /* gamma = Y^2 */
	tlsFieldSquare(field, d, z, scratch);      /* delta = Z^2 */
	tlsFieldMultiply(field, b, x, c, scratch); /* beta = X gamma */
	tlsFieldAdd(field, z, z, y);
	tlsFieldSquare(field, z, z, scratch);
	tlsFieldSubtract(field, z, z, c);
	tlsFieldSubtract(field, z, z, d); /* Z' = (Y + Z)^2 - gamma - delta */
	tlsFieldSubtract(field, a, x, d);
	tlsFieldAdd(field, d, x, d);
	tlsFieldMultiply(field, d, d, a, scratch);
	tlsFieldAdd(field, a, d, d);
	tlsFieldAdd(field, a, a, d); /* alpha = 3 (X - delta)(X + delta) */
	tlsFieldAdd(field, b, b, b);
	tlsFieldAdd(field, b, b, b);
	tlsFieldAdd(field, d, b, b);
	tlsFieldSquare(field, x, a, scratch);
	tlsFieldSubtract(field, x, x, d); /* X' = alpha^2 - 8 beta */
	tlsFieldSubtract(field, b, b, x);
	tlsFieldMultiply(field, y, a, b, scratch);
	tlsFieldAdd(field, c, c, c);
	tlsFieldSquare(field, c, c, scratch);
	tlsFieldAdd(field, c, c, c);
	tlsFieldSubtract(field, y, y, c); /* Y' = alpha (4 beta - X') - 8 gamma^2 */
}

/* Where the x-coordinates are the same: the points are equal, or opposite. */
static void addToSame(
	const struct TlsField *field, struct TlsPoint *point, bool equal, struct TlsScratch *scratch)
{
	if (equal)
		tlsPointDouble(field, point, scratch);
	else
		memset(point->z, 0, sizeof(point->z));
}

void tlsPointAdd(const struct TlsField *field, struct TlsPoint *point, const uint32_t *x, const uint32_t *y,
	const uint32_t *z, struct TlsScratch *scratch)
{
	uint32_t *a = scratch->a, *b = scratch->b, *c = scratch->c;
	size_t size = field->words * sizeof(*a);

	if (z && tlsFieldIsZero(field, z))
		return;
	if (tlsFieldIsZero(field, point->z)) {
		memcpy(point->x, x, size);
		memcpy(point->y, y, size);
		memset(point->z, 0, size);
		point->z[0] = 1;
		if (z)
			memcpy(point->z, z, size);
		return;
	}
	tlsFieldSquare(field, a, point->z, scratch);
	tlsFieldMultiply(field, b, a, x, scratch);
	tlsFieldMultiply(field, a, a, point->z, scratch);
	tlsFieldMultiply(field, a, a, y, scratch);
	if (z) { /* what follows is for the same point, with coordinates for Z z */
		tlsFieldSquare(field, c, z, scratch);
		tlsFieldMultiply(field, point->x, point->x, c, scratch);
		tlsFieldMultiply(field, c, c, z, scratch);
		tlsFieldMultiply(field, point->y, point->y, c, scratch);
		tlsFieldMultiply(field, point->z, point->z, z, scratch);
	}
	tlsFieldSubtract(field, b, b, point->x); /* the difference of x */
	tlsFieldSubtract(field, a, a, point->y); /* of y */
	if (tlsFieldIsZero(field, b)) {
		addToSame(field, point, tlsFieldIsZero(field, a), scratch);
		return;
	}
	tlsFieldMultiply(field, point->z, point->z, b, scratch);
	tlsFieldSquare(field, c, b, scratch);
	tlsFieldMultiply(field, b, b, c, scratch);
	tlsFieldMultiply(field, c, c, point->x, scratch);
	tlsFieldSquare(field, point->x, a, scratch);
	tlsFieldSubtract(field, point->x, point->x, b);
	tlsFieldSubtract(field, point->x, point->x, c);
	tlsFieldSubtract(field, point->x, point->x, c);
	tlsFieldSubtract(field, c, c, point->x);
	tlsFieldMultiply(field, c, c, a, scratch);
	tlsFieldMultiply(field, b, b, point->y, scratch);
	tlsFieldSubtract(field, point->y, c, b);
}

/* Halves a number that `above` stands above. */
static void halve(uint32_t *number, uint32_t above, unsigned words)
{
	while (words-- > 0) {
		uint32_t word = number[words];

		number[words] = word >> 1 | above << 31;
		above = word & 1;
	}
}

/* Halves `number` until it is odd, and `factor` as often, by the order. */
static void makeOdd(const struct TlsCurve *curve, uint32_t *number, uint32_t *factor)
{
	unsigned words = curve->field->words;

	while ((number[0] & 1) == 0) {
		uint32_t above = (factor[0] & 1) != 0 ? tlsWordsAdd(factor, factor, curve->order, words) : 0;

		halve(number, 0, words);
		halve(factor, above, words);
	}
}

/* The binary extended Euclidean algorithm: u = a s and v = b s by the order, all the time, until u is v and
   both are 1. */
void tlsCurveInvert(
	const struct TlsCurve *curve, uint32_t *r, const uint32_t *s, struct TlsVerification *memory)
{
	unsigned words = curve->field->words;
	size_t size = words * sizeof(*r);
	uint32_t *u = memory->sum.x, *v = memory->sum.y, *b = memory->sum.z, *a = r;

	memcpy(u, s, size);
	memcpy(v, curve->order, size);
	memset(a, 0, size);
	memset(b, 0, size);
	a[0] = 1;
	makeOdd(curve, u, a);
	while (memcmp(u, v, size) != 0) {
		bool less = tlsWordsSubtract(memory->negative, u, v, words) != 0;
		uint32_t *large = less ? v : u, *small = less ? u : v;
		uint32_t *factor = less ? b : a, *other = less ? a : b;

		tlsWordsSubtract(large, large, small, words);
		if (tlsWordsSubtract(factor, factor, other, words) != 0)
			tlsWordsAdd(factor, factor, curve->order, words);
		makeOdd(curve, large, factor);
	}
}

/* Four bits of a number, from bit `at` on. */
static int fourBits(const uint32_t *number, unsigned words, unsigned at)
{
	unsigned word = at / 32, shift = at % 32;
	uint32_t bits = number[word] >> shift;

	if (shift > 28 && word + 1 < words)
		bits |= number[word + 1] << (32 - shift);
	return (int)(bits & 15);
}

/* Writes a number as a sum of digit[i] 2^i with odd digits from -7 to 7, or 0: its width-4 NAF (Guide to ECC,
   3.35). */
static void recode(int8_t *digits, const uint32_t *number, unsigned words)
{
	int carry = 0;

	memset(digits, 0, words * 32 + 1);
	for (unsigned at = 0; at < words * 32;) {
		int digit = fourBits(number, words, at) + carry;

		if ((digit & 1) == 0) {
			at++; /* and the carry goes on: with a bit of 1, or there is none */
			continue;
		}
		carry = digit > 8;
		digits[at] = (int8_t)(carry ? digit - 16 : digit);
		at += 4;
	}
	digits[words * 32] = (int8_t)carry;
}

/* The points Q, 3Q, 5Q and 7Q. */
static void computeMultiples(
	const struct TlsField *field, const uint32_t *x, const uint32_t *y, struct TlsVerification *memory)
{
	struct TlsPoint *twice = &memory->sum, *point = memory->multiples;

	memset(point, 0, sizeof(*point));
	memcpy(point->x, x, field->words * sizeof(*x));
	memcpy(point->y, y, field->words * sizeof(*y));
	point->z[0] = 1;
	*twice = *point;
	tlsPointDouble(field, twice, &memory->scratch);
	for (unsigned i = 1; i < 4; i++) {
		point[i] = point[i - 1];
		tlsPointAdd(field, &point[i], twice->x, twice->y, twice->z, &memory->scratch);
	}
}

/* Adds digit (x, y, z) / |digit|, for a digit other than 0. */
static void addDigit(const struct TlsField *field, int digit, const uint32_t *x, const uint32_t *y,
	const uint32_t *z, struct TlsVerification *memory)
{
	if (digit < 0) {
		memset(memory->negative, 0, sizeof(memory->negative));
		tlsFieldSubtract(field, memory->negative, memory->negative, y);
		y = memory->negative;
	}
	tlsPointAdd(field, &memory->sum, x, y, z, &memory->scratch);
}

/* sum = u1 G + u2 Q, both at once (Shamir's trick; Guide to ECC, 3.51). */
static void multiplyBoth(const struct TlsCurve *curve, struct TlsVerification *memory)
{
	const struct TlsField *field = curve->field;

	memset(&memory->sum, 0, sizeof(memory->sum));
	for (unsigned at = field->words * 32 + 1; at-- > 0;) {
		int first = memory->digits[0][at], second = memory->digits[1][at];
		const uint32_t *own =
			curve->multiples + (unsigned)(first < 0 ? -first : first) / 2 * 2 * field->words;
		const struct TlsPoint *other = &memory->multiples[(second < 0 ? -second : second) / 2];

		tlsPointDouble(field, &memory->sum, &memory->scratch);
		if (first != 0)
			addDigit(field, first, own, own + field->words, NULL, memory);
		if (second != 0)
			addDigit(field, second, other->x, other->y, other->z, memory);
	}
}

/* True if the x-coordinate of the sum is congruent to `value` by the prime. */
static bool hasCoordinate(const struct TlsField *field, const uint32_t *value, struct TlsVerification *memory)
{
	uint32_t *a = memory->scratch.a;

	tlsFieldSquare(field, a, memory->sum.z, &memory->scratch);
	tlsFieldMultiply(field, a, a, value, &memory->scratch);
	tlsFieldSubtract(field, a, a, memory->sum.x);
	return tlsFieldIsZero(field, a);
}

bool tlsCurveVerify(const struct TlsCurve *curve, const uint32_t *u1, const uint32_t *u2, const uint32_t *x,
	const uint32_t *y, const uint32_t *r, struct TlsVerification *memory)
{
	const struct TlsField *field = curve->field;
	uint32_t *other = memory->scratch.b;

	recode(memory->digits[0], u1, field->words);
	recode(memory->digits[1], u2, field->words);
	computeMultiples(field, x, y, memory);
	multiplyBoth(curve, memory);
	if (tlsFieldIsZero(field, memory->sum.z))
		return false;
	if (hasCoordinate(field, r, memory))
		return true;
	/* The coordinate is less than the prime, which is more than the order: it may be r + order. */
	return tlsWordsAdd(other, r, curve->order, field->words) == 0 &&
		   tlsWordsSubtract(memory->negative, other, field->prime, field->words) != 0 &&
		   hasCoordinate(field, other, memory);
}
