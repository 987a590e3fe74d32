/* SPDX-License-Identifier: MIT */
/*
 * The module "Resource" of the SDK: read-only bytes that are part of the program, as host buffers; and
 * the SDK's function for native code that finds them.
 */

#include "runtime.h"
#include "mc.xs.h"

const void *mcGetResource(xsMachine *the, const char *name, size_t *size);

/* For native code. NULL: there is none. */
const void *mcGetResource(xsMachine *the, const char *name, size_t *size)
{
	struct RuntimeBytes resource;
	(void)the;
	if (!runtimeFindResource(name, &resource))
		return NULL;
	*size = resource.length;
	return resource.bytes ? resource.bytes : (const uint8_t *)""; /* an empty file has no bytes */
}

static void findResource(xsMachine *the, struct RuntimeBytes *resource)
{
	const char *name = xsmcToString(xsArg(0));
	if (!runtimeFindResource(name, resource))
		xsURIError("no resource \"%.80s\"", name);
	if (resource->length > INT32_MAX)
		xsRangeError("resource \"%.80s\" is too large", name);
}

/* Nothing to free: the bytes live as long as the program. */
void xs_resource_destructor(void *data)
{
	(void)data;
}

/* open(name): makes this a host buffer */
void xs_resource_open(xsMachine *the)
{
	struct RuntimeBytes resource;
	findResource(the, &resource);
	xsmcSetHostBuffer(xsThis, (void *)resource.bytes, (xsIntegerValue)resource.length);
	xsmcPetrifyHostBuffer(xsThis);
}

/* exists(name) */
void xs_resource_exists(xsMachine *the)
{
	struct RuntimeBytes resource;
	xsmcSetBoolean(xsResult, runtimeFindResource(xsmcToString(xsArg(0)), &resource));
}

/* byteLength() */
void xs_resource_byteLength(xsMachine *the)
{
	xsmcSetInteger(xsResult, xsmcGetHostBufferLength(xsThis));
}

/* slice(begin, end, copy): an ArrayBuffer, or a host buffer over the same bytes when `copy` is false. The
   class has checked the bounds. */
void xs_resource_slice(xsMachine *the)
{
	uint8_t *bytes = xsmcGetHostData(xsThis);
	xsIntegerValue begin = xsmcToInteger(xsArg(0)), end = xsmcToInteger(xsArg(1));
	if (!bytes || begin < 0 || end < begin || end > xsmcGetHostBufferLength(xsThis))
		xsRangeError("slice: out of range");
	if (xsmcTest(xsArg(2))) {
		xsmcSetArrayBuffer(xsResult, bytes + begin, end - begin);
		return;
	}
	xsResult = xsNewHostObject(NULL);
	xsmcSetHostBuffer(xsResult, bytes + begin, end - begin);
	xsmcPetrifyHostBuffer(xsResult);
}
