/* SPDX-License-Identifier: MIT */
/*
 * A transport without a network of its own: two queues of ciphertext. TLS is on one side; on the other,
 * somebody moves the bytes to and from another stream, such as an ECMA-419 TCP instance.
 *
 * The two sides let go of it independently. After the TLS side has closed it, the other side still sends what
 * is queued, then ends its stream.
 */

#ifndef TLS_TRANSPORT_STREAM_H
#define TLS_TRANSPORT_STREAM_H

#include "tlsTransport.h"

struct TlsTransportStream;

/*
 * Creates it, held by both sides. `wanted` is called, possibly from inside operations of the TLS side, when
 * the other side has something to do: bytes to send, room to receive, or the end. NULL: no memory.
 */
struct TlsTransportStream *tlsTransportStreamCreate(void (*wanted)(void *context), void *context);

/* The TLS side. */
struct TlsTransport *tlsTransportStreamTransport(struct TlsTransportStream *stream);

/* The other side: the connection stands, to this peer. `address` is NULL where it is not known. */
void tlsTransportStreamConnected(struct TlsTransportStream *stream, const char *address, uint16_t port);

/* The other side: how many bytes tlsTransportStreamReceived takes now. */
size_t tlsTransportStreamRoom(const struct TlsTransportStream *stream);

/*
 * The other side: these bytes have arrived. False, and none is taken: more than there is room for. Once TLS
 * has closed, they are dropped: a peer that nobody reads from may never take what is still to be sent.
 */
bool tlsTransportStreamReceived(struct TlsTransportStream *stream, const uint8_t *bytes, size_t length);

/* The other side: nothing more arrives and nothing more can be sent. */
void tlsTransportStreamEnded(struct TlsTransportStream *stream);

/* The other side: how many bytes wait to be sent. */
size_t tlsTransportStreamQueued(const struct TlsTransportStream *stream);

/* The other side: takes up to `length` bytes to send. Returns how many. */
size_t tlsTransportStreamSend(struct TlsTransportStream *stream, uint8_t *bytes, size_t length);

/* The other side: whether TLS is done with it and everything was sent: time to end the stream below. */
bool tlsTransportStreamDone(const struct TlsTransportStream *stream);

/* The other side lets go. `wanted` is not called any more. */
void tlsTransportStreamRelease(struct TlsTransportStream *stream);

#endif
