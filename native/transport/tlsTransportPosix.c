/* SPDX-License-Identifier: MIT */
/*
 * A connection is one GLib source. The events it waits for are computed in one place (watch), from the state;
 * the handler (dispatch) does what they allow, then says `changed` once. Operations never call `changed`:
 * what they find out is said from the next turn (announce).
 *
 * A connection that was reset can still hold data that arrived before, such as the alert that explains the
 * reset. So a failure to send is no failure of the connection yet: from then on what is sent is dropped, and
 * the reader gets all there is before the state becomes failed.
 */

#define _DEFAULT_SOURCE

#include "tlsTransportPosix.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* After `close`, how long the peer may take to accept what is still to be sent. */
#define CLOSE_MILLISECONDS 30000

/* So many bytes are worth a segment of their own. Less waits for `flush`, so that what belongs together
   leaves together: Nagle's algorithm would hold back the second of two small segments until the peer, which
   may wait for just that one, acknowledges the first. */
#define HOLD_SIZE 1024

/* At `close`, how much unread input is thrown away so that the system does not reset the connection for
   it. */
#define DISCARD_SIZE  4096
#define DISCARD_COUNT 64

struct Posix {
	struct TlsTransport base;
	int descriptor;
	GSource *source;
	GPollFD poll; /* the source's, while it is watched */
	bool watched;
	bool hungUp;     /* the system reports the end of the connection whether it is watched for or not */
	int outputError; /* 0: sending has not failed */
	bool closing;
	bool held;      /* what is in the queue waits for `flush`, not for the system */
	uint8_t *queue; /* of TLS_POSIX_QUEUE bytes: accepted, not yet sent */
	size_t queueStart;
	size_t queueLength;
};

struct PosixSource {
	GSource source;
	struct Posix *posix;
};

static bool wouldBlock(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK;
}

static void setWatched(struct Posix *posix, bool watched)
{
	if (watched == posix->watched)
		return;
	posix->poll.revents = 0;
	if (watched)
		g_source_add_poll(posix->source, &posix->poll);
	else
		g_source_remove_poll(posix->source, &posix->poll);
	posix->watched = watched;
}

/* Watches the descriptor for what can happen next: for the end alone while the reader pauses, for nothing
   when the end is known already, since it would be reported again and again. */
static void watch(struct Posix *posix)
{
	bool open = posix->base.state == TLS_TRANSPORT_OPEN && !posix->closing;
	int wanted = 0;
	if (posix->base.state == TLS_TRANSPORT_CONNECTING || (posix->queueLength > 0 && !posix->held))
		wanted |= G_IO_OUT;
	if (open && !posix->base.waiting)
		wanted |= G_IO_IN;

	posix->poll.events = (gushort)wanted;
	setWatched(posix, wanted || (open && !posix->hungUp));
}

/* Lets the event loop say `changed`. */
static void announce(struct Posix *posix)
{
	g_source_set_ready_time(posix->source, 0);
}

static enum TlsCode codeOf(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return TLS_REFUSED;
	case EACCES:
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
	case EHOSTDOWN:
	case EHOSTUNREACH:
	case EINVAL:
	case ENETDOWN:
	case ENETUNREACH:
	case EPERM:
	case ETIMEDOUT:
		return TLS_UNREACHABLE;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		return TLS_MEMORY;
	default:
		return TLS_RESET;
	}
}

static void failConnection(struct Posix *posix, int error)
{
	tlsFail(&posix->base.failure, codeOf(error), error);
	posix->base.state = TLS_TRANSPORT_FAILED;
	posix->queueLength = 0;
	announce(posix);
	watch(posix);
}

