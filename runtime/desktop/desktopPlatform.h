/* SPDX-License-Identifier: MIT */
/*
 * What XS needs to know about the desktop (XSPLATFORM): Linux, with a thread for each machine.
 */

#ifndef DESKTOP_PLATFORM_H
#define DESKTOP_PLATFORM_H

#undef mxLinux
#define mxLinux 1

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define mxUseGCCAtomics   1
#define mxUsePOSIXThreads 1

#define mxUseDefaultBuildKeys       1
#define mxUseDefaultChunkAllocation 1
#define mxUseDefaultSlotAllocation  1
#define mxUseDefaultParseScript     1
#define mxUseDefaultSharedChunks    1
#define mxUseDefaultDebug           1

/* Where allocations of native code can be made to fail (desktopFaults.c), the engine's own must not. */
#ifdef DESKTOP_ENGINE_ALLOCATION
void *desktopEngineMalloc(size_t size);
void *desktopEngineCalloc(size_t count, size_t size);
void *desktopEngineRealloc(void *memory, size_t size);
#define c_malloc        desktopEngineMalloc
#define c_calloc        desktopEngineCalloc
#define c_realloc       desktopEngineRealloc
#define c_malloc_uint32 desktopEngineMalloc
#endif

/* Atomics.wait. */
#define mxMachinePlatform                                                                                    \
	void *waiterCondition;                                                                                   \
	void *waiterData;                                                                                        \
	void *waiterLink;

#endif
