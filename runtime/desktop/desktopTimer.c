/* SPDX-License-Identifier: MIT */
/*
 * modTimer.h on GLib: one source for all timers, in the order in which they are due. (A source for each would
 * fire in the order of their creation whenever several are due.)
 */

#include "modTimer.h"

#include <glib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct modTimerRecord {
	struct modTimerRecord *next; /* while scheduled */
	gint64 due;                  /* microseconds of the monotonic clock */
	modTimerCallback callback;
	int second;
	bool scheduled;
	bool calling;
	bool touched; /* rescheduled or unscheduled while calling */
	bool removed;
	int refconSize;
	gint64 refcon[]; /* aligned for anything */
};

static modTimer firstTimer;  /* of those that are scheduled */
static GSource *timerSource; /* NULL: none is */

static gboolean dispatch(GSource *source, GSourceFunc function, gpointer data);

static GSourceFuncs timerFunctions = {.dispatch = dispatch};

/* Has the event loop wake up for the first timer. */
static void watch(void)
{
	if (firstTimer && !timerSource) {
		GMainContext *context = g_main_context_ref_thread_default();
		timerSource = g_source_new(&timerFunctions, sizeof(GSource));
		g_source_attach(timerSource, context);
		g_main_context_unref(context);
	}
	if (firstTimer)
		g_source_set_ready_time(timerSource, firstTimer->due);
	else if (timerSource) {
		g_source_destroy(timerSource);
		g_source_unref(timerSource);
		timerSource = NULL;
	}
}

/* Takes it out of the list, if it is there. */
static void takeOut(modTimer timer)
{
	modTimer *link = &firstTimer;
	if (!timer->scheduled)
		return;
	while (*link != timer)
		link = &(*link)->next;
	*link = timer->next;
	timer->scheduled = false;
}

/* Puts it behind those that are due at the same time. */
static void putIn(modTimer timer, gint64 due)
{
	modTimer *link = &firstTimer;
	takeOut(timer);
	while (*link && (*link)->due <= due)
		link = &(*link)->next;
	timer->next = *link;
	*link = timer;
	timer->due = due;
	timer->scheduled = true;
}

/* Calls back. A repeating timer keeps its beat, but for the beats that it missed. */
static void fire(modTimer timer, gint64 now)
{
	gint64 interval = (gint64)timer->second * 1000;
	bool once = interval == 0;
	if (once)
		takeOut(timer);
	else
		putIn(timer, timer->due + interval * ((now - timer->due) / interval + 1));
	timer->calling = true;
	timer->touched = false;
	timer->callback(timer, timer->refcon, timer->refconSize);
	timer->calling = false;
	if (timer->removed || (once && !timer->touched))
		free(timer);
}

/* What callbacks add is due later than `now`: this ends. */
static gboolean dispatch(GSource *source, GSourceFunc function, gpointer data)
{
	gint64 now = g_source_get_time(source);
	(void)function;
	(void)data;
	while (firstTimer && firstTimer->due <= now)
		fire(firstTimer, now);
	watch();
	return G_SOURCE_CONTINUE;
}

static gint64 dueIn(int interval)
{
	return g_get_monotonic_time() + 1 + (gint64)interval * 1000;
}

modTimer modTimerAdd(
	int firstInterval, int secondInterval, modTimerCallback callback, void *refcon, int refconSize)
{
	modTimer timer = calloc(1, sizeof(struct modTimerRecord) + (size_t)refconSize);
	if (!timer)
		return NULL;
	timer->callback = callback;
	timer->second = secondInterval;
	timer->refconSize = refconSize;
	memcpy(timer->refcon, refcon, (size_t)refconSize);
	putIn(timer, dueIn(firstInterval));
	watch();
	return timer;
}

void modTimerReschedule(modTimer timer, int firstInterval, int secondInterval)
{
	timer->touched = true;
	timer->second = secondInterval;
	putIn(timer, dueIn(firstInterval));
	watch();
}

void modTimerUnschedule(modTimer timer)
{
	timer->touched = true;
	takeOut(timer);
	watch();
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
	modTimerUnschedule(timer);
	if (timer->calling)
		timer->removed = true;
	else
		free(timer);
}

void modTimerDelayMS(uint32_t milliseconds)
{
	g_usleep((gulong)milliseconds * 1000);
}
