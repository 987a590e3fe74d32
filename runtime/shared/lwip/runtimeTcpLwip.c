/* SPDX-License-Identifier: MIT */
/* The TCP class over lwIP. */

#include "runtimeTcp.h"

#include "tlsTransportLwip.h"
#include "xsHost.h"

static void deliver(void *machine, void *refcon, uint8_t *message, uint16_t length)
{
	(void)refcon;
	(void)message;
	(void)length;
	tlsTransportLwipDeliver(machine);
}

static bool post(void *machine)
{
	return modMessagePostToMachine(machine, NULL, 0, deliver, NULL) == 0;
}

struct TlsTransport *runtimeTcpConnect(const struct TlsDestination *destination, struct TlsFailure *failure)
{
	return tlsTransportLwipConnect(destination, post, NULL, failure);
}

void runtimeTcpConfigure(struct TlsTransport *transport, bool noDelay, uint32_t keepAlive)
{
	tlsTransportLwipConfigure(transport, noDelay, keepAlive);
}
