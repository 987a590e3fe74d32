/* SPDX-License-Identifier: MIT */
/*
 * The TCP class, for platforms that have a transport, and what they provide for it.
 */

#ifndef RUNTIME_TCP_H
#define RUNTIME_TCP_H

#include "runtime.h"
#include "tlsTransport.h"

/* --- What the class does --- */

/* Sets xsResult to a host object that the class takes as `from`: an accepted connection. */
void runtimeTcpSetConnection(xsMachine *the, struct TlsTransport *transport);

/* Throws an Error that says what `failure` is. */
void runtimeTcpThrow(xsMachine *the, const struct TlsFailure *failure) XS_FUNCTION_NORETURN;

/* --- What the platform provides --- */

/* Starts connecting. NULL: `failure` says why. */
struct TlsTransport *runtimeTcpConnect(const struct TlsDestination *destination, struct TlsFailure *failure);

/* Sets these options of a connection that moves to another instance. */
void runtimeTcpConfigure(struct TlsTransport *transport, bool noDelay, uint32_t keepAlive);

#endif
