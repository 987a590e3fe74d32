/* SPDX-License-Identifier: MIT */
/* Who asked for what is on the heap. */

#include "heapBlocks.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "boardHeap.h"

#define BLOCKS 256

struct Block {
	const void *block;
	const void *caller;
	size_t size;
};

struct Blocks {
	struct Block list[BLOCKS];
	size_t count, size, lost; /* `lost`: did not fit into the list */
};

static struct Blocks now, atPeak;
static const void *asking; /* where tlsMemoryAllocate was called */

void *__real_tlsMemoryAllocate(size_t count, size_t size);
void *__wrap_tlsMemoryAllocate(size_t count, size_t size);

void *__wrap_tlsMemoryAllocate(size_t count, size_t size)
{
	void *block;

	asking = __builtin_return_address(0);
	block = __real_tlsMemoryAllocate(count, size);
	asking = NULL;
	return block;
}

static void add(const void *block, size_t size)
{
	if (now.count == BLOCKS) {
		now.lost++;
		return;
	}
	now.list[now.count++] = (struct Block){block, asking, size};
	now.size += size;
	if (now.size > atPeak.size)
		atPeak = now;
}

static void take(const void *block)
{
	for (size_t i = 0; i < now.count; i++) {
		if (now.list[i].block == block) {
			now.size -= now.list[i].size;
			now.list[i] = now.list[--now.count];
			return;
		}
	}
}

static void watch(const void *block, size_t size)
{
	if (size > 0)
		add(block, size);
	else
		take(block);
}

void heapBlocksBegin(void)
{
	memset(&now, 0, sizeof(now));
	memset(&atPeak, 0, sizeof(atPeak));
	boardHeapWatch(watch);
}

static void print(const char *name, const struct Blocks *blocks)
{
	printf(",\"%s\":[", name);
	for (size_t i = 0; i < blocks->count; i++)
		printf("%s[%lu,%u]", i > 0 ? "," : "", (unsigned long)(uintptr_t)blocks->list[i].caller,
			(unsigned)blocks->list[i].size);
	printf("]");
}

void heapBlocksPrint(void)
{
	if (now.lost > 0)
		printf("more than %d blocks\n", BLOCKS); /* no JSON: nobody takes it for all */
	print("peak", &atPeak);
	print("now", &now);
}
