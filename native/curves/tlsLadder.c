/* SPDX-License-Identifier: MIT */
/*
 * The Montgomery ladder of Curve25519: see tlsLadder.h.
 */

#include "tlsLadder.h"

#include <string.h>

#define A24 121666 /* (A + 2) / 4, for A = 486662 */

void tlsLadderStep(struct TlsLadder *ladder)
{
	const struct TlsField *field = &tlsField25519;
	struct TlsScratch *scratch = &ladder->scratch;
	uint32_t *x = ladder->x, *z = ladder->z, *otherX = ladder->otherX, *otherZ = ladder->otherZ;
	uint32_t *a = scratch->a, *b = scratch->b;

	tlsFieldAdd(field, a, x, z);
	tlsFieldSubtract(field, b, x, z);
	tlsFieldSubtract(field, x, otherX, otherZ);
	tlsFieldAdd(field, z, otherX, otherZ);
	tlsFieldMultiply(field, x, x, a, scratch);
	tlsFieldMultiply(field, z, z, b, scratch);
	tlsFieldAdd(field, otherX, x, z);
	tlsFieldSquare(field, otherX, otherX, scratch);
	tlsFieldSubtract(field, otherZ, x, z);
	tlsFieldSquare(field, otherZ, otherZ, scratch);
	tlsFieldMultiply(field, otherZ, otherZ, ladder->difference, scratch);
	tlsFieldSquare(field, a, a, scratch);
	tlsFieldSquare(field, b, b, scratch);
	tlsFieldMultiply(field, x, a, b, scratch);
	tlsFieldSubtract(field, a, a, b);
	tlsFieldAddSmall(field, z, b, a, A24);
	tlsFieldMultiply(field, z, z, a, scratch);
}
