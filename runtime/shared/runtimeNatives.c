/* SPDX-License-Identifier: MIT */
/*
 * The globals `native` and `Native`: how scripts name C functions.
 *
 *   native("xs_x_read")            the host function of that name
 *   class X extends Native("xs_x_destructor")
 *                                  a class whose instances are host objects with that destructor
 *
 * In the SDK the compiler resolves both; here they are found by name when they are called. Methods in
 * TypeScript that are no more than such a call are bound when their module is loaded (runtimeModules.c).
 */

#include "runtime.h"
#include "mc.xs.h"

/* The host functions made so far, kept so that native() costs no more than a search. */
static xsSlot functions[RUNTIME_NATIVE_COUNT + 1];
static bool made[RUNTIME_NATIVE_COUNT + 1];

const struct RuntimeNative *runtimeFindNative(const char *name)
{
	size_t low = 0, high = runtimeNativeCount;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = c_strcmp(name, runtimeNatives[middle].name);
		if (order == 0)
			return &runtimeNatives[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* The index of `name` in runtimeNatives; throws when there is none. */
static size_t findNative(xsMachine *the, const char *name)
{
	const struct RuntimeNative *found = runtimeFindNative(name);
	if (!found)
		xsReferenceError("no native \"%.64s\" in this build", name);
	return (size_t)(found - runtimeNatives);
}

/* native(name) */
static void xs_native(xsMachine *the)
{
	const char *name;
	size_t index;
	if (xsmcArgc < 1)
		xsTypeError("native: no name");
	name = xsmcToString(xsArg(0));
	index = findNative(the, name);
	if (!runtimeNatives[index].function)
		xsTypeError("\"%.64s\" is a destructor", name);
	if (!made[index]) {
		functions[index] = xsNewHostFunctionObject(
			runtimeNatives[index].function, 0, fxID(the, (char *)runtimeNatives[index].name));
		xsRemember(functions[index]);
		made[index] = true;
	}
	xsResult = xsAccess(functions[index]);
}

/* The constructor that `super()` of a class over Native() calls: the new object is a host object as its
   prototype is. */
static void constructHostObject(xsMachine *the)
{
	xsmcVars(1);
	if (xsmcTypeOf(xsTarget) == xsUndefinedType)
		xsTypeError("Native: new is missing");
	xsmcGet(xsVar(0), xsTarget, xsID_prototype);
	if (xsmcTypeOf(xsVar(0)) != xsReferenceType)
		xsTypeError("Native: no prototype");
	xsmcSetNewHostInstance(xsResult, xsVar(0));
}

/* Native(name) */
static void xs_Native(xsMachine *the)
{
	const char *name;
	size_t index;
	xsmcVars(1);
	if (xsmcArgc < 1)
		xsTypeError("Native: no name");
	name = xsmcToString(xsArg(0));
	index = findNative(the, name);
	if (!runtimeNatives[index].destructor)
		xsTypeError("\"%.64s\" is a function", name);
	xsVar(0) = xsNewHostObject(runtimeNatives[index].destructor);
	xsResult = xsNewHostConstructor(constructHostObject, 0, xsVar(0));
}

void runtimeDefineNatives(xsMachine *the)
{
	xsmcVars(1);
	c_memset(made, 0, sizeof(made));
	xsVar(0) = xsNewHostFunctionObject(xs_native, 1, xsID_native);
	xsmcDefine(xsGlobal, xsID_native, xsVar(0), xsDontEnum);
	xsVar(0) = xsNewHostFunctionObject(xs_Native, 1, xsID_Native);
	xsmcDefine(xsGlobal, xsID_Native, xsVar(0), xsDontEnum);
}
