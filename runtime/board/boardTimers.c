/* SPDX-License-Identifier: MIT */
/* modTimer.h on the board's clock: one list of timers, looked through in each turn. */

#include "boardTimers.h"

#include <stdlib.h>
#include <string.h>

#include "boardClock.h"
#include "modTimer.h"

struct modTimerRecord {
	modTimer next;
	modTimerCallback callback;
	uint32_t due; /* milliseconds */
	int second;
	bool scheduled;
	bool calling;
	bool touched; /* rescheduled or unscheduled while calling */
	bool removed; /* while calling */
	int refconSize;
	uint64_t refcon[]; /* aligned for anything */
};

static modTimer timers;

static void freeTimer(modTimer timer)
{
	modTimer *link;

	for (link = &timers; *link != timer; link = &(*link)->next)
		;
	*link = timer->next;
	free(timer);
}

static void schedule(modTimer timer, uint32_t from, int interval)
{
	timer->scheduled = true;
	timer->due = from + (uint32_t)interval;
}

static bool isDue(const struct modTimerRecord *timer, uint32_t now)
{
	return timer->scheduled && (int32_t)(now - timer->due) >= 0;
}

/* The scheduled timer that is due first. NULL: there is none. */
static modTimer firstTimer(void)
{
	modTimer first = NULL, timer;

	for (timer = timers; timer; timer = timer->next)
		if (timer->scheduled && (!first || (int32_t)(timer->due - first->due) < 0))
			first = timer;
	return first;
}

/* A repeating timer keeps its beat, unless it fell behind a whole interval. */
static void call(modTimer timer, uint32_t now)
{
	bool once = timer->second == 0;
	uint32_t late = now - timer->due;

	if (once)
		timer->scheduled = false;
	else
		schedule(timer, late < (uint32_t)timer->second ? timer->due : now, timer->second);
	timer->calling = true;
	timer->touched = false;
	timer->callback(timer, timer->refcon, timer->refconSize);
	timer->calling = false;
	if (timer->removed || (once && !timer->touched))
		freeTimer(timer);
}

/* One turn calls what was due when it began: a timer that is set to 0 by a callback waits for the next
   turn. */
bool boardTimersRun(void)
{
	uint32_t now = boardMilliseconds();
	unsigned count = 0;
	modTimer timer;

	for (timer = timers; timer; timer = timer->next)
		if (isDue(timer, now))
			count++;
	if (!count)
		return false;
	while (count-- && (timer = firstTimer()) && isDue(timer, now))
		call(timer, now);
	return true;
}

bool boardTimersPending(void)
{
	return firstTimer() != NULL;
}

modTimer modTimerAdd(
	int firstInterval, int secondInterval, modTimerCallback callback, void *refcon, int refconSize)
{
	modTimer timer = calloc(1, sizeof(*timer) + (size_t)refconSize), *link;

	if (!timer)
		return NULL;
	timer->callback = callback;
	timer->second = secondInterval;
	timer->refconSize = refconSize;
	memcpy(timer->refcon, refcon, (size_t)refconSize);
	schedule(timer, boardMilliseconds(), firstInterval);
	for (link = &timers; *link; link = &(*link)->next)
		;
	*link = timer;
	return timer;
}

void modTimerReschedule(modTimer timer, int firstInterval, int secondInterval)
{
	timer->touched = true;
	timer->second = secondInterval;
	schedule(timer, boardMilliseconds(), firstInterval);
}

void modTimerUnschedule(modTimer timer)
{
	timer->touched = true;
	timer->scheduled = false;
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
	} else {
		freeTimer(timer);
	}
}

void modTimerDelayMS(uint32_t milliseconds)
{
	uint32_t start = boardMilliseconds();

	while (boardMilliseconds() - start < milliseconds)
		boardSleep();
}
