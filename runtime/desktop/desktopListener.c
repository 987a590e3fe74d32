/* SPDX-License-Identifier: MIT */
/*
 * The host functions of embedded:io/socket/listener. Connections are accepted when they come and wait here
 * until they are read; when too many wait, the system makes the next ones wait.
 */

#include "runtimeTcp.h"
#include "mc.xs.h"
#include "tlsTransportPosix.h"

#include <gio/gio.h>
#include <glib-unix.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define WAITING_COUNT 16
#define BACKLOG       128

struct Listener {
	xsMachine *the;
	xsSlot object;
	xsSlot *onReadable; /* functions of the script, kept alive by the marker; NULL: none */
	xsSlot *onError;
	int descriptor;
	GSource *source; /* NULL: not watched */
	int waiting[WAITING_COUNT];
	int waitingCount;
	unsigned holds;
};

static void markListener(xsMachine *the, void *data, xsMarkRoot markRoot)
{
	struct Listener *listener = data;
	if (listener->onReadable)
		(*markRoot)(the, listener->onReadable);
	if (listener->onError)
		(*markRoot)(the, listener->onError);
}

void xs_listener_destructor(void *data);

static const xsHostHooks listenerHooks = {xs_listener_destructor, markListener, NULL};

static void release(struct Listener *listener)
{
	if (--listener->holds == 0)
		c_free(listener);
}

static void unwatch(struct Listener *listener)
{
	if (!listener->source)
		return;
	g_source_destroy(listener->source);
	g_source_unref(listener->source);
	listener->source = NULL;
}

void xs_listener_destructor(void *data)
{
	struct Listener *listener = data;
	if (!listener)
		return;
	unwatch(listener);
	while (listener->waitingCount > 0)
		close(listener->waiting[--listener->waitingCount]);
	close(listener->descriptor);
	listener->descriptor = -1;
	release(listener);
}

static struct Listener *listenerOf(xsMachine *the)
{
	struct Listener *listener = xsmcGetHostDataValidate(xsThis, (void *)&listenerHooks);
	if (!listener)
		xsUnknownError("closed");
	return listener;
}

