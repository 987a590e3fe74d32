/* SPDX-License-Identifier: MIT */
/*
 * Allocation for Mbed TLS, with a count of what failed.
 */

#include "tlsMbedtls.h"

#include "tlsMemory.h"

static uint32_t failures;

void *tlsMemoryAllocate(size_t count, size_t size)
{
	void *bytes = TLS_CALLOC(count, size);

	/* Nothing was asked for: that is not a failure, whatever the heap returns. */
	if (bytes == NULL && count != 0 && size != 0)
		failures++;
	return bytes;
}

uint32_t tlsMemoryFailures(void)
{
	return failures;
}
