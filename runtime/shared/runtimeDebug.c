/* SPDX-License-Identifier: MIT */
/*
 * The module "debug": garbage collection on demand, as the SDK has it.
 */

#include "runtime.h"

/* gc(): collects; gc(enable): switches collection off and on */
void xs_debug_gc(xsMachine *the)
{
	if (xsmcArgc > 0 && xsmcTypeOf(xsArg(0)) != xsUndefinedType)
		xsEnableGarbageCollection(xsmcToBoolean(xsArg(0)));
	else
		xsCollectGarbage();
}
