/* SPDX-License-Identifier: MIT */
/*
 * Which objects of the script count as memory that holds bytes (I3).
 */

#include "tlsSocket.h"

xsSlot *tlsSocketClamped(xsMachine *the)
{
	xsSlot constructor, prototype;
	xsmcGet(constructor, xsGlobal, xsID_Uint8ClampedArray);
	if (xsmcTypeOf(constructor) != xsReferenceType)
		return NULL;
	xsmcGet(prototype, constructor, xsID_prototype);
	return (xsmcTypeOf(prototype) == xsReferenceType) ? fxToReference(the, &prototype) : NULL;
}

/* XS takes every view of single bytes; ECMA-419 leaves this one out. */
static bool isClamped(xsMachine *the, xsSlot *slot, xsSlot *clamped)
{
	xsSlot prototype;
	if (!clamped || !xsmcIsInstanceOf(*slot, xsTypedArrayPrototype))
		return false;
	prototype = xsReference(clamped);
	return xsmcIsInstanceOf(*slot, prototype);
}

/* False: not a buffer, detached, or read-only where `writable`. An empty one of XS's may have no address,
   with which nothing could be computed. */
static bool take(xsMachine *the, xsSlot *slot, bool writable, struct TlsBytes *bytes)
{
	static const uint8_t none[1];
	volatile bool taken = false;
	xsTry
	{
		void *data = NULL;
		xsUnsignedValue length = 0;
		_xsmcGetBuffer(the, slot, &data, &length, writable);
		bytes->bytes = data ? data : none;
		bytes->length = length;
		taken = true;
	}
	xsCatch
	{
		taken = false; /* XS says why in its own words; the caller's name the option */
	}
	return taken;
}

void tlsSocketBuffer(
	xsMachine *the, xsSlot *slot, xsSlot *clamped, const char *name, bool writable, struct TlsBytes *bytes)
{
	if (isClamped(the, slot, clamped) || !take(the, slot, writable, bytes))
		xsTypeError("%s: must be an attached byte buffer", name);
}
