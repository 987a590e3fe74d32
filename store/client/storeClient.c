/* SPDX-License-Identifier: MIT */
/*
 * The client that the store command judges servers with: the device's own engine and rules, as WebAssembly.
 * Node moves the bytes between it and a TCP socket (store/client.mjs).
 *
 * An instance makes one connection, and its memory goes with it: nothing is freed here.
 */

#include "tlsEngine.h"
#include "tlsEntropy.h"
#include "tlsTransportStream.h"
#include "tlsTrust.h"

#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(name)))

#define MESSAGE_SIZE 512

static struct {
	struct TlsTrust *trust;
	struct TlsEngine *engine;
	struct TlsTransportStream *stream;
	struct TlsFailure failure; /* before there is an engine */
	char host[254];
	int64_t time;
	char message[MESSAGE_SIZE];
} client;

/* Node's own generator. */
__attribute__((import_module("node"), import_name("random"))) extern void nodeRandom(
	uint8_t *bytes, size_t length);

int tlsBoardRandom(uint8_t *bytes, size_t length)
{
	nodeRandom(bytes, length);
	return 0;
}

static int64_t readClock(void *context)
{
	(void)context;
	return client.time;
}

/* Node's side looks by itself when there is something to do. */
static void ignore(void *context)
{
	(void)context;
}

/* Memory for bytes that Node puts there. NULL: none. */
EXPORT("allocate") void *storeClientAllocate(size_t size)
{
	return malloc(size);
}

/* Whether `host` is a name or an address, and not what only looks like one. */
EXPORT("isHost") bool storeClientIsHost(const char *host)
{
	uint8_t address[TLS_ADDRESS_BYTES];

	return strlen(host) < sizeof(client.host) &&
		   (tlsAddressParse(host, address) != 0 || !tlsAddressResembles(host));
}

static bool createEngine(const uint8_t *store, size_t length)
{
	struct TlsEngineConfiguration configuration = {.minimumVersion = TLS_VERSION_1_2,
		.maximumVersion = TLS_VERSION_1_3,
		.noSessions = true,
		.trust = client.trust};

	if (!tlsTrustAddStore(client.trust, store, length, &client.failure))
		return false;
	client.engine =
		tlsEngineCreate(&configuration, tlsTransportStreamTransport(client.stream), &client.failure);
	return client.engine != NULL;
}

/*
 * Begins a handshake with the peer called `host`, which is one (storeClientIsHost), over a stream that
 * stands. Those in the store of `length` bytes are believed; `time` is now, in seconds since 1970. False:
 * storeClientMessage says why.
 */
EXPORT("open") bool storeClientOpen(const char *host, const uint8_t *store, size_t length, double time)
{
	tlsFailureClear(&client.failure);
	strcpy(client.host, host);
	client.time = (int64_t)time;
	client.trust = tlsTrustCreate(client.host, readClock, NULL);
	client.stream = tlsTransportStreamCreate(ignore, NULL);
	if (client.trust == NULL || client.stream == NULL)
		return tlsFail(&client.failure, TLS_MEMORY, 0), false;
	tlsTransportStreamConnected(client.stream, NULL, 0);
	return createEngine(store, length);
}

/* Goes on as far as it can. Returns an enum TlsState. */
static enum TlsState advance(void)
{
	while (tlsEngineAdvance(client.engine))
		;
	return tlsEngineState(client.engine);
}

/* These bytes have come from the peer; with none, the handshake is to begin. Returns an enum TlsState. */
EXPORT("receive") int storeClientReceive(const uint8_t *bytes, size_t length)
{
	enum TlsState state = advance();

	while (length > 0 && state == TLS_HANDSHAKING) {
		size_t room = tlsTransportStreamRoom(client.stream);
		size_t part = length < room ? length : room;

		(void)tlsTransportStreamReceived(client.stream, bytes, part);
		bytes += part;
		length -= part;
		state = advance();
	}
	return (int)state;
}

/* The peer sends no more. Returns an enum TlsState. */
EXPORT("end") int storeClientEnd(void)
{
	tlsTransportStreamEnded(client.stream);
	return (int)advance();
}

/* Takes up to `size` bytes for the peer. Returns how many. */
EXPORT("send") size_t storeClientSend(uint8_t *bytes, size_t size)
{
	return tlsTransportStreamSend(client.stream, bytes, size);
}

/* Ends the connection; storeClientSend has what is still to be sent. */
EXPORT("close") void storeClientClose(void)
{
	tlsEngineClose(client.engine);
}

static const struct TlsFailure *failureOf(void)
{
	return client.engine != NULL ? tlsEngineFailure(client.engine) : &client.failure;
}

/* Why it failed: the stable name of the code. */
EXPORT("code") const char *storeClientCode(void)
{
	return tlsCodeName(failureOf()->code);
}

/* Why it failed, for a person. */
EXPORT("message") const char *storeClientMessage(void)
{
	tlsFailureMessage(failureOf(), client.host, client.message, sizeof(client.message));
	return client.message;
}

static struct TlsBytes anchor(void)
{
	return tlsTrustAnchor(client.trust);
}

/* The certificate of the store that the peer's chain ended in, and its size; 0: the peer's own certificate is
   in the store. */
EXPORT("anchor") const uint8_t *storeClientAnchor(void)
{
	return anchor().bytes;
}

EXPORT("anchorSize") size_t storeClientAnchorSize(void)
{
	return anchor().length;
}

/* The peer's own certificate, and its size. */
static struct TlsBytes peer(void)
{
	struct TlsNegotiated negotiated = {.peerCertificate = {NULL, 0}};

	(void)tlsEngineNegotiated(client.engine, &negotiated);
	return negotiated.peerCertificate;
}

EXPORT("peer") const uint8_t *storeClientPeer(void)
{
	return peer().bytes;
}

EXPORT("peerSize") size_t storeClientPeerSize(void)
{
	return peer().length;
}
