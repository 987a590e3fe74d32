/* SPDX-License-Identifier: MIT */
/*
 * The heap of the tests, whose allocations can be counted and made to fail.
 */

#ifndef TEST_HEAP_H
#define TEST_HEAP_H

#include <stddef.h>

void *testCalloc(size_t count, size_t size);
void testFree(void *bytes);
#define TLS_CALLOC testCalloc
#define TLS_FREE   testFree

#endif
