/* SPDX-License-Identifier: MIT */
/*
 * The life of an instance: constructor, move, close, destructor, and what keeps it and its callbacks alive.
 */

#include "tlsSocket.h"

void xs_tls_destructor(void *data);
void xs_tls_constructor(xsMachine *the);
void xs_tls_move(xsMachine *the);
void xs_tls_close(xsMachine *the);
void xs_tls_direct(xsMachine *the);

/* The data of an instance after `close`: only its address counts. (Of an object that only inherits from an
   instance, XS makes it NULL.) */
static const uint8_t closedData;
#define CLOSED ((void *)&closedData)

static void markSocket(xsMachine *the, void *data, xsMarkRoot markRoot)
{
	struct TlsSocket *socket = data;
	if (data == CLOSED)
		return;
	if (socket->onReadable)
		(*markRoot)(the, socket->onReadable);
	if (socket->onWritable)
		(*markRoot)(the, socket->onWritable);
	if (socket->onError)
		(*markRoot)(the, socket->onError);
	if (socket->clamped)
		(*markRoot)(the, socket->clamped);
}

static const xsHostHooks socketHooks = {xs_tls_destructor, markSocket, NULL};

/* Ends the connection and releases all that the socket has. The one place where that happens. */
static void dispose(struct TlsSocket *socket)
{
	tlsAlarmFree(socket->timeout);
	tlsAlarmFree(socket->hunger);
	tlsAlarmFree(socket->gathering);
	tlsAlarmFree(socket->turn);
	if (socket->engine) {
		tlsEngineClose(socket->engine);
		tlsEngineFree(socket->engine);
	}
	if (socket->transport)
		(*socket->transport->operations->close)(socket->transport);
	free(socket->host);
	socket->timeout = NULL;
	socket->hunger = NULL;
	socket->gathering = NULL;
	socket->turn = NULL;
	socket->engine = NULL;
	socket->transport = NULL;
	socket->host = NULL;
	socket->onReadable = NULL;
	socket->onWritable = NULL;
	socket->onError = NULL;
	tlsSocketRelease(socket);
}

/* XS calls it when the instance goes: after `close` or a constructor that threw, else when the machine
   ends. */
void xs_tls_destructor(void *data)
{
	if (data && data != CLOSED)
		dispose(data);
}

/* The socket of an instance, or CLOSED. Throws on anything else. */
static struct TlsSocket *anySocketOf(xsMachine *the, xsSlot *instance)
{
	struct TlsSocket *socket = xsmcGetHostDataValidate(*instance, (void *)&socketHooks);
	if (!socket)
		xsTypeError("not an instance of the TLS class");
	return socket;
}

struct TlsSocket *tlsSocketOf(xsMachine *the, xsSlot *instance)
{
	struct TlsSocket *socket = anySocketOf(the, instance);
	if (socket == CLOSED)
		xsUnknownError("closed");
	return socket;
}

/* The instance is as after `close`. Its hooks stay, so that methods can still tell it from something else
   (B10). */
static void closeSocket(xsMachine *the, struct TlsSocket *socket, xsSlot *instance)
{
	xsmcSetHostData(*instance, CLOSED);
	xsForget(socket->object);
	dispose(socket);
}

static xsSlot *callbackOf(xsMachine *the, xsSlot *options, xsIdentifier id)
{
	xsSlot slot;
	xsmcGet(slot, *options, id);
	return (xsmcTypeOf(slot) == xsReferenceType) ? fxToReference(the, &slot) : NULL;
}

/* Makes xsThis the instance of `socket`, with the checked instance options. Cannot fail. */
static void attach(xsMachine *the, struct TlsSocket *socket, xsSlot *options)
{
	xsSlot format;
	xsmcSetHostData(xsThis, socket);
	xsSetHostHooks(xsThis, (xsHostHooks *)&socketHooks);
	socket->object = xsThis;
	xsRemember(socket->object);
	socket->onReadable = callbackOf(the, options, xsID_onReadable);
	socket->onWritable = callbackOf(the, options, xsID_onWritable);
	socket->onError = callbackOf(the, options, xsID_onError);
	xsmcGet(format, *options, xsID_format);
	socket->number = !c_strcmp(xsmcToString(format), "number");
}

/* native("xs_tls_constructor").call(this, instance, connection, stream): with `stream`, over another TCP
   instance; else undefined. */
void xs_tls_constructor(xsMachine *the)
{
	struct TlsSocket *socket = tlsSocketCreate(the);
	if (!socket)
		tlsSocketThrow(the, TLS_MEMORY);
	xsTry
	{
		socket->turn = tlsAlarmCreate(tlsSocketDeliver, socket);
		if (!socket->turn)
			tlsSocketThrow(the, TLS_MEMORY);
		socket->clamped = tlsSocketClamped(the);
		if (socket->clamped)
			xsResult = xsReference(socket->clamped); /* holds it until the instance does */
		if (xsmcTypeOf(xsArg(2)) != xsUndefinedType)
			socket->transport = tlsSocketStreamOf(the, &xsArg(2));
		tlsSocketOpen(the, socket, &xsArg(1));
	}
	xsCatch
	{
		dispose(socket);
		xsThrow(xsException);
	}
	attach(the, socket, &xsArg(0));
	tlsSocketAsk(socket);
}

/*
 * native("xs_tls_move").call(this, instance, from): takes over another instance of this class as it is (S9).
 * The socket stays; it only gets another instance, and tells it anew what can be read and written.
 */
void xs_tls_move(xsMachine *the)
{
	struct TlsSocket *socket = tlsSocketOf(the, &xsArg(1));
	xsmcSetHostData(xsArg(1), CLOSED);
	xsForget(socket->object);
	attach(the, socket, &xsArg(0));
	socket->told = 0;
	socket->promised = 0;
	socket->failed = false;
	tlsSocketAsk(socket);
}

/* A second close is no error (B7). */
void xs_tls_close(xsMachine *the)
{
	struct TlsSocket *socket = anySocketOf(the, &xsThis);
	if (socket != CLOSED)
		closeSocket(the, socket, &xsThis);
}

/* Whether this platform connects by a transport of its own. */
void xs_tls_direct(xsMachine *the)
{
	xsmcSetBoolean(xsResult, TLS_TRANSPORT_POSIX || TLS_TRANSPORT_LWIP);
}
