/* SPDX-License-Identifier: MIT */
/* The queue of messages to the machine, with the Moddable SDK's function for devices. */

#ifndef BOARD_MESSAGES_H
#define BOARD_MESSAGES_H

#include <stdbool.h>
#include <stdint.h>

struct xsMachineRecord;

typedef void (*modMessageDeliver)(void *the, void *refcon, uint8_t *message, uint16_t messageLength);

/*
 * Has `callback` called from the event loop with a copy of `length` bytes. Returns 0, or -1 when memory
 * lacks. Not for interrupts: here lwIP's callbacks run in the event loop as well.
 */
int modMessagePostToMachine(
	struct xsMachineRecord *the, uint8_t *message, uint16_t length, modMessageDeliver callback, void *refcon);

/* Delivers what is in the queue now, but not what is posted meanwhile. False: there was nothing. */
bool boardMessagesDeliver(void);

/* Whether there is something to deliver. */
bool boardMessagesPending(void);

#endif
