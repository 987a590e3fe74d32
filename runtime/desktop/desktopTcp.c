/* SPDX-License-Identifier: MIT */
/*
 * The TCP class over the operating system's sockets.
 */

#include "desktop.h"
#include "runtimeTcp.h"
#include "tlsTransportPosix.h"

struct TlsTransport *runtimeTcpConnect(const struct TlsDestination *destination, struct TlsFailure *failure)
{
	return tlsTransportPosixConnect(destination, failure);
}

void runtimeTcpConfigure(struct TlsTransport *transport, bool noDelay, uint32_t keepAlive)
{
	tlsTransportPosixConfigure(transport, noDelay, keepAlive);
}

/* The system has one, and the main context sees its sockets. */
void desktopNetworkStart(void)
{
}

bool desktopNetworkIsBusy(void)
{
	return false;
}