/* Sends directly. Returns how many bytes the system took; what cannot be sent any more counts as taken. */
static size_t sendNow(struct Posix *posix, const uint8_t *bytes, size_t length)
{
	size_t sent = 0;
	while (sent < length && !posix->outputError) {
		ssize_t count = send(posix->descriptor, bytes + sent, length - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (count >= 0)
			sent += (size_t)count;
		else if (wouldBlock(errno))
			return sent;
		else if (errno != EINTR) {
			posix->outputError = errno;
			posix->base.waiting = false; /* its end tells what happened: it is watched for */
		}
	}
	return length;
}

static void sendQueue(struct Posix *posix)
{
	size_t sent = sendNow(posix, posix->queue + posix->queueStart, posix->queueLength);
	posix->queueStart += sent;
	posix->queueLength -= sent;
}

static void enqueue(struct Posix *posix, const uint8_t *bytes, size_t length)
{
	if (length > TLS_POSIX_QUEUE - posix->queueStart - posix->queueLength) {
		memmove(posix->queue, posix->queue + posix->queueStart, posix->queueLength);
		posix->queueStart = 0;
	}
	memcpy(posix->queue + posix->queueStart + posix->queueLength, bytes, length);
	posix->queueLength += length;
}

static size_t receiveBytes(struct TlsTransport *transport, uint8_t *bytes, size_t length)
{
	struct Posix *posix = (struct Posix *)transport;
	ssize_t count;
	if (transport->state != TLS_TRANSPORT_OPEN || length == 0)
		return 0;
	do
		count = recv(posix->descriptor, bytes, length, MSG_DONTWAIT);
	while (count < 0 && errno == EINTR);

	if (count > 0 || (count < 0 && wouldBlock(errno)))
		transport->waiting = false;
	else if (count == 0 && posix->outputError == ECONNRESET)
		failConnection(posix, ECONNRESET); /* the system tells of a reset once, and sending was told */
	else if (count == 0) {
		transport->state = TLS_TRANSPORT_ENDED;
		announce(posix);
	} else
		failConnection(posix, errno);
	watch(posix);
	return (count > 0) ? (size_t)count : 0;
}

static size_t spaceLeft(const struct TlsTransport *transport)
{
	const struct Posix *posix = (const struct Posix *)transport;
	if (transport->state != TLS_TRANSPORT_OPEN && transport->state != TLS_TRANSPORT_ENDED)
		return 0;
	return TLS_POSIX_QUEUE - posix->queueLength;
}

/* Sends what is held. */
static void flush(struct TlsTransport *transport)
{
	struct Posix *posix = (struct Posix *)transport;
	if (!posix->held)
		return;
	posix->held = false;
	sendQueue(posix);
	watch(posix);
}

static size_t sendBytes(struct TlsTransport *transport, const uint8_t *bytes, size_t length)
{
	struct Posix *posix = (struct Posix *)transport;
	size_t sent = 0, space, queued;
	if (length >= HOLD_SIZE)
		flush(transport);
	space = spaceLeft(transport);
	if (space == 0)
		return 0;
	if (posix->queueLength == 0) {
		posix->queueStart = 0;
		posix->held = length < HOLD_SIZE;
		if (!posix->held)
			sent = sendNow(posix, bytes, length);
	}
	queued = (length - sent < space) ? length - sent : space;
	enqueue(posix, bytes + sent, queued);
	watch(posix);
	return sent + queued;
}

static bool getRemote(const struct TlsTransport *transport, char *address, uint16_t *port)
{
	const struct Posix *posix = (const struct Posix *)transport;
	union {
		struct sockaddr any;
		struct sockaddr_in ipv4;
		struct sockaddr_in6 ipv6;
	} peer;
	socklen_t length = sizeof(peer);
	const void *bytes;
	if (transport->state == TLS_TRANSPORT_CONNECTING || getpeername(posix->descriptor, &peer.any, &length))
		return false;
	if (peer.any.sa_family == AF_INET6) {
		bytes = &peer.ipv6.sin6_addr;
		*port = ntohs(peer.ipv6.sin6_port);
	} else {
		bytes = &peer.ipv4.sin_addr;
		*port = ntohs(peer.ipv4.sin_port);
	}
	return inet_ntop(peer.any.sa_family, bytes, address, TLS_ADDRESS_SIZE) != NULL;
}

/* GLib calls it when nobody holds the source any more. */
static void finalize(GSource *source)
{
	struct Posix *posix = ((struct PosixSource *)source)->posix;
	close(posix->descriptor);
	free(posix->queue);
	free(posix);
}

static void freePosix(struct Posix *posix)
{
	g_source_destroy(posix->source);
	g_source_unref(posix->source);
}

/* Ends our direction. Input that nobody will read is thrown away: with it, the system would reset the
   connection, and the peer could lose what was sent last. */
static void endConnection(struct Posix *posix)
{
	uint8_t discarded[DISCARD_SIZE];
	int i;
	(void)shutdown(posix->descriptor, SHUT_WR);
	for (i = 0; i < DISCARD_COUNT; i++) {
		if (recv(posix->descriptor, discarded, sizeof(discarded), MSG_DONTWAIT) <= 0)
			break;
	}
}

static void closeTransport(struct TlsTransport *transport)
{
	struct Posix *posix = (struct Posix *)transport;
	unsigned int limit = CLOSE_MILLISECONDS;
	flush(transport);
	if (transport->state == TLS_TRANSPORT_CONNECTING || transport->state == TLS_TRANSPORT_FAILED) {
		freePosix(posix);
		return;
	}
	if (posix->queueLength == 0) {
		endConnection(posix);
		freePosix(posix);
		return;
	}
	posix->closing = true; /* dispatch sends the rest */
	(void)setsockopt(posix->descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof(limit));
	watch(posix);
	g_source_unref(posix->source); /* now it is the event loop's alone, and ends with that at the latest */
}

static void finishConnecting(struct Posix *posix)
{
	int error = 0;
	socklen_t length = sizeof(error);
	if (getsockopt(posix->descriptor, SOL_SOCKET, SO_ERROR, &error, &length))
		error = errno;
	if (error)
		failConnection(posix, error);
	else
		posix->base.state = TLS_TRANSPORT_OPEN;
}

static gboolean check(GSource *source)
{
	return ((struct PosixSource *)source)->posix->poll.revents != 0;
}

static gboolean dispatch(GSource *source, GSourceFunc function, gpointer data)
{
	struct Posix *posix = ((struct PosixSource *)source)->posix;
	gushort events = posix->poll.revents;
	(void)function;
	(void)data;

	if (events & (G_IO_ERR | G_IO_HUP))
		posix->hungUp = true;
	if (posix->base.state == TLS_TRANSPORT_CONNECTING) {
		if (events)
			finishConnecting(posix);
	} else {
		if (posix->queueLength > 0 && (events & (G_IO_OUT | G_IO_ERR | G_IO_HUP)))
			sendQueue(posix);
		if (events & (G_IO_IN | G_IO_ERR | G_IO_HUP))
			posix->base.waiting = true;
	}
	g_source_set_ready_time(source, -1);
	if (posix->closing) {
		if (posix->queueLength == 0) {
			endConnection(posix);
			return G_SOURCE_REMOVE;
		}
		return G_SOURCE_CONTINUE;
	}
	watch(posix);
	if (posix->base.changed)
		(*posix->base.changed)(posix->base.context);
	return G_SOURCE_CONTINUE;
}

static GSourceFuncs sourceFunctions = {.check = check, .dispatch = dispatch, .finalize = finalize};

/* Ends what is still being closed. */
static void removeSources(void)
{
	GSource *source;
	while ((source = g_main_context_find_source_by_funcs_user_data(NULL, &sourceFunctions, NULL)))
		g_source_destroy(source);
}

static gpointer watchForUnloading(gpointer unused)
{
	(void)unused;
	return GINT_TO_POINTER(atexit(removeSources) == 0);
}

/* An app in the SDK's simulator is a shared library, which is unloaded while the event loop goes on: nothing
   may call into it any more. Of a library, what atexit was given is called when it is unloaded. False: no
   memory. */
static bool unloadsWell(void)
{
	static GOnce once = G_ONCE_INIT;
	return g_once(&once, watchForUnloading, NULL) != NULL;
}

static const struct TlsTransportOperations operations = {
	receiveBytes, sendBytes, spaceLeft, flush, getRemote, closeTransport};

/* Takes over `descriptor`, also when it fails. */
static struct Posix *createPosix(int descriptor, enum TlsTransportState state, struct TlsFailure *failure)
{
	struct Posix *posix = calloc(1, sizeof(struct Posix));
	uint8_t *queue = malloc(TLS_POSIX_QUEUE);
	GMainContext *context;
	if (!posix || !queue || !unloadsWell()) {
		tlsFail(failure, TLS_MEMORY, 0);
		free(posix);
		free(queue);
		close(descriptor);
		return NULL;
	}
	posix->base.operations = &operations;
	posix->base.state = state;
	tlsFailureClear(&posix->base.failure);
	posix->descriptor = descriptor;
	posix->queue = queue;
	posix->source = g_source_new(&sourceFunctions, sizeof(struct PosixSource));
	((struct PosixSource *)posix->source)->posix = posix;
	g_source_set_callback(posix->source, NULL, NULL, NULL); /* GLib finds only sources that have one */
	posix->poll.fd = descriptor;
	/* Nothing in dispatch runs the loop. Were it allowed for, GLib would take the descriptor out of the poll
	   and put it back, and wake itself up, each time. */
	g_source_set_can_recurse(posix->source, TRUE);
	context = g_main_context_ref_thread_default();
	g_source_attach(posix->source, context);
	g_main_context_unref(context);
	return posix;
}

static void setOption(int descriptor, int level, int name, int value)
{
	(void)setsockopt(
		descriptor, level, name, &value, sizeof(value)); /* none of these can fail on a TCP socket */
}

void tlsTransportPosixConfigure(struct TlsTransport *transport, bool noDelay, uint32_t keepAlive)
{
	int descriptor = ((struct Posix *)transport)->descriptor;
	int seconds = (int)tlsKeepAliveSeconds(keepAlive);
	setOption(descriptor, IPPROTO_TCP, TCP_NODELAY, noDelay);
	setOption(descriptor, SOL_SOCKET, SO_KEEPALIVE, keepAlive > 0);
	if (keepAlive > 0) {
		setOption(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, seconds);
		setOption(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, seconds);
		setOption(descriptor, IPPROTO_TCP, TCP_KEEPCNT, TLS_KEEP_ALIVE_PROBES);
	}
	/* Nothing is probed while something waits for an acknowledgement: that is limited to the same time. */
	setOption(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, seconds * 1000 * (TLS_KEEP_ALIVE_PROBES + 1));
}

/* Returns the length of the socket address. */
static socklen_t socketAddress(const struct TlsDestination *destination, struct sockaddr_storage *storage)
{
	struct sockaddr_in *ipv4 = (struct sockaddr_in *)storage;
	struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)storage;
	memset(storage, 0, sizeof(*storage));
	if (destination->addressSize == sizeof(ipv4->sin_addr)) {
		memcpy(&ipv4->sin_addr, destination->address, sizeof(ipv4->sin_addr));
		ipv4->sin_family = AF_INET;
		ipv4->sin_port = htons(destination->port);
		return sizeof(*ipv4);
	}
	memcpy(&ipv6->sin6_addr, destination->address, sizeof(ipv6->sin6_addr));
	ipv6->sin6_family = AF_INET6;
	ipv6->sin6_port = htons(destination->port);
	return sizeof(*ipv6);
}

struct TlsTransport *tlsTransportPosixConnect(
	const struct TlsDestination *destination, struct TlsFailure *failure)
{
	struct sockaddr_storage storage;
	socklen_t length = socketAddress(destination, &storage);
	struct Posix *posix;
	int descriptor = socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (descriptor < 0) {
		tlsFail(failure, codeOf(errno), errno);
		return NULL;
	}
	posix = createPosix(descriptor, TLS_TRANSPORT_CONNECTING, failure);
	if (!posix)
		return NULL;
	tlsTransportPosixConfigure(&posix->base, destination->noDelay, destination->keepAlive);
	if (connect(descriptor, (struct sockaddr *)&storage, length) && errno != EINPROGRESS)
		failConnection(posix, errno);
	watch(posix);
	return &posix->base;
}

struct TlsTransport *tlsTransportPosixAdopt(int descriptor, struct TlsFailure *failure)
{
	struct Posix *posix = createPosix(descriptor, TLS_TRANSPORT_OPEN, failure);
	if (!posix)
		return NULL;
	(void)fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
	announce(posix);
	watch(posix);
	return &posix->base;
}
