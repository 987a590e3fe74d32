/* SPDX-License-Identifier: MIT */
/*
 * One TLS client connection: handshake, records, alerts. Bytes in, bytes out, and a state that says what it
 * can do now.
 *
 *      plaintext                                  ciphertext
 *    tlsEngineWrite -> [out record buffer] -> transport->send
 *    tlsEngineRead  <- [in record buffer]  <- transport->receive
 *
 * The engine knows neither XS nor sockets, reads no clock but the one it is given, and has no globals.
 * Nothing in it blocks. Whoever owns it calls tlsEngineAdvance when the transport changed and after data was
 * read, and looks at the state and the ports afterwards:
 *
 *    TLS_HANDSHAKING  advance does one step of the handshake. `true` means that it can go on at once: the owner calls
 *                     again from the next turn of its event loop, so that other work runs between expensive steps.
 *    TLS_CONNECTED    the peer is verified. tlsEngineReadable and tlsEngineWritable say what the ports can take. A record
 *                     is opened when the one before was read; if a reader leaves no more than TLS_CARRY bytes and
 *                     another record waits, advance opens that as well, so that no reader waits for bytes in vain.
 *    TLS_ENDED        the peer sent close_notify, and all its data was read. The failure's code is TLS_CLOSED.
 *    TLS_FAILED       the failure says why. The first one sticks.
 *
 * What arrived intact before an end or a failure can be read first: the state changes when the last byte of
 * it was read, so it has to be looked at after reading, too. Nothing can be written any more by then.
 */

#ifndef TLS_ENGINE_H
#define TLS_ENGINE_H

#include "tlsBytes.h"
#include "tlsTransport.h"

struct TlsTrust;    /* who is believed: tlsTrust.h */
struct TlsIdentity; /* who this client is: tlsIdentity.h */
struct TlsEngine;

enum TlsVersion { TLS_VERSION_1_2 = 0x0303, TLS_VERSION_1_3 = 0x0304 };

enum TlsState { TLS_HANDSHAKING, TLS_CONNECTED, TLS_ENDED, TLS_FAILED };

struct TlsEngineConfiguration {
	enum TlsVersion minimumVersion;
	enum TlsVersion maximumVersion;
	/* 512, 1024, 2048, 4096 (RFC 6066); 0: not negotiated. The library has it in TLS 1.2 only, which is then
	   the only version that is offered, unless the minimum is TLS 1.3: there it is not negotiated. */
	uint16_t maximumFragmentLength;
	uint16_t port;                    /* of the peer, which sessions are bound to; 0: not known */
	const struct TlsBytes *protocols; /* ALPN (RFC 7301), best first; 1 to 255 bytes each, no NUL inside */
	size_t protocolCount;
	bool noSessions;              /* asks for no sessions, and resumes none */
	struct TlsTrust *trust;       /* who is believed, and the host's name. The engine's from here on, */
	struct TlsIdentity *identity; /* as is this, or NULL: also if it cannot be created */
};

/*
 * Creates an engine over `transport`, which stays the caller's and outlives the engine; NULL if
 * tlsEngineSetTransport is to come before tlsEngineAdvance. Everything else is copied. Returns NULL and fills
 * `failure` when memory or randomness is lacking or the configuration cannot be met.
 */
struct TlsEngine *tlsEngineCreate(const struct TlsEngineConfiguration *configuration,
	struct TlsTransport *transport, struct TlsFailure *failure);

/* Frees it, zeroizing keys and plaintext. Sends nothing: see tlsEngineClose. NULL is allowed. */
void tlsEngineFree(struct TlsEngine *engine);

enum TlsState tlsEngineState(const struct TlsEngine *engine);

/* Why the state is, or is going to be, TLS_ENDED or TLS_FAILED. Lives as long as the engine. */
const struct TlsFailure *tlsEngineFailure(const struct TlsEngine *engine);

/* Goes on with what the transport allows: one handshake step, or the next record. True: call again from the
   next turn, there is more to do right now. */
bool tlsEngineAdvance(struct TlsEngine *engine);

/*
 * A record buffer exists only while there is a record in it. True if there was no memory for one: what would
 * come in or go out waits, and the owner calls tlsEngineAdvance again when some may have been freed.
 */
bool tlsEngineIsHungry(const struct TlsEngine *engine);

/* Ends the connection with TLS_MEMORY: for an owner who has waited long enough. */
void tlsEngineStarve(struct TlsEngine *engine);

/* Plaintext bytes that tlsEngineRead returns now. */
size_t tlsEngineReadable(const struct TlsEngine *engine);

