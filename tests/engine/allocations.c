/* SPDX-License-Identifier: MIT */
/*
 * The library's allocations, by the heap of testHeap.h.
 */

#include "allocations.h"
#include "testHeap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct Allocations allocations;

static bool inClient;

struct Header {
	size_t size;
	bool client;
	union {
		long double number;
		void *pointer;
	} bytes[]; /* aligned for everything */
};

void allocationsOfClient(bool in)
{
	inClient = in;
}

void *testCalloc(size_t count, size_t size)
{
	struct Header *header;

	if (inClient && ++allocations.number == allocations.failAt)
		return NULL;
	if (size > 0 && count > SIZE_MAX / 2 / size)
		return NULL;
	header = calloc(1, sizeof(*header) + count * size);
	if (header == NULL)
		return NULL;
	header->size = count * size;
	header->client = inClient;
	allocations.live++;
	if (inClient) {
		allocations.liveClient += header->size;
		if (allocations.liveClient > allocations.peakClient)
			allocations.peakClient = allocations.liveClient;
	}
	return header->bytes;
}

/* Looks for the secret in what the client frees. */
static void inspect(const uint8_t *bytes, size_t size)
{
	const size_t length = sizeof(allocations.secret);

	if (allocations.secret[0] == 0)
		return;
	for (size_t i = 0; i + length <= size; i++)
		allocations.shown += memcmp(bytes + i, allocations.secret, length) == 0;
}

void testFree(void *bytes)
{
	struct Header *header;

	if (bytes == NULL)
		return;
	header = (struct Header *)((char *)bytes - offsetof(struct Header, bytes));
	allocations.live--;
	if (header->client) {
		allocations.liveClient -= header->size;
		inspect(bytes, header->size);
	}
	free(header);
}
