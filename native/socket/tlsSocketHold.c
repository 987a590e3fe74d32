/* SPDX-License-Identifier: MIT */
/*
 * How long the structure of an instance stays: a callback may close the instance that it was called for.
 */

#include "tlsSocket.h"

struct TlsSocket *tlsSocketCreate(xsMachine *the)
{
	struct TlsSocket *socket = tlsHeapAllocate(1, sizeof(struct TlsSocket));
	if (!socket)
		return NULL;
	socket->the = the;
	socket->holds = 1;
	return socket;
}

void tlsSocketHold(struct TlsSocket *socket)
{
	socket->holds++;
}

void tlsSocketRelease(struct TlsSocket *socket)
{
	if (--socket->holds == 0)
		free(socket);
}
