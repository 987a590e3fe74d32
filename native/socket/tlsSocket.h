/* SPDX-License-Identifier: MIT */
/*
 * One instance of the TLS class: what binds a script's object to an engine and a transport.
 *
 * Life: created by the constructor, or by taking over another instance's connection; rooted, so that it
 * cannot be collected, until `close`. `deliver` alone advances the engine and calls the script back: in the
 * event loop's own turn for an event of the transport, or in one that was asked for, when there is something
 * to do that no event will tell of.
 *
 * The files, each of which calls only those below it:
 *
 *    tlsSocketIO.c         the methods and accessors
 *    tlsSocket.c           constructor, move, close
 *    tlsSocketStream.c     host functions of stream.ts
 *    tlsSocketOptions.c    options to an engine
 *    tlsSocketDeliver.c    events to callbacks
 *    tlsSocketSessions.c, tlsSocketBuffer.c, tlsSocketError.c, tlsSocketHold.c, tlsAlarm.c
 */

#ifndef TLS_SOCKET_H
#define TLS_SOCKET_H

#include "tlsMachine.h"
#include "tlsAlarm.h"
#include "tlsEngine.h"

#define TLS_CLOCK_TIME   INT64_MIN
#define TLS_PROTOCOL_MAX 255 /* bytes of an ALPN protocol's name: RFC 7301, 3.1 */

struct TlsSocket {
	xsMachine *the;
	xsSlot object;
	xsSlot *onReadable; /* functions of the script, kept alive by the marker; NULL: none */
	xsSlot *onWritable;
	xsSlot *onError;
	xsSlot *clamped;                /* tlsSocketClamped, kept alive likewise */
	struct TlsEngine *engine;       /* NULL: closed, or moved to another instance */
	struct TlsTransport *transport; /* NULL likewise */
	struct TlsAlarm *turn;          /* asks for a turn of the event loop */
	struct TlsAlarm *timeout;       /* ends a handshake that takes too long; NULL once it has ended */
	struct TlsAlarm *hunger;    /* ends a connection that waits too long for memory; NULL: it does not wait */
	struct TlsAlarm *gathering; /* sends fragments whose rest is long in coming; NULL: there were none */
	struct TlsDestination destination; /* of a connection of this class's own; else all zero */
	char *host;                        /* the peer, for messages */
	int64_t time;    /* to verify at, in place of the clock's; TLS_CLOCK_TIME: the clock's */
	uint32_t kept;   /* sessions that the peer has given and that are kept */
	size_t told;     /* unread bytes that the script knows of */
	size_t promised; /* writable bytes that the script knows of, less what it wrote since */
	uint8_t holds;   /* the instance's, and one for each deliver under way */
	bool number;     /* format is "number" */
	bool delivering; /* deliver is under way */
	bool connected;  /* the end of the handshake was seen */
	bool timedOut;
	bool failed; /* onError was called */
};

/* tlsSocket.c: life */

/* The socket of an instance. Throws on anything that is not one, and after `close`. */
struct TlsSocket *tlsSocketOf(xsMachine *the, xsSlot *instance);

/* tlsSocketHold.c: the structure's memory */

/* Held once, by the caller. NULL: no memory. */
struct TlsSocket *tlsSocketCreate(xsMachine *the);

void tlsSocketHold(struct TlsSocket *socket);
void tlsSocketRelease(struct TlsSocket *socket);

/* tlsSocketDeliver.c: events to callbacks */

/* To be called from the event loop alone, when the transport has changed or a turn was asked for. `context`
   is the socket, which may be gone afterwards. */
void tlsSocketDeliver(void *context);

/* Asks for a turn. `context` is the socket. */
void tlsSocketAsk(void *context);

/* Asks for a turn in a while, when there may be memory. */
void tlsSocketRetry(struct TlsSocket *socket);

/* Asks for a turn if there is anything to do in it: after a read or a write. */
void tlsSocketAskIfNeeded(struct TlsSocket *socket);

/* Fragments have waited long enough for the rest of their sequence. `context` is the socket. */
void tlsSocketSendGathered(void *context);

/* The handshake took too long. `context` is the socket. */
void tlsSocketTimedOut(void *context);

/* Why the connection has ended; false while it has not. */
bool tlsSocketFailure(const struct TlsSocket *socket, struct TlsFailure *failure);

/* tlsSocketOptions.c: checked options to an engine */

/*
 * Creates the engine of `socket` from the object that options.ts makes, and connects, unless the socket has a
 * transport. Throws an Error that names the option; what the socket has by then is released with it.
 */
void tlsSocketOpen(xsMachine *the, struct TlsSocket *socket, xsSlot *connection);

/* tlsSocketConnect.c */

/* Makes the engine of `socket` work over `transport`. */
void tlsSocketUse(struct TlsSocket *socket, struct TlsTransport *transport);

/* Connects to the destination. Throws if that is known to be impossible. */
void tlsSocketConnect(xsMachine *the, struct TlsSocket *socket);

/* After a turn: where the peer refused a session, no more are tried for a while, and if the connection is
   this class's own, another is made. */
void tlsSocketMendSession(struct TlsSocket *socket);

/* tlsSocketError.c */

/*
 * Sets xsResult to an Error for `failure`, with `code` and `message` (C5, X5). `option`: the option to name
 * first, or NULL. `host`: the peer, for the message, or NULL.
 */
void tlsSocketError(xsMachine *the, const char *option, const struct TlsFailure *failure, const char *host);

/* Throws an Error for `failure` that begins with `option`, unless that is NULL. */
void tlsSocketThrowFailure(xsMachine *the, const char *option, const struct TlsFailure *failure);

/* Throws an Error for `code`. */
void tlsSocketThrow(xsMachine *the, enum TlsCode code);

/* tlsSocketBuffer.c: bytes of the script */

/* The prototype of Uint8ClampedArray, whose instances are no Byte Buffers; NULL: it was stripped from the
   build. To be looked for once: a script that puts getters on the globals runs in here. */
xsSlot *tlsSocketClamped(xsMachine *the);

/*
 * The bytes of a Byte Buffer (I3) or, where `writable` is false, of a host buffer such as a Resource. They
 * can move at the next call into XS that allocates. Throws a TypeError that begins with `name` for anything
 * else. `clamped` is as above. Nothing of the script's runs in here.
 */
void tlsSocketBuffer(
	xsMachine *the, xsSlot *slot, xsSlot *clamped, const char *name, bool writable, struct TlsBytes *bytes);

/* tlsSocketStream.c: the transport over another TCP instance */

/* The transport of a Stream instance, from here on the caller's to close. Throws on anything else. */
struct TlsTransport *tlsSocketStreamOf(xsMachine *the, xsSlot *instance);

#endif
