/* SPDX-License-Identifier: MIT */
/*
 * The heap, counted: every malloc, calloc, realloc and free of the image passes here (the linker's --wrap).
 * Bytes are what the C library really set aside for a block, its header included.
 */

#ifndef BOARD_HEAP_H
#define BOARD_HEAP_H

#include <stddef.h>

/* Bytes in use now. */
size_t boardHeapUsed(void);

/* The most there were since boardHeapMark. */
size_t boardHeapPeak(void);

/* Blocks in use now. */
size_t boardHeapBlocks(void);

/* Starts a new peak from what is in use now. */
void boardHeapMark(void);

/* Calls `watch` for each block that comes, with its size, and for each that goes, with 0. */
void boardHeapWatch(void (*watch)(const void *block, size_t size));

/* Memory that stands for flash, such as the files of the host: not counted, not limited. */
void *boardHeapUncounted(size_t size);
void *boardHeapUncountedResize(void *block, size_t size);
void boardHeapUncountedFree(void *block);

/* Above this many bytes in use allocations fail, as on a small device. 0: no limit but the RAM's. */
void boardHeapLimit(size_t bytes);

/* From now on the C library's heap grows by at most so many bytes: where its blocks lie counts, too. For
   good. */
void boardHeapBound(size_t bytes);

/* The largest block that can be allocated now. */
size_t boardHeapLargest(void);

#endif
