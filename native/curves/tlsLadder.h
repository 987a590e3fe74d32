/* SPDX-License-Identifier: MIT */
/*
 * The step of the Montgomery ladder on Curve25519 (RFC 7748, section 5), in coordinates X : Z, by the
 * formulas mladd-1987-m of the Explicit-Formulas Database.
 */

#ifndef TLS_LADDER_H
#define TLS_LADDER_H

#include "tlsField.h"

struct TlsLadder {
	uint32_t x[8], z[8];           /* P */
	uint32_t otherX[8], otherZ[8]; /* Q */
	uint32_t difference[8];        /* x of P - Q */
	struct TlsScratch scratch;
};

/* Q = P + Q, P = 2 P. The time is the same for all points. */
void tlsLadderStep(struct TlsLadder *ladder);

#endif
