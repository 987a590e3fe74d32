/* SPDX-License-Identifier: MIT */
/*
 * The machine: creation, promise jobs, and what happens to exceptions that nobody catches.
 */

#include "xsAll.h"
#include "runtime.h"
#include "mc.xs.h"

xsIdentifier runtimeIdentifiers[RUNTIME_IDENTIFIER_COUNT];

/* What nobody caught waits in an array until the handler can be told, since XS finds it where no script can
   run. */
static xsSlot uncaughtHandler;
static xsSlot uncaughtValues;
static xsIndex uncaughtCount;
static bool telling;   /* the handler runs */
static bool reporting; /* the program ends */

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
		uncaughtValues = xsmcNewArray(0);
		xsRemember(uncaughtValues);
		uncaughtCount = 0;
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

/* Not an assignment of the whole slot: the machine's roots are linked through it. */
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
		xsTry
		{
			if (xsmcIsInstanceOf(xsVar(0), xsErrorPrototype)) {
				xsmcGet(xsVar(0), xsVar(0), xsID_stack);
			}
			writeString(the, &xsVar(0));
		}
		xsCatch
		{
			writeLine("an exception that cannot be shown");
		}
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

static void keepException(xsMachine *machine)
{
	xsBeginHost(machine);
	{
		xsmcVars(1);
		xsVar(0) = xsException;
		xsException = xsUndefined;
		xsmcSetIndex(uncaughtValues, uncaughtCount, xsVar(0));
		uncaughtCount++;
	}
	xsEndHost(machine);
}

/* XS calls this when it cannot go on, and for what nobody catches. It may return in the latter case only. */
void fxAbort(txMachine *the, int status)
{
	bool exception = status == XS_UNHANDLED_EXCEPTION_EXIT || status == XS_UNHANDLED_REJECTION_EXIT;
	if (exception && !telling && !reporting && uncaughtHandler.kind != XS_UNDEFINED_KIND) {
		keepException(the);
		return;
	}
	if (!reporting) {
		reporting = true;
		writeLine(abortReason(status));
		if (exception)
			reportException(the);
	}
	runtimeExit(1);
}

/* Tells the handler of the first value that waits. What the handler throws ends the program; so does the
   value, when there is no handler any more. */
static void tellHandler(xsMachine *machine)
{
	telling = true;
	xsBeginHost(machine);
	{
		xsmcVars(2);
		xsVar(0) = xsCall0(uncaughtValues, xsID_shift);
		uncaughtCount--;
		if (uncaughtHandler.kind == XS_UNDEFINED_KIND)
			xsThrow(xsVar(0));
		xsVar(1) = xsAccess(uncaughtHandler);
		(void)xsCallFunction1(xsVar(1), xsUndefined, xsVar(0));
		telling = false;
	}
	xsEndHost(machine);
}

bool runtimeHasJobs(xsMachine *the)
{
	return mxPendingJobs.value.reference->next != NULL || uncaughtCount > 0;
}

void runtimeRunJobs(xsMachine *the)
{
	do {
		while (mxPendingJobs.value.reference->next)
			fxRunPromiseJobs(the);
		fxEndJob(the);
		fxCheckUnhandledRejections(the, 1);
		if (uncaughtCount > 0)
			tellHandler(the);
	} while (runtimeHasJobs(the));
}
