/* SPDX-License-Identifier: MIT */
/*
 * The machine: creation, promise jobs, and what happens to exceptions that nobody catches.
 */

#include "xsAll.h"
#include "runtime.h"
#include "mc.xs.h"

xsIdentifier runtimeIdentifiers[RUNTIME_IDENTIFIER_COUNT];

static xsSlot uncaughtHandler;
static bool reporting;

/* XS calls these two around the life of a machine; the platform's state is not in it. */
void fxCreateMachinePlatform(txMachine *the)
{
	(void)the;
}

void fxDeleteMachinePlatform(txMachine *the)
{
	(void)the;
}

void fxQueuePromiseJobs(txMachine *the)
{
	runtimeQueueJobs(the);
}

static void resolveIdentifiers(xsMachine *the)
{
	size_t i;
	for (i = 0; i < runtimeIdentifierCount; i++)
		runtimeIdentifiers[i] = fxID(the, (char *)runtimeIdentifierNames[i]);
}

xsMachine *runtimeCreate(xsCreation *creation, void *context)
{
	xsMachine *machine = fxCreateMachine(creation, "xs", context, XS_NO_ID);
	if (!machine)
		return NULL;
	xsBeginHost(machine);
	{
		resolveIdentifiers(the);
		uncaughtHandler = xsUndefined;
		xsRemember(uncaughtHandler);
		runtimeDefineNatives(the);
		(void)xsAwaitImport("globals", XS_IMPORT_NAMESPACE);
	}
	xsEndHost(machine);
	return machine;
}

void runtimeDelete(xsMachine *the)
{
	fxDeleteMachine(the);
}

void runtimeImport(xsMachine *machine, const char *specifier)
{
	xsBeginHost(machine);
	{
		xsmcVars(1);
		xsmcSetString(xsVar(0), (char *)specifier);
		fxPush(xsVar(0));
		fxAwaitImport(the, XS_IMPORT_ASYNC);
		(void)fxPop();
	}
	xsEndHost(machine);
}

bool runtimeHasJobs(xsMachine *the)
{
	return mxPendingJobs.value.reference->next != NULL;
}

void runtimeRunJobs(xsMachine *the)
{
	do {
		while (runtimeHasJobs(the))
			fxRunPromiseJobs(the);
		fxEndJob(the);
		fxCheckUnhandledRejections(the, 1);
	} while (runtimeHasJobs(the));
}

void runtimeSetUncaughtHandler(xsMachine *the, xsSlot *function)
{
	(void)the;
	uncaughtHandler.kind = function->kind;
	uncaughtHandler.value = function->value;
}

static void writeLine(const char *text)
{
	runtimeWrite(true, (const uint8_t *)text, c_strlen(text));
	runtimeWrite(true, (const uint8_t *)"\n", 1);
}

/* Writes the string in `slot`, or that it cannot be. */
static void writeString(xsMachine *the, xsSlot *slot)
{
	const char *string = fxToString(the, slot);
	size_t length = runtimeEncodeText(string, NULL);
	uint8_t *bytes = c_malloc(length + 1);
	if (!bytes) {
		writeLine("no memory for the message of an exception");
		return;
	}
	(void)runtimeEncodeText(string, bytes);
	bytes[length] = '\n';
	runtimeWrite(true, bytes, length + 1);
	c_free(bytes);
}

/* Writes what was thrown: the stack of an Error, anything else as a string. */
static void reportException(xsMachine *machine)
{
	xsBeginHost(machine);
	{
		xsmcVars(1);
		xsVar(0) = xsException;
		xsException = xsUndefined;
		xsTry {
			if (xsmcIsInstanceOf(xsVar(0), xsErrorPrototype)) {
				xsmcGet(xsVar(0), xsVar(0), xsID_stack);
			}
			writeString(the, &xsVar(0));
		}
		xsCatch {
			writeLine("an exception that cannot be shown");
		}
	}
	xsEndHost(machine);
}

/* Tells the script's handler; what that throws ends the program. */
static void tellHandler(xsMachine *machine)
{
	xsBeginHost(machine);
	{
		xsmcVars(2);
		xsVar(0) = xsException;
		xsException = xsUndefined;
		xsVar(1) = uncaughtHandler;
		uncaughtHandler = xsUndefined;
		(void)xsCallFunction1(xsVar(1), xsUndefined, xsVar(0));
		if (uncaughtHandler.kind == XS_UNDEFINED_KIND)
			runtimeSetUncaughtHandler(the, &xsVar(1));
	}
	xsEndHost(machine);
}

static const char *abortReason(int status)
{
	switch (status) {
	case XS_NOT_ENOUGH_MEMORY_EXIT:
		return "XS: out of memory";
	case XS_STACK_OVERFLOW_EXIT:
		return "XS: stack overflow";
	case XS_NO_MORE_KEYS_EXIT:
		return "XS: too many identifiers";
	case XS_UNHANDLED_EXCEPTION_EXIT:
		return "Uncaught exception:";
	case XS_UNHANDLED_REJECTION_EXIT:
		return "Unhandled rejection:";
	default:
		return "XS: internal error";
	}
}

/* XS calls this when it cannot go on, and for what nobody catches. It may return in the latter case only. */
void fxAbort(txMachine *the, int status)
{
	bool exception = status == XS_UNHANDLED_EXCEPTION_EXIT || status == XS_UNHANDLED_REJECTION_EXIT;
	if (exception && !reporting && uncaughtHandler.kind != XS_UNDEFINED_KIND) {
		tellHandler(the);
		return;
	}
	writeLine(abortReason(status));
	if (exception && !reporting) {
		reporting = true;
		reportException(the);
	}
	runtimeExit(1);
}
