/* SPDX-License-Identifier: MIT */
/* What the clients of this folder share. */

#include "boardClient.h"

#include "boardMessages.h"
#include "boardSemihosting.h"
#include "tlsTransportLwip.h"

static void deliver(void *machine, void *transport, uint8_t *message, uint16_t length)
{
	(void)machine, (void)message, (void)length;
	tlsTransportLwipDeliver(transport);
}

bool boardClientPost(void *machine, struct TlsTransport *transport)
{
	return modMessagePostToMachine(machine, NULL, 0, deliver, transport) == 0;
}

int64_t boardClientClock(void *context)
{
	(void)context;
	return boardHostSeconds();
}
