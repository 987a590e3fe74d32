/* SPDX-License-Identifier: MIT */
/* The C stack's paint. */

#include "boardStack.h"

#include <stdint.h>

#define PAINT 0x5AFE5AFEu

extern uint32_t boardStackLimit[]; /* board.ld */

static const uint32_t *painted; /* where the stack pointer was */

void boardStackPaint(void)
{
	uint32_t *top, *word;

	__asm volatile("mov %0, sp" : "=r"(top));
	for (word = boardStackLimit; word < top; word++)
		*word = PAINT;
	painted = top;
}

size_t boardStackPeak(void)
{
	const uint32_t *word = boardStackLimit;

	while (word < painted && *word == PAINT)
		word++;
	return (size_t)((const char *)painted - (const char *)word);
}
