/* SPDX-License-Identifier: MIT */
/* Time: SysTick, one interrupt per millisecond, and sleep. */

#ifndef BOARD_CLOCK_H
#define BOARD_CLOCK_H

#include <stdint.h>

/* Starts the clock at 0. */
void boardClockStart(void);

/* The interrupt's handler. */
void boardClockTick(void);

/* Milliseconds since the start; wraps after 49 days. */
uint32_t boardMilliseconds(void);

/*
 * Nanoseconds since the start that the processor spent working, that is without boardSleep; in steps of 40.
 * Under QEMU's `-icount shift=3` an instruction takes 8 of them: this is what instructions are counted by.
 */
uint64_t boardWorkingNanoseconds(void);

/* Sleeps until the next interrupt: at most one millisecond. */
void boardSleep(void);

#endif
