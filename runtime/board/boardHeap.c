/* SPDX-License-Identifier: MIT */
/* The heap, counted. */

#include "boardHeap.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <string.h>

#define BLOCK_HEADER sizeof(size_t) /* newlib keeps one word before each block */

void *__real_malloc(size_t size);
void *__real_realloc(void *block, size_t size);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void __wrap_free(void *block);

static size_t used, peak, blocks, limit;
static void (*watcher)(const void *block, size_t size);

static size_t sizeOf(void *block)
{
	return block ? malloc_usable_size(block) + BLOCK_HEADER : 0;
}

/* An allocation of `size` in place of `old` bytes is refused by the limit. */
static int refused(size_t size, size_t old)
{
	if (!limit || (size <= limit && used - old <= limit - size))
		return 0;
	errno = ENOMEM;
	return 1;
}

static void tell(const void *block, size_t size)
{
	if (block && watcher)
		watcher(block, size);
}

static void count(size_t before, size_t after)
{
	used = used - before + after;
	if (peak < used)
		peak = used;
}

void *__wrap_malloc(size_t size)
{
	void *block;

	if (refused(size, 0))
		return NULL;
	block = __real_malloc(size);
	if (block) {
		blocks++;
		count(0, sizeOf(block));
		tell(block, sizeOf(block));
	}
	return block;
}

void *__wrap_calloc(size_t number, size_t size)
{
	void *block;

	if (size && number > SIZE_MAX / size) {
		errno = ENOMEM;
		return NULL;
	}
	block = __wrap_malloc(number * size);
	if (block)
		memset(block, 0, number * size);
	return block;
}

void *__wrap_realloc(void *block, size_t size)
{
	size_t before = sizeOf(block);
	void *moved;

	if (refused(size, before))
		return NULL;
	moved = __real_realloc(block, size);
	if (moved) {
		if (!block)
			blocks++;
		count(before, sizeOf(moved));
		tell(block, 0);
		tell(moved, sizeOf(moved));
	}
	return moved;
}

void __wrap_free(void *block)
{
	if (block) {
		blocks--;
		count(sizeOf(block), 0);
		tell(block, 0);
	}
	__real_free(block);
}

void boardHeapWatch(void (*watch)(const void *block, size_t size))
{
	watcher = watch;
}

void *boardHeapUncounted(size_t size)
{
	return __real_malloc(size);
}

void *boardHeapUncountedResize(void *block, size_t size)
{
	return __real_realloc(block, size);
}

void boardHeapUncountedFree(void *block)
{
	__real_free(block);
}

size_t boardHeapUsed(void)
{
	return used;
}

size_t boardHeapPeak(void)
{
	return peak;
}

size_t boardHeapBlocks(void)
{
	return blocks;
}

void boardHeapMark(void)
{
	peak = used;
}

void boardHeapLimit(size_t bytes)
{
	limit = bytes;
}

/* Tried out: what can be had grows with what the heap may still grow by, which no list of free blocks
   tells. */
size_t boardHeapLargest(void)
{
	size_t possible = 0, impossible = (size_t)1 << 25; /* above the board's RAM */

	while (impossible - possible > 1) {
		size_t size = possible + (impossible - possible) / 2;
		void *block = __real_malloc(size);

		__real_free(block);
		if (block)
			possible = size;
		else
			impossible = size;
	}
	return possible;
}
