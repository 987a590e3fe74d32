/* SPDX-License-Identifier: MIT */
#include "tlsTransport.h"
struct TlsTransport *tlsTransportPosixConnect(const char *address, uint16_t port, bool noDelay, uint32_t keepAlive,
	struct TlsFailure *failure);
struct TlsTransport *tlsTransportPosixAdopt(int descriptor, struct TlsFailure *failure);
void tlsTransportPosixConfigure(struct TlsTransport *transport, bool noDelay, uint32_t keepAlive);
