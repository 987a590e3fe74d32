/* SPDX-License-Identifier: MIT */
/* What XS needs to know about the board (XSPLATFORM): one thread, no operating system, no unaligned
   access. */

#ifndef BOARD_PLATFORM_H
#define BOARD_PLATFORM_H

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

/* As on a Cortex-M0+, an unaligned access faults: DataView must read and write byte by byte. (XS then reads
   only 32 bits of BigInt64 and Float64 at any offset; nothing here uses them.) */
#define mxUnalignedAccess        0
#define mxMisalignedSettersCrash 1
#define c_read16(address)        boardRead16(address)
#define c_read32(address)        boardRead32(address)

static inline uint16_t boardRead16(const void *address)
{
	uint16_t value;
	memcpy(&value, address, sizeof(value));
	return value;
}

static inline uint32_t boardRead32(const void *address)
{
	uint32_t value;
	memcpy(&value, address, sizeof(value));
	return value;
}

#define mxUseDefaultCStackLimit 0

#define mxUseDefaultBuildKeys       1
#define mxUseDefaultChunkAllocation 1
#define mxUseDefaultSlotAllocation  1
#define mxUseDefaultParseScript     1
#define mxUseDefaultSharedChunks    1
#define mxUseDefaultDebug           1

/* newlib's arpa/inet.h and realpath are missing; XS needs neither here. */
#define C_PATH_MAX 1024

/* The engine's memory is not part of what boardHeap.h counts: it would hide what is measured, the class's. */
#ifdef BOARD_ENGINE_ALLOCATION
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void __real_free(void *memory);
#define c_malloc        __real_malloc
#define c_calloc        __real_calloc
#define c_realloc       __real_realloc
#define c_free          __real_free
#define c_malloc_uint32 __real_malloc
#define c_free_uint32   __real_free
#endif

/* Atomics.wait, which has nobody to wait for. */
#define mxMachinePlatform                                                                                    \
	void *waiterCondition;                                                                                   \
	void *waiterData;                                                                                        \
	void *waiterLink;

#endif
