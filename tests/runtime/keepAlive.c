/* SPDX-License-Identifier: MIT */
/*
 * Keep-alive over the system's sockets: peers that vanish, while the connection is idle and while it writes,
 * and one that lives. A peer vanishes by a filter on its socket that drops all that comes in, so that nothing
 * is acknowledged.
 */

#define _DEFAULT_SOURCE

#include "tap.h"
#include "tlsTransportPosix.h"

#include <arpa/inet.h>
#include <glib.h>
#include <linux/filter.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define KEEP_ALIVE 1 /* milliseconds: the shortest there is, a second */
#define WATCHDOG   30

struct Peer {
	const char *name;
	bool vanishes;
	bool written; /* to, when it has vanished */
	int descriptor;
	struct TlsTransport *transport;
};

static struct Peer peers[] = {
	{.name = "idle", .vanishes = true},
	{.name = "written to", .vanishes = true, .written = true},
	{.name = "alive"},
};

#define PEER_COUNT (sizeof(peers) / sizeof(peers[0]))

static GMainLoop *loop;

static int listenOn(uint16_t *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) || listen(listener, 1) ||
		getsockname(listener, (struct sockaddr *)&address, &length))
		return -1;
	*port = ntohs(address.sin_port);
	return listener;
}

static bool vanish(int descriptor)
{
	struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = {.len = 1, .filter = &drop};

	return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) == 0;
}

static bool areGone(void)
{
	bool gone = true;

	for (size_t i = 0; i < PEER_COUNT; i++) {
		const struct TlsTransport *transport = peers[i].transport;

		gone &= !peers[i].vanishes || (transport != NULL && transport->state == TLS_TRANSPORT_FAILED);
	}
	return gone;
}

static void changed(void *context)
{
	struct Peer *peer = context;
	uint8_t byte;

	peer->transport->operations->receive(peer->transport, &byte, 1); /* it tells of an end */
	if (areGone())
		g_main_loop_quit(loop);
}

/* One turn after another until the connection stands. */
static bool connectTo(struct Peer *peer, int listener, uint16_t port)
{
	const struct TlsDestination destination = {
		.address = {127, 0, 0, 1}, .addressSize = 4, .port = port, .keepAlive = KEEP_ALIVE};
	struct TlsFailure failure;

	tlsFailureClear(&failure);
	peer->transport = tlsTransportPosixConnect(&destination, &failure);
	if (peer->transport == NULL)
		return false;
	peer->transport->changed = changed;
	peer->transport->context = peer;
	peer->descriptor = accept(listener, NULL, NULL);
	while (peer->transport->state == TLS_TRANSPORT_CONNECTING)
		g_main_context_iteration(NULL, TRUE);
	return peer->transport->state == TLS_TRANSPORT_OPEN;
}

static void begin(struct Peer *peer, int listener, uint16_t port)
{
	static const uint8_t bytes[2000];

	if (!connectTo(peer, listener, port) || (peer->vanishes && !vanish(peer->descriptor))) {
		ok(false, "%s: the connection and its end can be made", peer->name);
		return;
	}
	if (peer->written)
		peer->transport->operations->send(peer->transport, bytes, sizeof(bytes));
}

static gboolean giveUp(gpointer unused)
{
	(void)unused;
	g_main_loop_quit(loop);
	return G_SOURCE_REMOVE;
}

static void finish(struct Peer *peer)
{
	struct TlsTransport *transport = peer->transport;

	if (peer->vanishes)
		ok(transport->state == TLS_TRANSPORT_FAILED && transport->failure.code == TLS_UNREACHABLE,
			"%s: a peer that vanishes is noticed: %s", peer->name, tlsCodeName(transport->failure.code));
	else
		ok(transport->state == TLS_TRANSPORT_OPEN, "%s: a peer that says nothing stays", peer->name);
	transport->operations->close(transport);
	close(peer->descriptor);
}

int main(void)
{
	uint16_t port = 0;
	int listener = listenOn(&port);

	loop = g_main_loop_new(NULL, FALSE);
	for (size_t i = 0; i < PEER_COUNT; i++)
		begin(&peers[i], listener, port);
	g_timeout_add_seconds(WATCHDOG, giveUp, NULL);
	g_main_loop_run(loop);
	for (size_t i = 0; i < PEER_COUNT; i++)
		finish(&peers[i]);
	close(listener);
	g_main_loop_unref(loop);
	return finishTests();
}
