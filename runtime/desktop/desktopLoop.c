/* SPDX-License-Identifier: MIT */
/*
 * The event loop: GLib's main context, and the question when a program has ended.
 *
 * A program has ended when the context waits for nothing. One turn is spelt out here instead of calling
 * g_main_context_iteration, because only the set of what is polled tells: no descriptor but the context's
 * own, and no time to wake up at.
 */

#include "desktop.h"

#define BUSY_PAUSE 20 /* milliseconds until the network is asked again */

struct Poll {
	GPollFD *descriptors;
	gint capacity;
	gint count;
	gint timeout; /* milliseconds, or -1 */
	gint priority;
};

static unsigned holds;
static gint own; /* descriptors that the context polls for itself */

void desktopLoopHold(void)
{
	holds++;
}

void desktopLoopRelease(void)
{
	holds--;
}

/* The loop looks for jobs after each turn: there is nothing to ask for. */
void runtimeQueueJobs(xsMachine *the)
{
	(void)the;
}

static void prepare(GMainContext *context, struct Poll *poll)
{
	(void)g_main_context_prepare(context, &poll->priority);
	for (;;) {
		poll->count =
			g_main_context_query(context, poll->priority, &poll->timeout, poll->descriptors, poll->capacity);
		if (poll->count <= poll->capacity)
			return;
		poll->capacity = poll->count;
		poll->descriptors = g_renew(GPollFD, poll->descriptors, (gsize)poll->capacity);
	}
}

void desktopLoopPrepare(void)
{
	GMainContext *context = g_main_context_ref_thread_default();
	gint timeout;
	own = g_main_context_query(context, G_MAXINT, &timeout, NULL, 0);
	g_main_context_unref(context);
}

void desktopLoopRun(xsMachine *the)
{
	GMainContext *context = g_main_context_ref_thread_default();
	struct Poll poll = {NULL, 0, 0, 0, 0};

	g_main_context_acquire(context);
	for (;;) {
		runtimeRunJobs(the);
		prepare(context, &poll);
		if (poll.timeout < 0 && poll.count <= own && holds == 0) {
			if (!desktopNetworkIsBusy())
				break;
			poll.timeout = BUSY_PAUSE;
		}
		(void)g_poll(poll.descriptors, (guint)poll.count, poll.timeout);
		if (g_main_context_check(context, poll.priority, poll.descriptors, poll.count))
			g_main_context_dispatch(context);
	}
	g_main_context_release(context);
	g_main_context_unref(context);
	g_free(poll.descriptors);
}
