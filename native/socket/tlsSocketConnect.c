/* SPDX-License-Identifier: MIT */
/*
 * To a peer by this platform's own transport, and once more where a session was in the way.
 *
 * A session is of one version of TLS and of one state of the server. One that has changed since, or one of
 * several behind an address, may fail on it instead of making a full handshake: one that knows TLS 1.3 only,
 * on a session of 1.2. Nothing of the script's was sent by then: so the connection is made anew, without a
 * session, and the script does not notice.
 */

#include "tlsSocket.h"
#include "tlsSocketSessions.h"
#include "tlsKeyLog.h"

#if TLS_TRANSPORT_POSIX
#include "tlsTransportPosix.h"
#elif TLS_TRANSPORT_LWIP
#include "tlsTransportLwip.h"
#include "xsHost.h"
#if defined(PICO_BUILD)
#include "builtinCommon.h"
#endif
#endif

#if TLS_TRANSPORT_POSIX

static struct TlsTransport *connectTo(
	xsMachine *the, const struct TlsDestination *destination, struct TlsFailure *failure)
{
	(void)the;
	return tlsTransportPosixConnect(destination, failure);
}

#elif TLS_TRANSPORT_LWIP

static void deliverMessage(void *machine, void *refcon, uint8_t *message, uint16_t length)
{
	(void)refcon;
	(void)message;
	(void)length;
	tlsTransportLwipDeliver(machine);
}

#if defined(PICO_BUILD)

/* lwIP's callbacks run in an interrupt there: nothing may be allocated. The pool of messages has no lock of
   its own. */
static bool postMessage(void *machine)
{
	int error;
	builtinCriticalSectionBegin();
	error = modMessagePostToMachineFromISR(machine, deliverMessage, NULL);
	builtinCriticalSectionEnd();
	return !error;
}

#elif defined(ESP32)

/* Where the queue is full, modMessagePostToMachine waits for room: lwIP would wait for the machine, and the
   machine for lwIP. This function does not wait, and may be called by a task as well. */
static bool postMessage(void *machine)
{
	return !modMessagePostToMachineFromISR(machine, deliverMessage, NULL);
}

#else

static bool postMessage(void *machine)
{
	return !modMessagePostToMachine(machine, NULL, 0, deliverMessage, NULL);
}

#endif

#if !defined(PICO_BUILD)
#define builtinInitIO()
#endif

static struct TlsTransport *connectTo(
	xsMachine *the, const struct TlsDestination *destination, struct TlsFailure *failure)
{
	builtinInitIO();
	return tlsTransportLwipConnect(destination, postMessage, the, failure);
}

#else

/* tls.ts does not ask for it: see xs_tls_direct. */
static struct TlsTransport *connectTo(
	xsMachine *the, const struct TlsDestination *destination, struct TlsFailure *failure)
{
	(void)the;
	(void)destination;
	tlsFail(failure, TLS_INTERNAL, 0);
	return NULL;
}

#endif

void tlsSocketUse(struct TlsSocket *socket, struct TlsTransport *transport)
{
	socket->transport = transport;
	/* The events of a stream come from within the script. */
	transport->changed = socket->destination.addressSize ? tlsSocketDeliver : tlsSocketAsk;
	transport->context = socket;
	tlsEngineSetTransport(socket->engine, transport);
}

void tlsSocketConnect(xsMachine *the, struct TlsSocket *socket)
{
	struct TlsFailure failure;
	struct TlsTransport *transport;
	tlsFailureClear(&failure);
	transport = connectTo(the, &socket->destination, &failure);
	if (transport)
		tlsSocketUse(socket, transport);
	else
		tlsSocketThrowFailure(the, NULL, &failure);
}

void tlsSocketMendSession(struct TlsSocket *socket)
{
	struct TlsFailure failure;
	struct TlsTransport *transport;
	if (socket->failed || socket->timedOut || !tlsEngineSessionFailed(socket->engine))
		return;
	tlsSocketSessionsPause(socket->engine);
	if (!socket->destination.addressSize)
		return;
	tlsFailureClear(&failure);
	transport = connectTo(socket->the, &socket->destination, &failure);
	if (!transport)
		return;
	(*socket->transport->operations->close)(socket->transport);
	tlsEngineRestart(socket->engine);
#if TLS_KEY_LOG
	tlsKeyLogUse(socket->engine);
#endif
	tlsSocketUse(socket, transport);
}