/* Takes up to `length` bytes of plaintext. Returns how many. */
size_t tlsEngineRead(struct TlsEngine *engine, uint8_t *bytes, size_t length);

/* Whether tlsEngineAdvance has something to do, or the state has changed, that no event of the transport is
   going to tell of: for an owner who has read. */
bool tlsEngineWaits(const struct TlsEngine *engine);

/* Plaintext bytes that tlsEngineWrite is certain to take now: transport space less the overhead of records
   (S8). 0 before the handshake is done, and after the connection has failed or the peer has ended it. */
size_t tlsEngineWritable(const struct TlsEngine *engine);

/*
 * Takes all of `length` bytes, at most tlsEngineWritable; false and nothing taken otherwise, and when the
 * connection fails. Without `more` all that was taken is sealed in records and handed to the transport. With
 * `more`, bytes are gathered until a record is full, a write without `more` comes (T6), or they take more
 * room than they leave; `sequence` is the length of the whole sequence of fragments from its first byte, 0 if
 * unknown: only a hint for the size of the buffer.
 */
bool tlsEngineWrite(
	struct TlsEngine *engine, const uint8_t *bytes, size_t length, bool more, size_t sequence);

/* Bytes that are gathered. */
size_t tlsEngineGathered(const struct TlsEngine *engine);

/* Sends what is gathered: for an owner whose rest is long in coming. */
void tlsEngineFlush(struct TlsEngine *engine);

/* Sends what is gathered, and close_notify if the handshake is over; in answer to the peer's only the latter.
   Never blocks: what the transport does not accept now is dropped. After it the engine can only be freed. */
void tlsEngineClose(struct TlsEngine *engine);

/* Makes the engine work over another transport, as when a connection moves to another instance. */
void tlsEngineSetTransport(struct TlsEngine *engine, struct TlsTransport *transport);

#define TLS_SUITE_NAME_SIZE 48 /* the longest that is offered has 45 characters */

/* What was negotiated (X4). */
struct TlsNegotiated {
	enum TlsVersion version;
	char cipherSuite[TLS_SUITE_NAME_SIZE]; /* IANA name, such as "TLS_AES_128_GCM_SHA256" */
	const char *protocol;                  /* ALPN, or NULL; lives as long as the engine */
	bool resumed;
	/* DER of the peer's own; empty where the build does not keep it, and when resumed */
	struct TlsBytes peerCertificate;
};

/* False before TLS_CONNECTED: nothing is written then. */
bool tlsEngineNegotiated(const struct TlsEngine *engine, struct TlsNegotiated *negotiated);

/*
 * Sessions (RFC 8446, section 2.2). What one connection leaves for the next to the same peer is kept outside
 * of the engine: in RAM, or in a file. It has the secret of connections that use it, and stands for the
 * verification of the peer: it is to be kept as secret as a private key, and as safe from changes as a trust
 * anchor.
 */

#define TLS_BINDING_SIZE 32

/* A digest of all that this connection's trust depends on: host, port, anchors, pins, identity, versions,
   protocols. A session is only ever used by a connection with the binding of the one that it came from. */
const uint8_t *tlsEngineBinding(const struct TlsEngine *engine);

/*
 * Tries to resume a session. To be called before tlsEngineAdvance; the bytes are copied. False if it cannot
 * be used, for whatever reason: damaged, of another binding, expired. Then, and when the server does not want
 * it, there is a full handshake. A session that was tried is to be dropped: a server that has changed since
 * might fail on it again. tlsEngineSessions tells whether there is one to keep in its place.
 */
bool tlsEngineResume(struct TlsEngine *engine, const uint8_t *bytes, size_t length);

/* True if the state is TLS_FAILED, and the session that was tried may be why: the peer ended a handshake that
   went no further than the session, which the same peer might complete without one. */
bool tlsEngineSessionFailed(const struct TlsEngine *engine);

/* After that: makes the engine as it was before the session was tried, for another handshake over another
   transport (tlsEngineSetTransport). If that fails, which takes memory, the state is TLS_FAILED again. */
void tlsEngineRestart(struct TlsEngine *engine);

/* How many sessions the peer has given so far. With TLS 1.3 they come at any time after the handshake. */
uint32_t tlsEngineSessions(const struct TlsEngine *engine);

/* Writes the newest session to `bytes`, and returns its size; 0 if there is none, or it does not fit into
   `size` bytes. With `bytes` NULL returns the size that is needed. */
size_t tlsEngineSaveSession(const struct TlsEngine *engine, uint8_t *bytes, size_t size);

#endif
