/* SPDX-License-Identifier: MIT */
/* Random numbers: the host's. */

#include <stdio.h>
#include <stdlib.h>

#include "arch/cc.h"
#include "boardSemihosting.h"
#include "tlsEntropy.h"

/* tlsEntropy.h */
int tlsBoardRandom(uint8_t *bytes, size_t length)
{
	return boardHostRandom(bytes, length) ? 0 : -1;
}

uint32_t boardRandom32(void)
{
	uint32_t value;

	if (!boardHostRandom(&value, sizeof(value))) {
		puts("no random numbers from the host");
		abort();
	}
	return value;
}
