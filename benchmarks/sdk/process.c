/* SPDX-License-Identifier: MIT */
/*
 * What client.js uses of the desktop runtime, for an app of the SDK: processor time, and standard output. What it prints is the
 * last it does, and the program ends then, as the SDK's loop never does.
 */

#include "xs.h"
#include "mc.xs.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

/* cpuUsage(): microseconds of processor time, user and system */
void xs_benchmark_cpu(xsMachine *the)
{
	struct rusage usage;
	double microseconds;
	(void)getrusage(RUSAGE_SELF, &usage);
	microseconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
				   (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
	xsResult = xsNumber(microseconds);
}

/* print(text) */
void xs_benchmark_print(xsMachine *the)
{
	puts(xsToString(xsArg(0)));
	exit(EXIT_SUCCESS);
}
