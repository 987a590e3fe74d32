/* SPDX-License-Identifier: MIT */
/* What the clients of this folder share. */

#include "boardClient.h"

#include "boardMessages.h"
#include "boardSemihosting.h"
#include "tlsTransportLwip.h"

static void deliver(void *machine, void *refcon, uint8_t *message, uint16_t length)
{
	(void)refcon, (void)message, (void)length;
	tlsTransportLwipDeliver(machine);
}

bool boardClientPost(void *machine)
{
	return modMessagePostToMachine(machine, NULL, 0, deliver, NULL) == 0;
}

int64_t boardClientClock(void *context)
{
	(void)context;
	return boardHostSeconds();
}
