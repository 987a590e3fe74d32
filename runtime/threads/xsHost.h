/* SPDX-License-Identifier: MIT */
/* Of the Moddable SDK's header of this name, what the class needs where it is over lwIP. */

#ifndef THREADS_XS_HOST_H
#define THREADS_XS_HOST_H

#include <stdint.h>

struct xsMachineRecord;

typedef void (*modMessageDeliver)(void *the, void *refcon, uint8_t *message, uint16_t messageLength);

/* Has `callback` called from the event loop. Called in any thread; does not wait. Returns 0, or -1 when there
   is no room, as it says now and then although there is. Here a message has no bytes. */
int modMessagePostToMachine(
	struct xsMachineRecord *the, uint8_t *message, uint16_t length, modMessageDeliver callback, void *refcon);

#endif
