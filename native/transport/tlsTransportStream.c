/* SPDX-License-Identifier: MIT */
/*
 * The stream transport: a ring of bytes each way. See the header.
 */

#include "tlsTransportStream.h"

#include "tlsConfiguration.h"

#include <stdlib.h>
#include <string.h>

/* Received bytes wait here until TLS takes them: small, since a record gathers in TLS's own buffer. */
#define IN_SIZE 2048

/* What the class promises as writable comes from here: a full record and its overhead. */
#define OUT_SIZE (TLS_OUTPUT + 512)

struct Ring {
	uint8_t *bytes;
	size_t size;
	size_t start;
	size_t count;
};

struct TlsTransportStream {
	struct TlsTransport transport; /* first: operations get it */
	void (*wanted)(void *context);
	void *context;
	uint8_t holds;
	bool closed; /* by the TLS side */
	bool ended;  /* by the other side; the state follows when all was received */
	uint16_t port;
	char address[TLS_ADDRESS_SIZE];
	struct Ring in;
	struct Ring out;
	uint8_t inBytes[IN_SIZE];
	uint8_t outBytes[OUT_SIZE];
};

static size_t smaller(size_t a, size_t b)
{
	return (a < b) ? a : b;
}

/* Appends as many of the bytes as there is room for. Returns how many. */
static size_t ringPut(struct Ring *ring, const uint8_t *bytes, size_t length)
{
	size_t put = 0;
	length = smaller(length, ring->size - ring->count);
	while (put < length) {
		size_t end = (ring->start + ring->count) % ring->size;
		size_t part = smaller(length - put, ring->size - end);
		memcpy(ring->bytes + end, bytes + put, part);
		ring->count += part;
		put += part;
	}
	return put;
}

static size_t ringTake(struct Ring *ring, uint8_t *bytes, size_t length)
{
	size_t taken = 0;
	length = smaller(length, ring->count);
	while (taken < length) {
		size_t part = smaller(length - taken, ring->size - ring->start);
		memcpy(bytes + taken, ring->bytes + ring->start, part);
		ring->start = (ring->start + part) % ring->size;
		ring->count -= part;
		taken += part;
	}
	return taken;
}

static void release(struct TlsTransportStream *stream)
{
	if (--stream->holds == 0)
		free(stream);
}

static void want(struct TlsTransportStream *stream)
{
	if (stream->wanted)
		(*stream->wanted)(stream->context);
}

static void tellChanged(struct TlsTransportStream *stream)
{
	if (stream->transport.changed)
		(*stream->transport.changed)(stream->transport.context);
}

/* operations of the TLS side */

static size_t streamReceive(struct TlsTransport *transport, uint8_t *bytes, size_t length)
{
	struct TlsTransportStream *stream = (struct TlsTransportStream *)transport;
	size_t taken = ringTake(&stream->in, bytes, length);
	transport->waiting = stream->in.count > 0;
	if (taken)
		want(stream);
	if (stream->ended && !stream->in.count)
		transport->state = TLS_TRANSPORT_ENDED;
	return taken;
}

static size_t streamSpace(const struct TlsTransport *transport)
{
	const struct TlsTransportStream *stream = (const struct TlsTransportStream *)transport;
	bool open = transport->state == TLS_TRANSPORT_OPEN && !stream->ended;
	return open ? stream->out.size - stream->out.count : 0;
}

static size_t streamSend(struct TlsTransport *transport, const uint8_t *bytes, size_t length)
{
	struct TlsTransportStream *stream = (struct TlsTransportStream *)transport;
	size_t put;
	if (!streamSpace(transport))
		return 0;
	put = ringPut(&stream->out, bytes, length);
	if (put)
		want(stream);
	return put;
}

/* Each send has asked the other side already. */
static void streamFlush(struct TlsTransport *transport)
{
	(void)transport;
}

static bool streamRemote(const struct TlsTransport *transport, char *address, uint16_t *port)
{
	const struct TlsTransportStream *stream = (const struct TlsTransportStream *)transport;
	if (!stream->address[0])
		return false;
	memcpy(address, stream->address, sizeof(stream->address));
	*port = stream->port;
	return true;
}

static void streamClose(struct TlsTransport *transport)
{
	struct TlsTransportStream *stream = (struct TlsTransportStream *)transport;
	transport->changed = NULL;
	stream->closed = true;
	want(stream);
	release(stream);
}

static const struct TlsTransportOperations streamOperations = {
	streamReceive, streamSend, streamSpace, streamFlush, streamRemote, streamClose};

/* the other side */

struct TlsTransportStream *tlsTransportStreamCreate(void (*wanted)(void *context), void *context)
{
	struct TlsTransportStream *stream = tlsHeapAllocate(1, sizeof(struct TlsTransportStream));
	if (!stream)
		return NULL;
	stream->transport.operations = &streamOperations;
	stream->transport.state = TLS_TRANSPORT_CONNECTING;
	tlsFailureClear(&stream->transport.failure);
	stream->wanted = wanted;
	stream->context = context;
	stream->holds = 2;
	stream->in.bytes = stream->inBytes;
	stream->in.size = sizeof(stream->inBytes);
	stream->out.bytes = stream->outBytes;
	stream->out.size = sizeof(stream->outBytes);
	return stream;
}

struct TlsTransport *tlsTransportStreamTransport(struct TlsTransportStream *stream)
{
	return &stream->transport;
}

void tlsTransportStreamConnected(struct TlsTransportStream *stream, const char *address, uint16_t port)
{
	if (stream->transport.state != TLS_TRANSPORT_CONNECTING)
		return;
	stream->transport.state = TLS_TRANSPORT_OPEN;
	if (address && strlen(address) < sizeof(stream->address)) {
		strcpy(stream->address, address);
		stream->port = port;
	}
	tellChanged(stream);
}

size_t tlsTransportStreamRoom(const struct TlsTransportStream *stream)
{
	return stream->closed ? stream->in.size : stream->in.size - stream->in.count;
}

bool tlsTransportStreamReceived(struct TlsTransportStream *stream, const uint8_t *bytes, size_t length)
{
	if (length > tlsTransportStreamRoom(stream))
		return false;
	if (stream->closed)
		return true;
	ringPut(&stream->in, bytes, length);
	stream->transport.waiting = stream->in.count > 0;
	tellChanged(stream);
	return true;
}

void tlsTransportStreamEnded(struct TlsTransportStream *stream)
{
	stream->out.count = 0;
	if (stream->transport.state == TLS_TRANSPORT_CONNECTING) {
		stream->transport.state = TLS_TRANSPORT_FAILED;
		tlsFail(&stream->transport.failure, TLS_UNREACHABLE, 0);
	} else if (stream->transport.state == TLS_TRANSPORT_OPEN) {
		stream->ended = true;
		if (!stream->in.count)
			stream->transport.state = TLS_TRANSPORT_ENDED;
	}
	tellChanged(stream);
}

size_t tlsTransportStreamQueued(const struct TlsTransportStream *stream)
{
	return stream->out.count;
}

size_t tlsTransportStreamSend(struct TlsTransportStream *stream, uint8_t *bytes, size_t length)
{
	size_t taken = ringTake(&stream->out, bytes, length);
	if (taken)
		tellChanged(stream);
	return taken;
}

bool tlsTransportStreamDone(const struct TlsTransportStream *stream)
{
	return stream->closed && !stream->out.count;
}

void tlsTransportStreamRelease(struct TlsTransportStream *stream)
{
	stream->wanted = NULL;
	release(stream);
}
