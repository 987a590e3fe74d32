/* SPDX-License-Identifier: MIT */
/* The event loop's side of the timers of modTimer.h. */

#ifndef BOARD_TIMERS_H
#define BOARD_TIMERS_H

#include <stdbool.h>

/* Calls the timers that are due. False: none was. */
bool boardTimersRun(void);

/* Whether any timer is scheduled. */
bool boardTimersPending(void);

#endif
