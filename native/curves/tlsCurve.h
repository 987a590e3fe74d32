/* SPDX-License-Identifier: MIT */
/*
 * Points of the curves P-256 and P-384 (FIPS 186-4, D.1.2; y^2 = x^3 - 3x + b) and what an ECDSA signature is
 * verified with.
 *
 * Points are in Jacobian coordinates: x = X / Z^2, y = Y / Z^3, Z = 0 for the point at infinity. The formulas
 * are dbl-2001-b of the Explicit-Formulas Database, and addition as in the Guide to Elliptic Curve
 * Cryptography, 3.22.
 */

#ifndef TLS_CURVE_H
#define TLS_CURVE_H

#include "tlsField.h"

struct TlsPoint {
	uint32_t x[TLS_WORDS], y[TLS_WORDS], z[TLS_WORDS];
};

struct TlsCurve {
	const struct TlsField *field;
	const uint32_t *order;
	const uint32_t *multiples; /* x and y of G, 3G, 5G and 7G */
};

extern const struct TlsCurve tlsCurveP256, tlsCurveP384;

/* Doubles a point. The time is the same for all points. */
void tlsPointDouble(const struct TlsField *field, struct TlsPoint *point, struct TlsScratch *scratch);

/*
 * Adds the point (x, y, z) to `point`; `z` may be NULL, for 1. All cases are right: infinity on either side,
 * equal and opposite points. The time is the same for all others. `point` is apart from the coordinates.
 */
void tlsPointAdd(const struct TlsField *field, struct TlsPoint *point, const uint32_t *x, const uint32_t *y,
	const uint32_t *z, struct TlsScratch *scratch);

/* The memory of the functions below: 1.9 KB, so not on the stack. */
struct TlsVerification {
	struct TlsPoint sum, multiples[4];
	struct TlsScratch scratch;
	uint32_t negative[TLS_WORDS];
	int8_t digits[2][TLS_WORDS * 32 + 1];
};

/* Sets `r` to the inverse of `s` by the order of the curve, with 0 < s < order. All of it is public: the time
   depends on it. */
void tlsCurveInvert(
	const struct TlsCurve *curve, uint32_t *r, const uint32_t *s, struct TlsVerification *memory);

/*
 * The last steps of verifying an ECDSA signature (FIPS 186-4, 6.4; SEC 1, 4.1.4): true if u1 G + u2 Q is not
 * infinity, and its x-coordinate is congruent to `r` by the order of the curve.
 *
 * `u1` and `u2` are any numbers, `r` is less than the order, and (x, y) is a point Q of the curve. All of it
 * is public: the time depends on it.
 */
bool tlsCurveVerify(const struct TlsCurve *curve, const uint32_t *u1, const uint32_t *u2, const uint32_t *x,
	const uint32_t *y, const uint32_t *r, struct TlsVerification *memory);

#endif
