/* SPDX-License-Identifier: MIT */
/* The module "process": arguments, the end of the program, and what it has used; and the runtime's text
   output. */

#include "board.h"
#include "mc.xs.h"

#include <stdlib.h>

#include "boardClock.h"
#include "boardConsole.h"
#include "boardHeap.h"
#include "boardNetwork.h"

static int exitCode;

int boardProcessExitCode(void)
{
	return exitCode;
}

void runtimeWrite(bool error, const uint8_t *text, size_t length)
{
	boardConsoleWrite(error ? BOARD_CONSOLE_ERRORS : BOARD_CONSOLE_OUTPUT, (const char *)text, length);
}

/* What was accepted to be sent still goes out, as it does when a process ends. */
void runtimeExit(int status)
{
	boardNetworkDrain();
	exit(status);
}

/* The xs… functions are natives of process.js. */

static void addArgument(xsMachine *the, xsIndex index, const char *text)
{
	xsmcSetString(xsVar(0), (xsStringValue)text);
	xsmcSetIndex(xsResult, index, xsVar(0));
}

/* arguments(): an array of strings, as in Node: the interpreter, the program, and its arguments */
void xs_process_arguments(xsMachine *the)
{
	unsigned index, count = boardProgramArgumentCount();

	xsmcVars(1);
	xsmcSetNewArray(xsResult, (xsIntegerValue)count + 2);
	addArgument(the, 0, "board");
	addArgument(the, 1, boardProgramMain());
	for (index = 0; index < count; index++)
		addArgument(the, index + 2, boardProgramArgument(index));
}

/* environment(): an empty object */
void xs_process_environment(xsMachine *the)
{
	xsmcSetNewObject(xsResult);
}

/* exit(code) */
void xs_process_exit(xsMachine *the)
{
	runtimeExit(xsmcToInteger(xsArg(0)));
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

/* cpu(): microseconds of the processor's work */
void xs_process_cpu(xsMachine *the)
{
	xsmcSetNumber(xsResult, (double)boardWorkingNanoseconds() / 1000);
}

/* heap(): bytes that C has allocated, without the engine's */
void xs_process_heap(xsMachine *the)
{
	xsmcSetNumber(xsResult, (double)boardHeapUsed());
}
