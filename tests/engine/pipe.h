/* SPDX-License-Identifier: MIT */
/*
 * A transport in memory: two queues of ciphertext, and a brake on each.
 */

#ifndef PIPE_H
#define PIPE_H

#include "tlsTransport.h"

struct Queue {
	uint8_t *bytes;
	size_t size, start, end;
	uint64_t total; /* bytes that ever went in */
};

struct Pipe {
	struct TlsTransport transport; /* the engine's end */
	struct Queue toClient, toServer;
	size_t released; /* bytes of toClient that the engine may take now */
	size_t chunk;    /* pipeRelease adds so many; 0: all there is */
	size_t capacity; /* toServer holds so many; 0: any number */
	bool liar;       /* `space` promises more than `send` accepts */
	bool burst;      /* something was sent since the last `flush` */
};

void pipeInit(struct Pipe *pipe);
void pipeFree(struct Pipe *pipe);

/* Lets the next chunk through to the engine. */
void pipeRelease(struct Pipe *pipe);

size_t queueLength(const struct Queue *queue);
void queuePut(struct Queue *queue, const uint8_t *bytes, size_t length);
size_t queueTake(struct Queue *queue, uint8_t *bytes, size_t length);

#endif
