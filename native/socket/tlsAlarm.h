/* SPDX-License-Identifier: MIT */
/*
 * Has a function called from the machine's event loop: in its next turn, or after a time. All memory is taken
 * at creation, so that asking for a turn cannot fail.
 */

#ifndef TLS_ALARM_H
#define TLS_ALARM_H

#include <stdint.h>

struct TlsAlarm;

/* NULL: no memory. The alarm is not set yet. Everything here is called from the machine's own thread. */
struct TlsAlarm *tlsAlarmCreate(void (*function)(void *context), void *context);

/* Calls the function once, `milliseconds` from now; 0: in the next turn. Replaces an earlier setting. */
void tlsAlarmSet(struct TlsAlarm *alarm, uint32_t milliseconds);

/* Also from inside the function. NULL is allowed. */
void tlsAlarmFree(struct TlsAlarm *alarm);

#endif