/* Accepts what fits. Returns errno when no more can be accepted ever, else 0. */
static int acceptAll(struct Listener *listener)
{
	while (listener->waitingCount < WAITING_COUNT) {
		int descriptor = accept4(listener->descriptor, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (descriptor >= 0)
			listener->waiting[listener->waitingCount++] = descriptor;
		else if (errno == EAGAIN || errno == EWOULDBLOCK)
			return 0;
		else if (errno != EINTR && errno != ECONNABORTED)
			return errno;
	}
	return 0;
}

static void callReadable(struct Listener *listener)
{
	if (!listener->onReadable)
		return;
	xsBeginHost(listener->the);
	{
		xsmcVars(1);
		xsmcSetInteger(xsVar(0), listener->waitingCount);
		(void)xsCallFunction1(xsReference(listener->onReadable), listener->object, xsVar(0));
	}
	xsEndHost(listener->the);
}

static void callError(struct Listener *listener, int error)
{
	if (!listener->onError)
		return;
	xsBeginHost(listener->the);
	{
		xsmcVars(1);
		xsmcSetString(xsVar(0), strerror(error));
		xsVar(0) = xsNew1(xsGlobal, xsID_Error, xsVar(0));
		(void)xsCallFunction1(xsReference(listener->onError), listener->object, xsVar(0));
	}
	xsEndHost(listener->the);
}

static gboolean acceptable(gint descriptor, GIOCondition condition, gpointer data)
{
	struct Listener *listener = data;
	int error, before = listener->waitingCount;
	(void)descriptor;
	(void)condition;
	listener->holds++;
	error = acceptAll(listener);
	if (error || listener->waitingCount == WAITING_COUNT)
		unwatch(listener);
	if (listener->waitingCount > before)
		callReadable(listener);
	if (error && listener->descriptor >= 0)
		callError(listener, error);
	release(listener);
	return G_SOURCE_CONTINUE;
}

static void watch(struct Listener *listener)
{
	GMainContext *context;
	if (listener->source)
		return;
	context = g_main_context_ref_thread_default();
	listener->source = g_unix_fd_source_new(listener->descriptor, G_IO_IN);
	g_source_set_callback(listener->source, G_SOURCE_FUNC(acceptable), listener, NULL);
	g_source_attach(listener->source, context);
	g_main_context_unref(context);
}

/* A listening socket, or -1 with errno. */
static int openSocket(const char *address, uint16_t port)
{
	GSocketAddress *parsed = g_inet_socket_address_new_from_string(address, port);
	struct sockaddr_storage storage;
	gssize size;
	int descriptor = -1, yes = 1, error = EINVAL;
	if (!parsed) {
		errno = error;
		return -1;
	}
	size = g_socket_address_get_native_size(parsed);
	if (g_socket_address_to_native(parsed, &storage, sizeof(storage), NULL)) {
		descriptor = socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		error = errno;
	}
	g_object_unref(parsed);
	if (descriptor >= 0) {
		(void)setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
		if (bind(descriptor, (struct sockaddr *)&storage, (socklen_t)size) || listen(descriptor, BACKLOG)) {
			error = errno;
			close(descriptor);
			descriptor = -1;
		}
	}
	errno = error;
	return descriptor;
}

/* listen(address, port, onReadable, onError) */
void xs_listener_listen(xsMachine *the)
{
	const char *address = xsmcToString(xsArg(0));
	uint16_t port = (uint16_t)xsmcToInteger(xsArg(1));
	struct Listener *listener = c_calloc(1, sizeof(struct Listener));
	if (!listener)
		xsUnknownError("no memory");
	listener->descriptor = openSocket(address, port);
	if (listener->descriptor < 0) {
		c_free(listener);
		xsUnknownError("cannot listen: %s", strerror(errno));
	}
	listener->the = the;
	listener->holds = 1;
	listener->onReadable = xsToReference(xsArg(2));
	listener->onError = xsToReference(xsArg(3));
	xsmcSetHostData(xsThis, listener);
	xsSetHostHooks(xsThis, (xsHostHooks *)&listenerHooks);
	listener->object = xsThis;
	xsRemember(listener->object);
	watch(listener);
}

/* close(): a second one is no error */
void xs_listener_close(xsMachine *the)
{
	struct Listener *listener = xsmcGetHostDataValidate(xsThis, (void *)&listenerHooks);
	if (!listener)
		return;
	xsmcSetHostData(xsThis, NULL);
	xsForget(listener->object);
	listener->onReadable = NULL;
	listener->onError = NULL;
	xs_listener_destructor(listener);
}

/* read(): what TCP takes as `from`, or undefined */
void xs_listener_read(xsMachine *the)
{
	struct Listener *listener = listenerOf(the);
	struct TlsTransport *transport;
	struct TlsFailure failure;
	int descriptor;
	if (listener->waitingCount == 0)
		return;
	descriptor = listener->waiting[0];
	listener->waitingCount--;
	c_memmove(listener->waiting, listener->waiting + 1, (size_t)listener->waitingCount * sizeof(int));
	watch(listener);
	tlsFailureClear(&failure);
	transport = tlsTransportPosixAdopt(descriptor, &failure);
	if (!transport)
		runtimeTcpThrow(the, &failure);
	runtimeTcpSetConnection(the, transport);
}

/* port(): the one it listens on */
void xs_listener_port(xsMachine *the)
{
	struct Listener *listener = listenerOf(the);
	struct sockaddr_storage storage;
	socklen_t size = sizeof(storage);
	in_port_t port = 0;
	if (getsockname(listener->descriptor, (struct sockaddr *)&storage, &size))
		xsUnknownError("%s", strerror(errno));
	if (storage.ss_family == AF_INET6)
		port = ((struct sockaddr_in6 *)&storage)->sin6_port;
	else
		port = ((struct sockaddr_in *)&storage)->sin_port;
	xsmcSetInteger(xsResult, ntohs(port));
}
