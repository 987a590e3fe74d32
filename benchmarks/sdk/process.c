/* SPDX-License-Identifier: MIT */
/*
 * What client.js uses of the desktop runtime, for an app of the SDK: processor time, and standard output. What it prints is the
 * last it does, and the program ends then, as the SDK's loop never does.
 */

#include "xs.h"
#include "mc.xs.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* cpuUsage(): microseconds of processor time, user and system */
void xs_benchmark_cpu(xsMachine *the)
{
	xsResult = xsNumber((double)clock()); /* POSIX: CLOCKS_PER_SEC is a million */
}

/* print(text) */
void xs_benchmark_print(xsMachine *the)
{
	puts(xsToString(xsArg(0)));
	exit(EXIT_SUCCESS);
}
