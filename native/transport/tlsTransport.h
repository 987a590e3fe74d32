/* SPDX-License-Identifier: MIT */
/*
 * The layer below TLS: an ordered stream of ciphertext bytes, both ways, that never blocks.
 *
 * Implementations: posix (operating system's sockets on the GLib main loop), lwip (raw API), stream (bytes
 * that the script's side moves to and from another TCP instance). The engine pulls and pushes bytes; the
 * transport only says that something changed, by `changed`, from the platform's event loop, never from inside
 * one of these operations.
 */

#ifndef TLS_TRANSPORT_H
#define TLS_TRANSPORT_H

#include "tlsAddress.h"
#include "tlsFailure.h"
#include "tlsHeap.h"

#define TLS_ADDRESS_SIZE 46 /* INET6_ADDRSTRLEN: the longest textual IPv6 address and its NUL */

enum TlsTransportState {
	TLS_TRANSPORT_CONNECTING,
	TLS_TRANSPORT_OPEN,
	TLS_TRANSPORT_ENDED, /* the peer ended its direction and everything it sent was received */
	TLS_TRANSPORT_FAILED /* `failure` says why; nothing can be sent or received */
};

struct TlsTransport;

struct TlsTransportOperations {
	/* Takes up to `length` received bytes. Returns how many; 0: none now (see `state` for why). Taking bytes
	   is what opens the peer's TCP window. */
	size_t (*receive)(struct TlsTransport *transport, uint8_t *bytes, size_t length);

	/* Accepts up to `length` bytes to send. Returns how many; 0: none now. What was accepted is sent after
	   the next `flush` at the latest, unless the connection fails. */
	size_t (*send)(struct TlsTransport *transport, const uint8_t *bytes, size_t length);

	/* How many bytes `send` would accept now. Does not shrink but by `send` or failure: the class promises it
	   to its script as writable (T4). */
	size_t (*space)(const struct TlsTransport *transport);

	/* Ends a burst of `send`: hands what is held back to the network, which sends it without further
	   calls. */
	void (*flush)(struct TlsTransport *transport);

	/* The peer's address as text, at most TLS_ADDRESS_SIZE bytes with its NUL, and its port in host order.
	   False while not known. */
	bool (*remote)(const struct TlsTransport *transport, char *address, uint16_t *port);

	/* Sends what was accepted, ends the connection and frees the transport. `changed` is not called any
	   more. */
	void (*close)(struct TlsTransport *transport);
};

/* A peer that answers none of so many probes is gone. */
#define TLS_KEEP_ALIVE_PROBES 4

/* The time between probes that `keepAlive` stands for, in seconds, which is as fine as lwIP and Linux can do;
   up to what Linux takes at most. */
static inline uint32_t tlsKeepAliveSeconds(uint32_t milliseconds)
{
	uint32_t seconds = milliseconds / 1000 + (milliseconds % 1000 > 0);

	return seconds < 32767 ? seconds : 32767;
}

/* Where to connect to, and how. */
struct TlsDestination {
	uint8_t address[TLS_ADDRESS_BYTES]; /* see tlsAddressParse */
	size_t addressSize;
	uint16_t port;
	bool noDelay;
	uint32_t keepAlive; /* milliseconds of silence before a probe, and between probes; 0: none are sent */
};

/* Every implementation's structure begins with this one. */
struct TlsTransport {
	const struct TlsTransportOperations *operations;
	enum TlsTransportState state;
	struct TlsFailure failure;

	/* There is something to receive that no `changed` is going to tell of: `receive` left it, or was not
	   called since. */
	bool waiting;

	/* Called from the event loop when there may be more to receive, more space to send or another state.
	   Both may be replaced at any time, as when the connection moves to another instance. */
	void (*changed)(void *context);
	void *context;
};

#endif
