/* SPDX-License-Identifier: MIT */
/*
 * Timers of the machine's event loop, with the names and meanings of the SDK.
 *
 * `callback` runs from the event loop after `firstInterval` milliseconds, and then every `secondInterval`; 0:
 * once, and the timer is gone when the callback returns, unless the callback rescheduled or unscheduled it.
 * The bytes of `refcon` are copied.
 */

#ifndef MOD_TIMER_H
#define MOD_TIMER_H

#include <stdint.h>

typedef struct modTimerRecord *modTimer;
typedef void (*modTimerCallback)(modTimer timer, void *refcon, int refconSize);

/* NULL: no memory. */
modTimer modTimerAdd(
	int firstInterval, int secondInterval, modTimerCallback callback, void *refcon, int refconSize);

void modTimerReschedule(modTimer timer, int firstInterval, int secondInterval);

/* The timer keeps existing, without firing, until it is rescheduled or removed. */
void modTimerUnschedule(modTimer timer);

/* Milliseconds; -1 while it is not scheduled. */
int modTimerGetSecondInterval(modTimer timer);

/* The copy of the bytes. */
void *modTimerGetRefcon(modTimer timer);

/* Inside the callback of the timer, what refcon points to stays until the callback returns. NULL is
   allowed. */
void modTimerRemove(modTimer timer);

/* Blocks. */
void modTimerDelayMS(uint32_t milliseconds);

#endif
