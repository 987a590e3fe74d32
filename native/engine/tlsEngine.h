/* SPDX-License-Identifier: MIT */
/*
 * One TLS client connection: handshake, records, alerts. Bytes in, bytes out, and a state that says what it can do now.
 *
 *      plaintext                                  ciphertext
 *    tlsEngineWrite -> [out record buffer] -> transport->send
 *    tlsEngineRead  <- [in record buffer]  <- transport->receive
 *
 * The engine knows neither XS nor sockets, reads no clock but the one it is given, and has no globals. Nothing in it
 * blocks. Whoever owns it calls tlsEngineAdvance when the transport changed, and looks at the state afterwards:
 *
 *    TLS_HANDSHAKING  advance does one step of the handshake. `true` means that it can go on at once: the owner calls
 *                     again from the next turn of its event loop, so that other work runs between expensive steps.
 *    TLS_CONNECTED    the peer is verified. tlsEngineReadable and tlsEngineWritable say what the ports can take.
 *    TLS_ENDED        the peer sent close_notify, and all its data was read. `failure` has TLS_CLOSED.
 *    TLS_FAILED       `failure` says why. The first failure sticks. No data is delivered any more.
 *
 * Data that arrived intact before the end or failure of the transport can be read first.
 */

#ifndef TLS_ENGINE_H
#define TLS_ENGINE_H

#include "tlsBytes.h"
#include "tlsTransport.h"

struct TlsTrust;    /* who is believed: tlsTrust.h */
struct TlsIdentity; /* who this client is: tlsIdentity.h */
struct TlsEngine;

enum TlsVersion {
	TLS_VERSION_1_2 = 0x0303,
	TLS_VERSION_1_3 = 0x0304
};

enum TlsState { TLS_HANDSHAKING, TLS_CONNECTED, TLS_ENDED, TLS_FAILED };

struct TlsEngineConfiguration {
	const char *host;                 /* DNS name or IP literal: SNI (names only, RFC 6066) and the name to verify */
	enum TlsVersion minimumVersion;
	enum TlsVersion maximumVersion;
	uint16_t maximumFragmentLength;   /* 512, 1024, 2048, 4096 (RFC 6066); 0: not negotiated */
	const struct TlsBytes *protocols; /* ALPN (RFC 7301), in order of preference; 1 to 255 bytes each, no NUL inside */
	size_t protocolCount;
	struct TlsTrust *trust;           /* required; the engine's from here on, also when creating fails */
	struct TlsIdentity *identity;     /* or NULL; likewise */
};

/*
 * Creates an engine over `transport`, which stays the caller's and outlives the engine. Everything else is copied.
 * Returns NULL and fills `failure` when memory or randomness is lacking or the configuration cannot be met.
 */
struct TlsEngine *tlsEngineCreate(const struct TlsEngineConfiguration *configuration, struct TlsTransport *transport,
	struct TlsFailure *failure);

/* Frees it, zeroizing keys and plaintext. Sends nothing: see tlsEngineClose. NULL is allowed. */
void tlsEngineFree(struct TlsEngine *engine);

enum TlsState tlsEngineState(const struct TlsEngine *engine);

/* Why the state is TLS_ENDED or TLS_FAILED. Lives as long as the engine. */
const struct TlsFailure *tlsEngineFailure(const struct TlsEngine *engine);

/* Goes on with what the transport allows: one handshake step, or the next record. True: call again, there is more
   to do right now. */
bool tlsEngineAdvance(struct TlsEngine *engine);

/* Plaintext bytes that tlsEngineRead returns now. */
size_t tlsEngineReadable(const struct TlsEngine *engine);

/* Takes up to `length` bytes of plaintext. Returns how many. */
size_t tlsEngineRead(struct TlsEngine *engine, uint8_t *bytes, size_t length);

/* Plaintext bytes that tlsEngineWrite is certain to take now: transport space less the overhead of records (S8). */
size_t tlsEngineWritable(const struct TlsEngine *engine);

/*
 * Takes all of `length` bytes, at most tlsEngineWritable; false and nothing taken otherwise, and when the connection
 * fails. Without `more` all that was taken is sealed in records and handed to the transport. With `more`, bytes are
 * gathered until a record is full or a write without `more` comes (T6); `sequence` is the length of the whole sequence
 * of fragments from its first byte, 0 if unknown: only a hint for the size of the buffer.
 */
bool tlsEngineWrite(struct TlsEngine *engine, const uint8_t *bytes, size_t length, bool more, size_t sequence);

/* Sends what is gathered, and close_notify if the handshake is over. Never blocks: what the transport does not accept
   now is dropped. After it the engine can only be freed. */
void tlsEngineClose(struct TlsEngine *engine);

/* Makes the engine work over another transport, as when a connection moves to another instance. */
void tlsEngineSetTransport(struct TlsEngine *engine, struct TlsTransport *transport);

/* What was negotiated (X4). NULL or 0 before TLS_CONNECTED. The strings live as long as the engine. */
struct TlsNegotiated {
	enum TlsVersion version;
	const char *cipherSuite; /* IANA name, such as "TLS_AES_128_GCM_SHA256" */
	const char *protocol;    /* ALPN, or NULL */
	bool resumed;
	struct TlsBytes peerCertificate; /* DER of the peer's own certificate; empty where the build does not keep it */
};
bool tlsEngineNegotiated(const struct TlsEngine *engine, struct TlsNegotiated *negotiated);

#endif
