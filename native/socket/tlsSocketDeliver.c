/* SPDX-License-Identifier: MIT */
/*
 * The one place where callbacks are called: in a turn of the event loop, the transport's own or one that was
 * asked for.
 *
 * A turn advances the engine by one step, then tells the script what is new: that it may write, that it may
 * read, that it may write again after its answer, that the connection has ended. Each callback may close or
 * move the instance, or throw; what it left is looked at again before the next. At the end another turn is
 * asked for, if there is more to do already; what the transport is going to tell of is left to its event.
 */

#include "tlsSocket.h"
#include "tlsSocketSessions.h"

void tlsSocketAsk(void *context)
{
	struct TlsSocket *socket = context;
	tlsAlarmSet(socket->turn, 0);
}

/* Milliseconds from one try to get the memory for a record to the next. */
#define TLS_RETRY 50

void tlsSocketRetry(struct TlsSocket *socket)
{
	tlsAlarmSet(socket->turn, TLS_RETRY);
}

/* Whether there is something to do now that no event is going to tell of. */
static bool hasWork(const struct TlsSocket *socket)
{
	size_t writable;
	if (socket->failed || tlsEngineIsHungry(socket->engine))
		return false;
	writable = tlsEngineWritable(socket->engine);
	return writable > socket->promised || tlsEngineGathered(socket->engine) > writable ||
		   tlsEngineWaits(socket->engine);
}

void tlsSocketAskIfNeeded(struct TlsSocket *socket)
{
	if (!socket->delivering && hasWork(socket))
		tlsSocketAsk(socket);
}

void tlsSocketTimedOut(void *context)
{
	struct TlsSocket *socket = context;
	socket->timedOut = true;
	tlsSocketAsk(socket);
}

void tlsSocketSendGathered(void *context)
{
	struct TlsSocket *socket = context;
	tlsEngineFlush(socket->engine);
	tlsSocketAsk(socket);
}

bool tlsSocketFailure(const struct TlsSocket *socket, struct TlsFailure *failure)
{
	enum TlsState state = tlsEngineState(socket->engine);
	if (state == TLS_ENDED || state == TLS_FAILED)
		*failure = *tlsEngineFailure(socket->engine);
	else if (socket->timedOut) {
		tlsFailureClear(failure);
		tlsFail(failure, TLS_TIMEOUT, 0);
	} else
		return false;
	return true;
}

/* An exception in a callback is reported by xsEndHost like any that nothing catches. */
static void callWithCount(struct TlsSocket *socket, xsSlot *function, size_t count)
{
	xsBeginHost(socket->the);
	{
		xsmcSetInteger(xsResult, (xsIntegerValue)count);
		xsCallFunction1(xsReference(function), socket->object, xsResult);
	}
	xsEndHost(socket->the);
}

static void callWithError(struct TlsSocket *socket, const struct TlsFailure *failure)
{
	xsBeginHost(socket->the);
	{
		tlsSocketError(the, NULL, failure, socket->host);
		xsCallFunction1(xsReference(socket->onError), socket->object, xsResult);
	}
	xsEndHost(socket->the);
}

static void stopTimeout(struct TlsSocket *socket)
{
	tlsAlarmFree(socket->timeout);
	socket->timeout = NULL;
}

static void tellWritable(struct TlsSocket *socket)
{
	size_t count;
	if (!socket->engine)
		return;
	count = tlsEngineWritable(socket->engine);
	if (count <= socket->promised)
		return;
	socket->promised = count;
	if (socket->onWritable)
		callWithCount(socket, socket->onWritable, count);
}

static void tellReadable(struct TlsSocket *socket)
{
	size_t count;
	if (!socket->engine)
		return;
	count = tlsEngineReadable(socket->engine);
	if (count <= socket->told)
		return;
	socket->told = count;
	if (socket->onReadable)
		callWithCount(socket, socket->onReadable, count);
}

/* The engine is asked last: it has ended only when all that arrived before was read. */
static void tellFailure(struct TlsSocket *socket)
{
	struct TlsFailure failure;
	if (!socket->engine || socket->failed || !tlsSocketFailure(socket, &failure))
		return;
	socket->failed = true;
	stopTimeout(socket);
	if (socket->onError)
		callWithError(socket, &failure);
}

static void keepSession(struct TlsSocket *socket)
{
	uint32_t count = tlsEngineSessions(socket->engine);
	if (count != socket->kept)
		tlsSocketSessionsKeep(socket->engine);
	socket->kept = count;
}

static void starve(void *context)
{
	struct TlsSocket *socket = context;
	tlsEngineStarve(socket->engine);
	tlsSocketAsk(socket);
}

/* While there is no memory for a record, the engine is asked again and again, but not for ever. */
static void outlastHunger(struct TlsSocket *socket)
{
	if (!tlsEngineIsHungry(socket->engine)) {
		tlsAlarmFree(socket->hunger);
		socket->hunger = NULL;
		return;
	}
	if (!socket->hunger) {
		socket->hunger = tlsAlarmCreate(starve, socket);
		if (!socket->hunger) {
			starve(socket);
			return;
		}
		tlsAlarmSet(socket->hunger, TLS_PATIENCE);
	}
	tlsSocketRetry(socket);
}

void tlsSocketDeliver(void *context)
{
	struct TlsSocket *socket = context;
	bool more;
	if (socket->delivering) { /* a callback runs the event loop, as a debugger does */
		tlsSocketAsk(socket);
		return;
	}
	tlsSocketHold(socket);
	socket->delivering = true;
	more = !socket->timedOut && tlsEngineAdvance(socket->engine);
	tlsSocketMendSession(socket);
	outlastHunger(socket);
	keepSession(socket);
	if (tlsEngineState(socket->engine) == TLS_CONNECTED && socket->timeout)
		stopTimeout(socket);
	tellWritable(socket);
	tellReadable(socket);
	tellWritable(socket);
	tellFailure(socket);
	socket->delivering = false;
	if (socket->engine && (more || hasWork(socket)))
		tlsSocketAsk(socket);
	tlsSocketRelease(socket);
}
