/* SPDX-License-Identifier: MIT */
/*
 * The TCP class over the operating system's sockets.
 */

#include "runtimeTcp.h"
#include "tlsTransportPosix.h"

struct TlsTransport *runtimeTcpConnect(
	const char *address, uint16_t port, bool noDelay, uint32_t keepAlive, struct TlsFailure *failure)
{
	return tlsTransportPosixConnect(address, port, noDelay, keepAlive, failure);
}

void runtimeTcpConfigure(struct TlsTransport *transport, bool noDelay, uint32_t keepAlive)
{
	tlsTransportPosixConfigure(transport, noDelay, keepAlive);
}
