/* SPDX-License-Identifier: MIT */
/*
 * Faults for tests. The linker sends the allocations of all our objects here (--wrap); the engine's own have
 * another name (desktopPlatform.h), because XS ends the program when it is out of memory.
 */

#include "desktopFaults.h"
#include "runtime.h"

#include <stddef.h>

extern int gxStress; /* of XS, built with mxStress */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);

xsMachine *__real_fxBeginHost(xsMachine *the);
void __real_fxEndHost(xsMachine *the);
void __real_fxRunCount(xsMachine *the, xsIntegerValue count);
xsMachine *__wrap_fxBeginHost(xsMachine *the);
void __wrap_fxEndHost(xsMachine *the);
void __wrap_fxRunCount(xsMachine *the, xsIntegerValue count);

static unsigned long remaining;
static bool reached;

bool desktopFaultsPossible(void)
{
	return true;
}

enum { COLLECT_NEVER = 0, COLLECT_ALWAYS = 1, COLLECT_ONCE = -1 }; /* what gxStress means */

static bool nativeOnly;

void desktopFaultsStress(enum DesktopStress stress)
{
	nativeOnly = stress == DESKTOP_STRESS_NATIVE;
	gxStress = nativeOnly ? COLLECT_ONCE : stress == DESKTOP_STRESS_ALL ? COLLECT_ALWAYS : COLLECT_NEVER;
}

/* An exception that leaves native code passes this by: then there are collections in the script, too, up to
   the next. */
void runtimeEnterNative(void)
{
	if (nativeOnly)
		gxStress = COLLECT_ALWAYS;
}

void runtimeLeaveNative(void)
{
	if (nativeOnly)
		gxStress = COLLECT_ONCE;
}

/* Native code that the event loop calls begins and ends with these two, and calls scripts by the third. */

xsMachine *__wrap_fxBeginHost(xsMachine *the)
{
	runtimeEnterNative();
	return __real_fxBeginHost(the);
}

void __wrap_fxEndHost(xsMachine *the)
{
	__real_fxEndHost(the);
	runtimeLeaveNative();
}

void __wrap_fxRunCount(xsMachine *the, xsIntegerValue count)
{
	runtimeLeaveNative();
	__real_fxRunCount(the, count);
	runtimeEnterNative();
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
