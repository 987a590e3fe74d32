/* SPDX-License-Identifier: MIT */
/*
 * Text of scripts for a person.
 */

#include "runtime.h"

/* write(error, string) */
void xs_console_write(xsMachine *the)
{
	bool error = xsmcTest(xsArg(0));
	const char *string = xsmcToString(xsArg(1));
	size_t length = runtimeEncodeText(string, NULL);
	uint8_t *bytes = c_malloc(length ? length : 1);
	if (!bytes)
		xsUnknownError("no memory to write a text");
	(void)runtimeEncodeText(string, bytes);
	runtimeWrite(error, bytes, length);
	c_free(bytes);
}
