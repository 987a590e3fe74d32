/* SPDX-License-Identifier: MIT */
/*
 * Alarms on GLib's main loop, which is the event loop on Linux, or on the timers of the SDK's event loop
 * elsewhere.
 */

#include "tlsAlarm.h"
#include "tlsMachine.h"

#if TLS_TRANSPORT_POSIX

#include <glib.h>

/* The SDK's timers belong to GLib's default context, a worker's machine runs in another: hence a source of
   our own. The loop asks it before each poll, so that setting it is no more than a store: with
   g_source_set_ready_time, GLib would wake up the loop through a descriptor, in case it is another
   thread's. */
struct TlsAlarm {
	GSource source; /* first: GLib allocates the whole */
	void (*function)(void *context);
	void *context;
	gint64 due; /* on the monotonic clock, in microseconds; 0: now; NEVER: not set */
};

#define NEVER G_MAXINT64

/* Microseconds until the alarm is due. */
static gint64 remaining(struct TlsAlarm *alarm)
{
	if (alarm->due == 0 || alarm->due == NEVER)
		return alarm->due;
	return MAX(alarm->due - g_source_get_time(&alarm->source), 0);
}

static gboolean check(GSource *source)
{
	return remaining((struct TlsAlarm *)source) == 0;
}

static gboolean prepare(GSource *source, gint *timeout)
{
	gint64 wait = remaining((struct TlsAlarm *)source);
	*timeout = (wait == NEVER) ? -1 : (gint)MIN((wait + 999) / 1000, G_MAXINT);
	return wait == 0;
}

static gboolean dispatch(GSource *source, GSourceFunc callback, gpointer data)
{
	struct TlsAlarm *alarm = (struct TlsAlarm *)source;
	(void)callback;
	(void)data;
	alarm->due = NEVER;
	(*alarm->function)(alarm->context);
	return G_SOURCE_CONTINUE;
}

static GSourceFuncs sourceFunctions = {prepare, check, dispatch, NULL, NULL, NULL};

struct TlsAlarm *tlsAlarmCreate(void (*function)(void *context), void *context)
{
	GSource *source = g_source_new(&sourceFunctions, sizeof(struct TlsAlarm));
	GMainContext *loop = g_main_context_ref_thread_default();
	struct TlsAlarm *alarm = (struct TlsAlarm *)source;
	alarm->function = function;
	alarm->context = context;
	alarm->due = NEVER;
	g_source_attach(source, loop);
	g_main_context_unref(loop);
	return alarm;
}

void tlsAlarmSet(struct TlsAlarm *alarm, uint32_t milliseconds)
{
	alarm->due = milliseconds ? g_get_monotonic_time() + (gint64)milliseconds * G_TIME_SPAN_MILLISECOND : 0;
}

void tlsAlarmFree(struct TlsAlarm *alarm)
{
	if (!alarm)
		return;
	g_source_destroy(&alarm->source);
	g_source_unref(&alarm->source);
}

#else

#include "modTimer.h"

/* A repeating timer that stays unscheduled between its settings: one that fires once would be freed by
   firing. */
#define REPEAT 1000

struct TlsAlarm {
	modTimer timer;
	void (*function)(void *context);
	void *context;
};

static void fire(modTimer timer, void *refcon, int refconSize)
{
	struct TlsAlarm *alarm;
	(void)refconSize;
	c_memcpy(&alarm, refcon, sizeof(alarm));
	modTimerUnschedule(timer);
	(*alarm->function)(alarm->context);
}

struct TlsAlarm *tlsAlarmCreate(void (*function)(void *context), void *context)
{
	struct TlsAlarm *alarm = tlsHeapAllocate(1, sizeof(struct TlsAlarm));
	if (!alarm)
		return NULL;
	alarm->function = function;
	alarm->context = context;
	alarm->timer = modTimerAdd(REPEAT, REPEAT, fire, &alarm, sizeof(alarm));
	if (!alarm->timer) {
		free(alarm);
		return NULL;
	}
	modTimerUnschedule(alarm->timer);
	return alarm;
}

void tlsAlarmSet(struct TlsAlarm *alarm, uint32_t milliseconds)
{
	modTimerReschedule(alarm->timer, (int)milliseconds, REPEAT);
}

void tlsAlarmFree(struct TlsAlarm *alarm)
{
	if (!alarm)
		return;
	modTimerRemove(alarm->timer);
	free(alarm);
}

#endif
