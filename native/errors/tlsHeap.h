/* SPDX-License-Identifier: MIT */
/*
 * The heap, where an allocation may fail: what finds no memory is an error of one connection, not the end of
 * the device.
 */

#ifndef TLS_HEAP_H
#define TLS_HEAP_H

#include <stddef.h>
#include <stdlib.h>

/* The Pico SDK links calloc to a function that stops the device when there is no memory. Behind it is the C
   library's own, which returns NULL; a build for both cores needs the mutex that the former takes, and keeps
   it. With SFE_ALLOC the heap is another one, over PSRAM as well, which returns NULL by itself. */
#if defined(PICO_BUILD) && !defined(LIB_PICO_MULTICORE) && !defined(SFE_ALLOC)
extern void *__real_calloc(size_t count, size_t size);
#define TLS_HEAP_CALLOC __real_calloc
#else
#define TLS_HEAP_CALLOC calloc
#endif

/* As calloc; NULL: no memory. To be freed with `free`. */
static inline void *tlsHeapAllocate(size_t count, size_t size)
{
	return TLS_HEAP_CALLOC(count, size);
}

#endif
