/* SPDX-License-Identifier: MIT */
/*
 * A transport in memory.
 */

#include "pipe.h"

#include <stdlib.h>
#include <string.h>

size_t queueLength(const struct Queue *queue)
{
	return queue->end - queue->start;
}

/* Allocates with malloc, not the library's hook: a test of failing allocations must not fail the tests'
   own. */
void queuePut(struct Queue *queue, const uint8_t *bytes, size_t length)
{
	if (length == 0)
		return;
	if (queue->end + length > queue->size) {
		queue->size = (queue->end + length) * 2;
		queue->bytes = realloc(queue->bytes, queue->size);
		if (queue->bytes == NULL)
			abort();
	}
	memcpy(queue->bytes + queue->end, bytes, length);
	queue->end += length;
	queue->total += length;
}

size_t queueTake(struct Queue *queue, uint8_t *bytes, size_t length)
{
	if (length > queueLength(queue))
		length = queueLength(queue);
	if (length == 0)
		return 0;
	memcpy(bytes, queue->bytes + queue->start, length);
	queue->start += length;
	if (queue->start == queue->end)
		queue->start = queue->end = 0;
	return length;
}

static struct Pipe *pipeOf(const struct TlsTransport *transport)
{
	return (struct Pipe *)transport;
}

static size_t receive(struct TlsTransport *transport, uint8_t *bytes, size_t length)
{
	struct Pipe *pipe = pipeOf(transport);

	if (transport->state == TLS_TRANSPORT_FAILED)
		return 0;
	if (length > pipe->released)
		length = pipe->released;
	length = queueTake(&pipe->toClient, bytes, length);
	pipe->released -= length;
	transport->waiting = pipe->released > 0;
	return length;
}

static size_t room(const struct TlsTransport *transport)
{
	const struct Pipe *pipe = pipeOf(transport);
	size_t queued = queueLength(&pipe->toServer);

	if (transport->state == TLS_TRANSPORT_FAILED || transport->state == TLS_TRANSPORT_CONNECTING)
		return 0;
	if (pipe->capacity == 0)
		return 1 << 20;
	return queued < pipe->capacity ? pipe->capacity - queued : 0;
}

static size_t space(const struct TlsTransport *transport)
{
	return pipeOf(transport)->liar ? 1 << 20 : room(transport);
}

static size_t sendBytes(struct TlsTransport *transport, const uint8_t *bytes, size_t length)
{
	if (length > room(transport))
		length = room(transport);
	pipeOf(transport)->burst = true;
	queuePut(&pipeOf(transport)->toServer, bytes, length);
	return length;
}

static void flush(struct TlsTransport *transport)
{
	pipeOf(transport)->burst = false;
}

static bool remote(const struct TlsTransport *transport, char *address, uint16_t *port)
{
	(void)transport;
	(void)address;
	(void)port;
	return false;
}

static void closeTransport(struct TlsTransport *transport)
{
	(void)transport;
}

static const struct TlsTransportOperations operations = {
	receive, sendBytes, space, flush, remote, closeTransport};

void pipeInit(struct Pipe *pipe)
{
	memset(pipe, 0, sizeof(*pipe));
	pipe->transport.operations = &operations;
	pipe->transport.state = TLS_TRANSPORT_OPEN;
	tlsFailureClear(&pipe->transport.failure);
}

void pipeFree(struct Pipe *pipe)
{
	free(pipe->toClient.bytes);
	free(pipe->toServer.bytes);
}

void pipeRelease(struct Pipe *pipe)
{
	size_t length = queueLength(&pipe->toClient);

	pipe->released =
		pipe->chunk > 0 && pipe->released + pipe->chunk < length ? pipe->released + pipe->chunk : length;
	pipe->transport.waiting = pipe->released > 0;
}
