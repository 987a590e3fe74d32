/* SPDX-License-Identifier: MIT */
/*
 * Randomness for Mbed TLS, and a count of when there was none: as with memory (tlsMemory.h), the library
 * loses the reason on many ways up.
 */

#ifndef TLS_ENTROPY_H
#define TLS_ENTROPY_H

#include <stddef.h>
#include <stdint.h>

/* How often the platform's generator has failed since the program began. Several threads may make it inexact,
   but not go back. Always 0 where the platform's own Mbed TLS draws its randomness by itself. */
uint32_t tlsEntropyFailures(void);

#if defined(TLS_BOARD)
/* The board's to supply: fills `bytes` from a cryptographic generator. Returns 0, or another value when it
   has failed. */
int tlsBoardRandom(uint8_t *bytes, size_t length);
#endif

#endif
