/* SPDX-License-Identifier: MIT */
/*
 * The posix transport in a library that is unloaded while connections are still being closed, and the event
 * loop goes on: what the SDK's simulator does with an app.
 *
 *     PROGRAM LIBRARY    ends with 0 if the event loop was left alone; else it crashes, or says what is wrong
 */

#define _DEFAULT_SOURCE

#include "tlsTransportPosix.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TURNS 100

typedef struct TlsTransport *Connect(const struct TlsDestination *destination, struct TlsFailure *failure);

static void check(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "%s\n", what);
	exit(EXIT_FAILURE);
}

/* The event loop, for a moment, in which the peer takes what there is; `peer` is negative while there is
   none. */
static void turn(int peer)
{
	static uint8_t taken[65536];
	int i;
	for (i = 0; i < TURNS; i++) {
		while (peer >= 0 && recv(peer, taken, sizeof(taken), MSG_DONTWAIT) > 0)
			continue;
		g_main_context_iteration(NULL, FALSE);
		g_usleep(1000);
	}
}

static int listenOn(struct sockaddr_in *address)
{
	socklen_t length = sizeof(*address);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	memset(address, 0, sizeof(*address));
	address->sin_family = AF_INET;
	address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	check(!bind(listener, (struct sockaddr *)address, length) && !listen(listener, 1), "cannot listen");
	check(!getsockname(listener, (struct sockaddr *)address, &length), "has no name");
	return listener;
}

/* Sends until neither the peer nor the system nor the transport takes more, so that closing has to wait. */
static void fill(struct TlsTransport *transport)
{
	static const uint8_t bytes[4096];
	int full = 0;
	while (full < TURNS) {
		full = (*transport->operations->send)(transport, bytes, sizeof(bytes)) ? 0 : full + 1;
		g_main_context_iteration(NULL, FALSE);
	}
}

int main(int argc, char *argv[])
{
	struct sockaddr_in address;
	int listener = listenOn(&address), peer;
	struct TlsTransport *transport;
	struct TlsDestination destination = {
		.address = {127, 0, 0, 1}, .addressSize = 4, .port = ntohs(address.sin_port)};
	struct TlsFailure failure;
	void *library, *symbol;
	Connect *connectTo;

	check(argc == 2, "usage: PROGRAM LIBRARY");
	library = dlopen(argv[1], RTLD_NOW);
	check(library != NULL, "cannot load the library");
	symbol = dlsym(library, "tlsTransportPosixConnect");
	check(symbol != NULL, "the library has no tlsTransportPosixConnect");
	memcpy(&connectTo, &symbol, sizeof(connectTo));

	transport = (*connectTo)(&destination, &failure);
	check(transport != NULL, "cannot connect");
	peer = accept(listener, NULL, NULL);
	turn(-1);
	check(transport->state == TLS_TRANSPORT_OPEN, "is not open");
	fill(transport);
	(*transport->operations->close)(transport);
	check(g_main_context_find_source_by_id(NULL, 1) != NULL, "nothing is left to be closed");

	check(!dlclose(library), "cannot unload the library");
	check(dlopen(argv[1], RTLD_NOW | RTLD_NOLOAD) == NULL, "the library is still there");
	turn(peer);
	close(peer);
	turn(-1);
	return EXIT_SUCCESS;
}
