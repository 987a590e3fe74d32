/* SPDX-License-Identifier: MIT */
/*
 * Faults for tests. The linker sends the allocations of all our objects here (--wrap); the engine's own have another
 * name (desktopPlatform.h), because XS ends the program when it is out of memory.
 */

#include "desktopFaults.h"

#include <stddef.h>

extern int gxStress; /* of XS, built with mxStress */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);

static unsigned long remaining;
static bool reached;

bool desktopFaultsPossible(void)
{
	return true;
}

void desktopFaultsStress(bool stress)
{
	gxStress = stress;
}

void desktopFaultsFailAllocation(unsigned long count)
{
	remaining = count;
	reached = false;
}

bool desktopFaultsReached(void)
{
	return reached;
}

static bool fails(void)
{
	if (remaining == 0 || --remaining > 0)
		return false;
	reached = true;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
	return fails() ? NULL : __real_realloc(memory, size);
}

void *desktopEngineMalloc(size_t size)
{
	return __real_malloc(size);
}

void *desktopEngineCalloc(size_t count, size_t size)
{
	return __real_calloc(count, size);
}

void *desktopEngineRealloc(void *memory, size_t size)
{
	return __real_realloc(memory, size);
}
