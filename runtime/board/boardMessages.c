/* SPDX-License-Identifier: MIT */
/* The queue of messages to the machine. */

#include "boardMessages.h"

#include <stdlib.h>
#include <string.h>

struct Message {
	struct Message *next;
	struct xsMachineRecord *the;
	modMessageDeliver callback;
	void *refcon;
	uint16_t length;
	uint8_t bytes[];
};

static struct Message *first, **last = &first;

int modMessagePostToMachine(
	struct xsMachineRecord *the, uint8_t *bytes, uint16_t length, modMessageDeliver callback, void *refcon)
{
	struct Message *message = malloc(sizeof(*message) + length);

	if (!message)
		return -1;
	message->next = NULL;
	message->the = the;
	message->callback = callback;
	message->refcon = refcon;
	message->length = length;
	if (length)
		memcpy(message->bytes, bytes, length);
	*last = message;
	last = &message->next;
	return 0;
}

bool boardMessagesDeliver(void)
{
	struct Message *message = first;

	first = NULL;
	last = &first;
	if (!message)
		return false;
	while (message) {
		struct Message *next = message->next;

		message->callback(message->the, message->refcon, message->bytes, message->length);
		free(message);
		message = next;
	}
	return true;
}

bool boardMessagesPending(void)
{
	return first != NULL;
}
