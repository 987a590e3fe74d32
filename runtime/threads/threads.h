/* SPDX-License-Identifier: MIT */
/*
 * The desktop runtime over lwIP in a thread of its own, as on an ESP32: its parts among themselves. The
 * runtime's side is in desktop.h (desktopNetwork…).
 *
 * Three threads: the machine's; lwIP's; and the driver's, which has the other end of the cable, QEMU's user
 * network.
 */

#ifndef THREADS_H
#define THREADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- threadsMessages.c --- */

/* Before the event loop begins. False: the system does not allow it. */
bool threadsMessagesStart(void);

/* Whether one is under way. */
bool threadsMessagesPending(void);

/* --- threadsDriver.c --- */

/* Starts the driver, whose thread calls `receive` with each frame that comes. False: the system does not
   allow it. */
bool threadsDriverStart(void (*receive)(const uint8_t *frame, size_t length));

/* Sends a frame, or loses it. Called in any thread. */
void threadsDriverSend(const uint8_t *frame, size_t length);

#endif
