/* SPDX-License-Identifier: MIT */
/* Messages to the machine, by a pipe that its event loop reads. */

#include "threads.h"
#include "xsHost.h"

#include "lwip/sys.h"

#include <glib-unix.h>
#include <unistd.h>

#define REFUSED 5 /* one in so many is, as by a queue that is full */

struct Message {
	struct xsMachineRecord *the;
	modMessageDeliver callback;
	void *refcon;
};

static int ends[2]; /* of the pipe: to read, to write */

int modMessagePostToMachine(
	struct xsMachineRecord *the, uint8_t *bytes, uint16_t length, modMessageDeliver callback, void *refcon)
{
	static unsigned count; /* of lwIP's thread, which alone calls this */
	struct Message message = {the, callback, refcon};
	ssize_t written;
	(void)bytes;
	(void)length;
	threadsDawdle();
	if (++count % REFUSED == 0)
		return -1;
	written = write(ends[1], &message, sizeof(message));
	threadsDawdle();
	return written == sizeof(message) ? 0 : -1;
}

static gboolean deliver(gint descriptor, GIOCondition condition, gpointer data)
{
	struct Message message;
	(void)condition;
	(void)data;
	threadsDawdle();
	if (read(descriptor, &message, sizeof(message)) == sizeof(message))
		(*message.callback)(message.the, message.refcon, NULL, 0);
	return G_SOURCE_CONTINUE;
}

bool threadsMessagesStart(void)
{
	if (pipe2(ends, O_NONBLOCK | O_CLOEXEC))
		return false;
	(void)g_unix_fd_add(ends[0], G_IO_IN, deliver, NULL);
	return true;
}

bool threadsMessagesPending(void)
{
	GPollFD poll = {ends[0], G_IO_IN, 0};
	return g_poll(&poll, 1, 0) > 0;
}
