/* SPDX-License-Identifier: MIT */
#include "tlsTransportPosix.h"
#include "tlsTransportLwip.h"
#include "boardMessages.h"
static void deliver(void *machine, void *transport, uint8_t *message, uint16_t length)
{
	(void)machine, (void)message, (void)length;
	tlsTransportLwipDeliver(transport);
}
static bool post(void *machine, struct TlsTransport *transport)
{
	return modMessagePostToMachine(machine, NULL, 0, deliver, transport) == 0;
}
struct TlsTransport *tlsTransportPosixConnect(const char *address, uint16_t port, bool noDelay, uint32_t keepAlive,
	struct TlsFailure *failure)
{
	struct TlsLwipOptions o = {.address = address, .port = port, .noDelay = noDelay, .keepAlive = keepAlive, .post = post};
	return tlsTransportLwipConnect(&o, failure);
}
struct TlsTransport *tlsTransportPosixAdopt(int descriptor, struct TlsFailure *failure) { (void)descriptor; tlsFail(failure, TLS_INTERNAL, 0); return NULL; }
void tlsTransportPosixConfigure(struct TlsTransport *transport, bool noDelay, uint32_t keepAlive) { tlsTransportLwipConfigure(transport, noDelay, keepAlive); }
