/* SPDX-License-Identifier: MIT */
/* The TCP class over lwIP. */

#include "runtimeTcp.h"

#include <errno.h>

#include "boardMessages.h"
#include "tlsTransportLwip.h"
#include "tlsTrust.h"

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

struct TlsTransport *runtimeTcpConnect(
	const char *address, uint16_t port, bool noDelay, uint32_t keepAlive, struct TlsFailure *failure)
{
	struct TlsLwipOptions options = {
		.address = address, .port = port, .noDelay = noDelay, .keepAlive = keepAlive, .post = post};
	if (!tlsTrustIsAddress(address)) {
		tlsFail(failure, TLS_UNREACHABLE, EINVAL);
		return NULL;
	}
	return tlsTransportLwipConnect(&options, failure);
}

void runtimeTcpConfigure(struct TlsTransport *transport, bool noDelay, uint32_t keepAlive)
{
	tlsTransportLwipConfigure(transport, noDelay, keepAlive);
}
