/* SPDX-License-Identifier: MIT */
/*
 * modTimer.h on GLib: each timer is a source that becomes ready at a time.
 */

#include "modTimer.h"

#include <glib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct modTimerRecord {
	GSource *source;
	modTimerCallback callback;
	int second;
	bool scheduled;
	bool calling;
	bool touched; /* rescheduled or unscheduled while calling */
	bool removed;
	int refconSize;
	gint64 refcon[]; /* aligned for anything */
};

struct TimerSource {
	GSource source;
	modTimer timer;
};

static void freeTimer(modTimer timer)
{
	g_source_destroy(timer->source);
	g_source_unref(timer->source);
	free(timer);
}

static void schedule(modTimer timer, gint64 from, int interval)
{
	timer->scheduled = true;
	g_source_set_ready_time(timer->source, from + (gint64)interval * 1000);
}

static gboolean dispatch(GSource *source, GSourceFunc function, gpointer data)
{
	modTimer timer = ((struct TimerSource *)source)->timer;
	gint64 due = g_source_get_ready_time(source);
	bool once = timer->second == 0;
	(void)function;
	(void)data;

	/* A repeating timer keeps its beat, unless it fell behind a whole interval. */
	if (once) {
		timer->scheduled = false;
		g_source_set_ready_time(source, -1);
	}
	else
		schedule(timer, MAX(due, g_source_get_time(source) - (gint64)timer->second * 1000), timer->second);

	timer->calling = true;
	timer->touched = false;
	timer->callback(timer, timer->refcon, timer->refconSize);
	timer->calling = false;
	if (timer->removed || (once && !timer->touched))
		freeTimer(timer);
	return G_SOURCE_CONTINUE;
}

static GSourceFuncs timerFunctions = {.dispatch = dispatch};

modTimer modTimerAdd(int firstInterval, int secondInterval, modTimerCallback callback, void *refcon, int refconSize)
{
	GMainContext *context;
	modTimer timer = calloc(1, sizeof(struct modTimerRecord) + (size_t)refconSize);
	if (!timer)
		return NULL;
	timer->callback = callback;
	timer->second = secondInterval;
	timer->refconSize = refconSize;
	memcpy(timer->refcon, refcon, (size_t)refconSize);
	timer->source = g_source_new(&timerFunctions, sizeof(struct TimerSource));
	((struct TimerSource *)timer->source)->timer = timer;
	schedule(timer, g_get_monotonic_time(), firstInterval);
	context = g_main_context_ref_thread_default();
	g_source_attach(timer->source, context);
	g_main_context_unref(context);
	return timer;
}

void modTimerReschedule(modTimer timer, int firstInterval, int secondInterval)
{
	timer->touched = true;
	timer->second = secondInterval;
	schedule(timer, g_get_monotonic_time(), firstInterval);
}

void modTimerUnschedule(modTimer timer)
{
	timer->touched = true;
	timer->scheduled = false;
	g_source_set_ready_time(timer->source, -1);
}

int modTimerGetSecondInterval(modTimer timer)
{
	return (timer->scheduled || timer->calling) ? timer->second : -1;
}

void *modTimerGetRefcon(modTimer timer)
{
	return timer->refcon;
}

void modTimerRemove(modTimer timer)
{
	if (!timer)
		return;
	if (timer->calling) {
		timer->removed = true;
		modTimerUnschedule(timer);
	}
	else
		freeTimer(timer);
}

void modTimerDelayMS(uint32_t milliseconds)
{
	g_usleep((gulong)milliseconds * 1000);
}
