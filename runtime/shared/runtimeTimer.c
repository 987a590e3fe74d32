/* SPDX-License-Identifier: MIT */
/*
 * The module "timer" of the SDK, over the C API of modTimer.h.
 *
 * A timer of the script is a host object. It is rooted while it is scheduled, so that it fires although no
 * script refers to it.
 */

#include "runtime.h"
#include "modTimer.h"

struct ScriptTimer {
	xsMachine *the;
	modTimer timer;
	xsSlot object;
	xsSlot *callback; /* NULL: cleared */
	bool calling;
	bool rescheduled; /* while calling */
};

static void markTimer(xsMachine *the, void *data, xsMarkRoot markRoot)
{
	struct ScriptTimer *script = data;
	if (script->callback)
		(*markRoot)(the, script->callback);
}

static void deleteTimer(void *data)
{
	struct ScriptTimer *script = data;
	if (script) {
		modTimerRemove(script->timer);
		c_free(script);
	}
}

static const xsHostHooks timerHooks = {deleteTimer, markTimer, NULL};

/* The object is a finished timer from here on. */
static void detach(xsMachine *the, struct ScriptTimer *script)
{
	xsmcSetHostData(script->object, NULL);
	xsForget(script->object);
	script->callback = NULL;
}

static void fire(modTimer timer, void *refcon, int refconSize)
{
	struct ScriptTimer *script = *(struct ScriptTimer **)refcon;
	(void)timer;
	(void)refconSize;

	script->calling = true;
	script->rescheduled = false;
	xsBeginHost(script->the);
	{
		(void)xsCallFunction1(xsReference(script->callback), xsGlobal, script->object);
	}
	xsEndHost(script->the);
	script->calling = false;

	if (script->callback && !script->rescheduled && modTimerGetSecondInterval(script->timer) == 0)
		detach(script->the, script);
	if (!script->callback)
		deleteTimer(script);
}

/* An interval in milliseconds: missing means 0, negative becomes 0. */
static int getInterval(xsMachine *the, int index)
{
	int interval = 0;
	if (xsmcArgc > index)
		interval = xsmcToInteger(xsArg(index));
	return (interval < 0) ? 0 : interval;
}

/* set(callback, interval, repeat) */
void xs_timer_set(xsMachine *the)
{
	int first = getInterval(the, 1), second = getInterval(the, 2);
	struct ScriptTimer *script;
	if (xsmcArgc < 1 || !xsmcIsCallable(xsArg(0)))
		xsTypeError("callback: must be a function");
	script = c_calloc(1, sizeof(struct ScriptTimer));
	if (!script)
		xsUnknownError("no memory for a timer");
	script->timer = modTimerAdd(first, second, fire, &script, sizeof(script));
	if (!script->timer) {
		c_free(script);
		xsUnknownError("no memory for a timer");
	}
	xsResult = xsNewHostObject(NULL);
	script->the = the;
	script->callback = xsToReference(xsArg(0));
	xsmcSetHostData(xsResult, script);
	xsSetHostHooks(xsResult, (xsHostHooks *)&timerHooks);
	script->object = xsResult;
	xsRemember(script->object);
}

/* schedule(timer, interval, repeat): without an interval, the timer does not fire until it is scheduled
   again */
void xs_timer_schedule(xsMachine *the)
{
	struct ScriptTimer *script;
	if (xsmcArgc < 1)
		xsTypeError("timer: is missing");
	script = xsmcGetHostDataValidate(xsArg(0), (void *)&timerHooks);
	if (!script)
		xsUnknownError("timer: has ended");
	if (script->calling)
		script->rescheduled = true;
	if (xsmcArgc < 2)
		modTimerUnschedule(script->timer);
	else
		modTimerReschedule(script->timer, getInterval(the, 1), getInterval(the, 2));
}

/* clear(timer): nothing happens to one that has ended, to undefined and to null */
void xs_timer_clear(xsMachine *the)
{
	struct ScriptTimer *script;
	if (xsmcArgc < 1 || xsmcTypeOf(xsArg(0)) == xsUndefinedType || xsmcTypeOf(xsArg(0)) == xsNullType)
		return;
	script = xsmcGetHostDataValidate(xsArg(0), (void *)&timerHooks);
	if (!script)
		return;
	detach(the, script);
	if (!script->calling)
		deleteTimer(script);
}

/* delay(milliseconds): blocks */
void xs_timer_delay(xsMachine *the)
{
	modTimerDelayMS((uint32_t)getInterval(the, 0));
}
