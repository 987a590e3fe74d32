/* SPDX-License-Identifier: MIT */
/*
 * Where Mbed TLS gets its memory: the C library's heap, or another. A platform names it with TLS_CALLOC and
 * TLS_FREE, or in the configuration of its own Mbed TLS, as ESP-IDF does.
 *
 * The library loses an allocation's failure on many ways up: it comes out as a wrong signature, a failed
 * negotiation, an alert of the peer's. So failures are counted here, and whoever called the library can see
 * that memory was the reason.
 */

#ifndef TLS_MEMORY_H
#define TLS_MEMORY_H

#include "tlsHeap.h"

#include <stddef.h>
#include <stdint.h>

#if !defined(TLS_CALLOC) && defined(MBEDTLS_PLATFORM_STD_CALLOC)
#define TLS_CALLOC MBEDTLS_PLATFORM_STD_CALLOC
#define TLS_FREE   MBEDTLS_PLATFORM_STD_FREE
#elif !defined(TLS_CALLOC)
#define TLS_CALLOC tlsHeapAllocate
#define TLS_FREE   free
#endif

/* As calloc. */
void *tlsMemoryAllocate(size_t count, size_t size);

/* The next `count` allocations get `bytes` bytes at most: those of the library that are replaced at once.
   `count` 0 ends it. On a computer, where threads allocate side by side, and with a platform's own library
   they get what they ask for. */
void tlsMemorySkimp(unsigned count, size_t bytes);

/* Makes a library that takes its allocator at run time use this one, over the heap that it had before. An
   allocator that an app has set is left alone, and then its failures are not counted. As often as one
   likes. */
void tlsMemoryStart(void);

/* How many allocations have failed since the program began. Several threads may make it inexact, but not go
   back. */
uint32_t tlsMemoryFailures(void);

#endif
