/* SPDX-License-Identifier: MIT */
/* The event loop: the network, messages, timers, promise jobs; and sleep when there is nothing to do. */

#include "board.h"
#include "boardClock.h"
#include "boardMessages.h"
#include "boardNetwork.h"
#include "boardTimers.h"
#include "runtimeLwip.h"

static uint64_t longest;

/* There is nothing to ask for: jobs are looked for in each turn. */
void runtimeQueueJobs(xsMachine *the)
{
	(void)the;
}

uint64_t boardLoopLongest(void)
{
	return longest;
}

void boardLoopMark(void)
{
	longest = 0;
}

static bool timed(bool (*part)(void))
{
	uint64_t start = boardWorkingNanoseconds();
	bool worked = part();
	uint64_t duration = boardWorkingNanoseconds() - start;

	if (longest < duration)
		longest = duration;
	return worked;
}

void boardLoopRun(xsMachine *the)
{
	for (;;) {
		bool worked;

		runtimeRunJobs(the);
		boardNetworkPoll();
		worked = timed(boardMessagesDeliver);
		worked = timed(boardTimersRun) || worked;
		if (worked || runtimeHasJobs(the))
			continue;
		if (!boardTimersPending() && !boardMessagesPending() && !runtimeLwipHasConnections())
			break;
		boardSleep();
	}
}
