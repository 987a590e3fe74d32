/* SPDX-License-Identifier: MIT */
/*
 * The transport over the operating system's TCP sockets, driven by the GLib main context of the calling
 * thread.
 *
 * Nothing polls at intervals: the system wakes the program up. Input is watched for from one call of
 * `receive` until the next event, so that a reader who pauses is left in peace, and TCP slows down the peer.
 */

#ifndef TLS_TRANSPORT_POSIX_H
#define TLS_TRANSPORT_POSIX_H

#include "tlsTransport.h"

/* Bytes that `send` takes over while the peer, or the network, is slower: two full TLS records. */
#ifndef TLS_POSIX_QUEUE
#define TLS_POSIX_QUEUE (33 * 1024)
#endif

/* Starts connecting. Refusal and the like are reported later, by the state. NULL: no descriptor or memory is
   to be had (TLS_MEMORY), or the system has no IPv6 (TLS_UNREACHABLE). */
struct TlsTransport *tlsTransportPosixConnect(
	const struct TlsDestination *destination, struct TlsFailure *failure);

/* Takes over the connected socket `descriptor`, which is closed when that fails: for a TCP class. NULL: no
   memory. */
struct TlsTransport *tlsTransportPosixAdopt(int descriptor, struct TlsFailure *failure);

/* Sets these options of a connection that exists: for a TCP class, whose instances hand connections over. */
void tlsTransportPosixConfigure(struct TlsTransport *transport, bool noDelay, uint32_t keepAlive);

#endif
