/* SPDX-License-Identifier: MIT */
/*
 * The host functions of stream.ts: the script's side of the stream transport.
 */

#include "tlsSocket.h"
#include "tlsTransportStream.h"

void xs_tls_stream_destructor(void *data);
void xs_tls_stream_constructor(xsMachine *the);
void xs_tls_stream_live(xsMachine *the);
void xs_tls_stream_connected(xsMachine *the);
void xs_tls_stream_room(xsMachine *the);
void xs_tls_stream_received(xsMachine *the);
void xs_tls_stream_ended(xsMachine *the);
void xs_tls_stream_take(xsMachine *the);
void xs_tls_stream_done(xsMachine *the);

struct Stream {
	xsMachine *the;
	xsSlot *move;          /* the function of stream.ts that moves bytes; kept alive by the marker */
	struct TlsAlarm *turn; /* calls it */
	struct TlsTransportStream *queues;
	bool taken; /* a socket has the transport */
};

static void markStream(xsMachine *the, void *data, xsMarkRoot markRoot)
{
	struct Stream *stream = data;
	if (stream->move)
		(*markRoot)(the, stream->move);
}

static const xsHostHooks streamHooks = {xs_tls_stream_destructor, markStream, NULL};

void xs_tls_stream_destructor(void *data)
{
	struct Stream *stream = data;
	if (!stream)
		return;
	tlsAlarmFree(stream->turn);
	if (stream->queues) {
		struct TlsTransport *transport = tlsTransportStreamTransport(stream->queues);
		tlsTransportStreamRelease(stream->queues);
		if (!stream->taken)
			(*transport->operations->close)(transport);
	}
	free(stream);
}

static void want(void *context)
{
	struct Stream *stream = context;
	tlsAlarmSet(stream->turn, 0);
}

static void callMove(void *context)
{
	struct Stream *stream = context;
	xsBeginHost(stream->the);
	{
		xsCallFunction0(xsReference(stream->move), xsGlobal);
	}
	xsEndHost(stream->the);
}

static struct Stream *streamOf(xsMachine *the, xsSlot *instance)
{
	return xsmcGetHostDataValidate(*instance, (void *)&streamHooks);
}

struct TlsTransport *tlsSocketStreamOf(xsMachine *the, xsSlot *instance)
{
	struct Stream *stream = streamOf(the, instance);
	stream->taken = true;
	return tlsTransportStreamTransport(stream->queues);
}

/* native("xs_tls_stream_constructor").call(this, move). What is made before a throw goes with the
   instance. */
void xs_tls_stream_constructor(xsMachine *the)
{
	struct Stream *stream = tlsHeapAllocate(1, sizeof(struct Stream));
	if (!stream)
		tlsSocketThrow(the, TLS_MEMORY);
	xsmcSetHostData(xsThis, stream);
	xsSetHostHooks(xsThis, (xsHostHooks *)&streamHooks);
	stream->the = the;
	stream->move = fxToReference(the, &xsArg(0));
	stream->turn = tlsAlarmCreate(callMove, stream);
	if (stream->turn)
		stream->queues = tlsTransportStreamCreate(want, stream);
	if (!stream->queues)
		tlsSocketThrow(the, TLS_MEMORY);
}

/* native("xs_tls_stream_live").call(this, tcp): whether an object has native data. The SDK's TCP class would
   use it unseen. */
void xs_tls_stream_live(xsMachine *the)
{
	xsmcSetBoolean(xsResult, xsGetHostDataIf(xsArg(0)) != NULL);
}

/* native("xs_tls_stream_connected").call(this, address, port): either can be undefined. */
void xs_tls_stream_connected(xsMachine *the)
{
	struct Stream *stream = streamOf(the, &xsThis);
	const char *address = NULL;
	uint16_t port = (xsmcTypeOf(xsArg(1)) == xsUndefinedType) ? 0 : (uint16_t)xsmcToInteger(xsArg(1));
	if (xsmcTypeOf(xsArg(0)) == xsStringType)
		address = xsmcToString(xsArg(0));
	tlsTransportStreamConnected(stream->queues, address, port);
}

/* native("xs_tls_stream_room").call(this): how many bytes xs_tls_stream_received takes now. */
void xs_tls_stream_room(xsMachine *the)
{
	struct Stream *stream = streamOf(the, &xsThis);
	xsmcSetInteger(xsResult, (xsIntegerValue)tlsTransportStreamRoom(stream->queues));
}

/* native("xs_tls_stream_received").call(this, buffer) */
void xs_tls_stream_received(xsMachine *the)
{
	struct Stream *stream = streamOf(the, &xsThis);
	struct TlsBytes bytes;
	tlsSocketBuffer(the, &xsArg(0), tlsSocketClamped(the), "TCP read", false, &bytes);
	if (!tlsTransportStreamReceived(stream->queues, bytes.bytes, bytes.length))
		xsRangeError("TCP read: returned more than it was asked for");
}

/* native("xs_tls_stream_ended").call(this) */
void xs_tls_stream_ended(xsMachine *the)
{
	struct Stream *stream = streamOf(the, &xsThis);
	tlsTransportStreamEnded(stream->queues);
}

/* native("xs_tls_stream_take").call(this, length): up to `length` bytes to send, or undefined. */
void xs_tls_stream_take(xsMachine *the)
{
	struct Stream *stream = streamOf(the, &xsThis);
	size_t length = (size_t)xsmcToInteger(xsArg(0));
	size_t queued = tlsTransportStreamQueued(stream->queues);
	if (length > queued)
		length = queued;
	if (length)
		tlsTransportStreamSend(
			stream->queues, xsmcSetArrayBuffer(xsResult, NULL, (xsIntegerValue)length), length);
}

/* native("xs_tls_stream_done").call(this): whether the stream below can be ended. */
void xs_tls_stream_done(xsMachine *the)
{
	struct Stream *stream = streamOf(the, &xsThis);
	xsmcSetBoolean(xsResult, tlsTransportStreamDone(stream->queues));
}
