/* SPDX-License-Identifier: MIT */
/*
 * The module "process": arguments, environment, the end of the program, and what it has used; and the
 * runtime's output.
 */

#include "desktop.h"
#include "mc.xs.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static int argumentCount;
static char **argumentList;
static int exitCode;

void desktopProcessSetArguments(int count, char **arguments)
{
	argumentCount = count;
	argumentList = arguments;
}

int desktopProcessExitCode(void)
{
	return exitCode;
}

void runtimeWrite(bool error, const uint8_t *text, size_t length)
{
	FILE *stream = error ? stderr : stdout;
	if (error)
		fflush(stdout); /* in the order in which they were written */
	(void)fwrite(text, 1, length, stream);
	fflush(stream);
}

void runtimeExit(int status)
{
	exit(status);
}

/* Sets `slot` to a text from outside, which need not be UTF-8. */
static void setText(xsMachine *the, xsSlot *slot, const char *text)
{
	char *valid = g_utf8_make_valid(text, -1);
	xsmcSetString(*slot, valid);
	g_free(valid);
}

/* arguments(): an array of strings */
void xs_process_arguments(xsMachine *the)
{
	int i;
	xsmcVars(1);
	xsmcSetNewArray(xsResult, argumentCount);
	for (i = 0; i < argumentCount; i++) {
		setText(the, &xsVar(0), argumentList[i]);
		xsmcSetIndex(xsResult, (xsIndex)i, xsVar(0));
	}
}

/* environment(): an object */
void xs_process_environment(xsMachine *the)
{
	char **names = g_listenv();
	guint i;
	xsmcVars(1);
	xsmcSetNewObject(xsResult);
	for (i = 0; names[i]; i++) {
		if (!g_utf8_validate(names[i], -1, NULL))
			continue;
		setText(the, &xsVar(0), g_getenv(names[i]));
		xsmcSet(xsResult, xsID(names[i]), xsVar(0));
	}
	g_strfreev(names);
}

/* exit(code) */
void xs_process_exit(xsMachine *the)
{
	exit(xsmcToInteger(xsArg(0)));
}

/* exitCode(): the one for the end of the program; exitCode(code) sets it */
void xs_process_exitCode(xsMachine *the)
{
	if (xsmcArgc > 0)
		exitCode = xsmcToInteger(xsArg(0));
	xsmcSetInteger(xsResult, exitCode);
}

/* uncaught(function): who is told of exceptions that nobody catches; undefined: they end the program */
void xs_process_uncaught(xsMachine *the)
{
	if (xsmcTypeOf(xsArg(0)) != xsUndefinedType && !xsmcIsCallable(xsArg(0)))
		xsTypeError("must be a function or undefined");
	runtimeSetUncaughtHandler(the, &xsArg(0));
}

/* cpu(): microseconds of processor time, user and system */
void xs_process_cpu(xsMachine *the)
{
	struct rusage usage;
	double microseconds;
	(void)getrusage(RUSAGE_SELF, &usage);
	microseconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
				   (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
	xsmcSetNumber(xsResult, microseconds);
}

/* heap(): bytes that C has allocated */
void xs_process_heap(xsMachine *the)
{
	struct mallinfo2 info = mallinfo2();
	xsmcSetNumber(xsResult, (double)info.uordblks + (double)info.hblkhd);
}
