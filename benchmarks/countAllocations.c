/* SPDX-License-Identifier: MIT */
/*
 * Counts what a program allocates: a library for LD_PRELOAD, with glibc. Each call of mallinfo2 ends a phase and writes a
 * line about it to the file that the environment variable ALLOCATIONS names:
 *
 *     allocations in the phase, most bytes in use during it, bytes in use at its end
 *
 * For programs with one thread that allocates.
 */

#define _GNU_SOURCE

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

/* glibc's own functions, under the names that stay when these here take the others. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

static size_t allocations, inUse, most;

static void *add(void *memory)
{
	if (memory) {
		allocations++;
		inUse += malloc_usable_size(memory);
		if (most < inUse)
			most = inUse;
	}
	return memory;
}

static void subtract(void *memory)
{
	if (memory)
		inUse -= malloc_usable_size(memory);
}

void *malloc(size_t size)
{
	return add(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
	return add(__libc_calloc(count, size));
}

void *realloc(void *memory, size_t size)
{
	size_t before = memory ? malloc_usable_size(memory) : 0;
	void *result = __libc_realloc(memory, size);
	if (result || size == 0)
		inUse -= before;
	return add(result);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
	*memory = add(__libc_memalign(alignment, size));
	return *memory ? 0 : ENOMEM;
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return add(__libc_memalign(alignment, size));
}

void free(void *memory)
{
	subtract(memory);
	__libc_free(memory);
}

/* Opening the file allocates: what is said and what is counted next must not know of it. */
static void writePhase(void)
{
	size_t phase[] = {allocations, most, inUse};
	const char *name = getenv("ALLOCATIONS");
	FILE *file = name ? fopen(name, "a") : NULL;
	if (!file || fprintf(file, "%zu %zu %zu\n", phase[0], phase[1], phase[2]) < 0 || fclose(file)) {
		perror("ALLOCATIONS");
		abort();
	}
}

struct mallinfo2 mallinfo2(void)
{
	struct mallinfo2 information = {.uordblks = inUse};
	writePhase();
	allocations = 0;
	most = inUse;
	return information;
}
