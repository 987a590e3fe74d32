/* SPDX-License-Identifier: MIT */
/*
 * The transport over lwIP's raw TCP interface.
 */

#ifndef TLS_TRANSPORT_LWIP_H
#define TLS_TRANSPORT_LWIP_H

#include "tlsTransport.h"

/*
 * Has tlsTransportLwipDeliver(machine) called from the event loop of `machine`, soon. Called where lwIP runs:
 * from another thread, from an interrupt. It must not wait, as `machine` may be waiting for lwIP. False: not
 * possible now; it is asked again.
 */
typedef bool (*TlsLwipPost)(void *machine);

/*
 * Starts to connect, to an IPv6 address where lwIP was built with it. `post` tells `machine` of events. The
 * transport is the caller's, who sets `changed` before the next turn of the event loop. That there is no
 * route and the like is told later, by the state. NULL fills `failure`: TLS_MEMORY, or TLS_UNREACHABLE where
 * the network was never started.
 */
struct TlsTransport *tlsTransportLwipConnect(
	const struct TlsDestination *destination, TlsLwipPost post, void *machine, struct TlsFailure *failure);

/* Sets these options of a connection that exists: for a TCP class, whose instances hand connections over. */
void tlsTransportLwipConfigure(struct TlsTransport *transport, bool noDelay, uint32_t keepAlive);

/* The message of `post` has arrived. Calls `changed` of those transports of `machine` that there is news of.
   Each may be gone afterwards. */
void tlsTransportLwipDeliver(void *machine);

#endif
