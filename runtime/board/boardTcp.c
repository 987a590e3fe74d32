/* SPDX-License-Identifier: MIT */
/* The TCP class over lwIP. */

#include "runtimeTcp.h"

#include "boardMessages.h"
#include "tlsTransportLwip.h"

static void deliver(void *machine, void *transport, uint8_t *message, uint16_t length)
{
	(void)machine;
	(void)message;
	(void)length;
	tlsTransportLwipDeliver(transport);
}

static bool post(void *machine, struct TlsTransport *transport)
{
	return modMessagePostToMachine(machine, NULL, 0, deliver, transport) == 0;
}

struct TlsTransport *runtimeTcpConnect(const struct TlsDestination *destination, struct TlsFailure *failure)
{
	return tlsTransportLwipConnect(destination, post, NULL, failure);
}

void runtimeTcpConfigure(struct TlsTransport *transport, bool noDelay, uint32_t keepAlive)
{
	tlsTransportLwipConfigure(transport, noDelay, keepAlive);
}
