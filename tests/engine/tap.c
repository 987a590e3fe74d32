/* SPDX-License-Identifier: MIT */
/*
 * Test results in the Test Anything Protocol.
 */

#include "tap.h"

#include <stdarg.h>
#include <stdio.h>

static int count, failures;

bool ok(bool passed, const char *name, ...)
{
	va_list arguments;

	count++;
	if (!passed)
		failures++;
	printf("%s %d - ", passed ? "ok" : "not ok", count);
	va_start(arguments, name);
	vprintf(name, arguments);
	va_end(arguments);
	printf("\n");
	fflush(stdout);
	return passed;
}

void note(const char *text, ...)
{
	va_list arguments;

	printf("# ");
	va_start(arguments, text);
	vprintf(text, arguments);
	va_end(arguments);
	printf("\n");
}

int finishTests(void)
{
	printf("1..%d\n", count);
	if (failures > 0)
		printf("# %d of %d failed\n", failures, count);
	return failures > 0 || count == 0;
}
