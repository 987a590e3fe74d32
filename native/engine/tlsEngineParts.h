/* SPDX-License-Identifier: MIT */
/*
 * What the files of the engine share: its structure, and the functions that one of them offers to the others.
 *
 *    tlsEngine.c      life: configuration, creation, state, end
 *    tlsHandshake.c   from the first byte to a verified peer
 *    tlsHello.c       what is wrong with a TLS 1.2 server's first messages
 *    tlsRequest.c     the server's request for a client certificate
 *    tlsReceive.c     records in: plaintext for the reader
 *    tlsSend.c        records out: plaintext of the writer
 *    tlsInput.c       the library's source of ciphertext; knows where records begin
 *    tlsOutput.c      the library's sink of ciphertext; knows whether something is stuck
 *    tlsWatch.c       what the peer says in plain
 *    tlsErrors.c      the library's errors and the peer's alerts as failures
 *    tlsSuites.c      cipher suites, groups, signature algorithms
 *    tlsSession.c     sessions of earlier connections, and for later ones
 *    tlsKeyLog.c      secrets for a protocol analyser, in debug builds on a computer
 */

#ifndef TLS_ENGINE_PARTS_H
#define TLS_ENGINE_PARTS_H

#include "tlsEngine.h"
#include "tlsEntropy.h"
#include "tlsHandshakeMemory.h"
#include "tlsIdentityForEngine.h"
#include "tlsMbedtlsSession.h"
#include "tlsMissing.h"
#include "tlsRecordBuffers.h"
#include "tlsTrustForEngine.h"

#include <string.h>

/* Alerts that the library has no names for. */
#define TLS_ALERT_RECORD_OVERFLOW      22
#define TLS_ALERT_CERTIFICATE_REQUIRED 116

#define TLS_HELLO_BEGINNING (4 + 2 + 32) /* header, version, random: RFC 8446, section 4.1.3 */

/* Ciphertext on its way in. A record's header is taken from the transport before the library asks for it:
   then it is known how much memory the record wants, and whether another waits behind the one that is being
   read. Of a ServerHello the beginning is taken as well. */
struct TlsInput {
	uint8_t header[TLS_RECORD_HEADER + TLS_HELLO_BEGINNING];
	uint8_t type;     /* of the record that the library took last */
	uint8_t held;     /* bytes of it taken from the transport... */
	uint8_t given;    /* ...and of these, given to the library */
	bool starved;     /* the transport had less than the library asked for */
	bool spoken;      /* a header that could be TLS was seen */
	uint16_t payload; /* bytes of the record that the library has not taken yet */
	uint16_t length;  /* of that record */
	uint16_t idle;    /* records since the last progress: see TLS_IDLE_RECORDS */
};

/* The peer's handshake messages as far as they are in plain: see tlsWatch.c. */
struct TlsWatch {
	uint8_t header[4]; /* of the message that is coming in: type, length */
	uint8_t held;      /* bytes of it */
	bool over;         /* what comes now is encrypted */
	bool answered;     /* a message came: the server chose what to speak */
	bool judged;       /* the ServerHello of TLS 1.2 was looked at: see tlsHello.c */
	bool asked;        /* for a client certificate, in TLS 1.2 */
	bool ticket;       /* a session ticket came, in TLS 1.2 */
	uint32_t left;     /* bytes of the message to come */
};

/* Plaintext that left the record buffer before it was read. */
struct TlsCarry {
	uint8_t *bytes;
	size_t size, start, end; /* of the buffer; of the unread part in it */
};

/* Plaintext that waits for the rest of its record. */
struct TlsGather {
	uint8_t *bytes;
	size_t size, length;
};

struct TlsSession {
	uint8_t binding[TLS_BINDING_SIZE];
	bool unwanted;      /* none is asked for, tried or kept */
	uint16_t offered;   /* the version of the one that is offered to the server, which may refuse it; or 0 */
	bool resumed;       /* the server did not */
	bool extended;      /* the server agreed to an extended master secret, in TLS 1.2 */
	int64_t validUntil; /* the verification of the peer holds so long */
	int64_t received;   /* when the newest session came, */
	int64_t notAfter;   /* and until when it is good */
	uint32_t count;     /* of sessions that came */
};

struct TlsEngine {
	mbedtls_ssl_context ssl;
	mbedtls_ssl_config configuration;
	struct TlsTransport *transport;
	struct TlsTrust *trust;       /* NULL once the handshake is over */
	struct TlsIdentity *identity; /* likewise */
	const char **protocols;       /* NULL-terminated list and its strings, in one piece; or NULL */
	TlsClock clock;
	void *clockContext;
	struct TlsFailure failure;
	struct TlsSession session;
	struct TlsRecordBuffers buffers;
	struct TlsInput input;
	struct TlsWatch watch;
	struct TlsCarry carry;
	struct TlsGather gather;
	struct TlsBytes peerCertificate; /* owned; empty unless TLS_PEER_CERTIFICATE */
	size_t overhead,
		payload; /* of records out: what one adds to its plaintext, and the plaintext of a full one */
	bool answer; /* the peer changed its keys, and wants us to change ours */
	bool stuck;  /* a record is sealed and the transport has not accepted all of it */
	uint32_t failedBefore; /* tlsMemoryFailures when this engine last began to call the library */
	uint32_t randomBefore; /* tlsEntropyFailures likewise */
	bool starving;         /* an allocation failed, and no data came since: it may be why a key is wrong */
	bool hungry;           /* a record waits for memory: see tlsEngineIsHungry */
	bool due;              /* what is gathered is to be sent as soon as there is memory for it */
	bool alerted;          /* an alert was sent since this engine last began to call the library */
	bool withheld;         /* the identity is not shown to this server: see tlsRequest.c */
	bool connected;        /* the handshake is over and the peer verified */
	bool closing;          /* tlsEngineClose was called */
};

/* tlsEngine.c */
void tlsEngineRest(struct TlsEngine *engine); /* gives back record buffers that nothing is in */

/* tlsInput.c */
int tlsInputReceive(void *engine, unsigned char *bytes, size_t length); /* mbedtls_ssl_recv_t */
bool tlsInputWaits(struct TlsEngine *engine);           /* true if the header of another record is here */
bool tlsInputHasHeader(const struct TlsEngine *engine); /* the same, without looking for one */
void tlsInputProgress(
	struct TlsEngine *engine); /* something useful came: the count of idle records begins anew */

/* tlsOutput.c */
int tlsOutputSend(void *engine, const unsigned char *bytes, size_t length); /* mbedtls_ssl_send_t */
void tlsOutputFlush(struct TlsEngine *engine);
void tlsOutputAlert(
	struct TlsEngine *engine, uint8_t alert); /* sends a fatal alert if there is room for it */

/* tlsHandshake.c */
bool tlsHandshakeAdvance(struct TlsEngine *engine);

/* tlsHello.c */

/* After a step of the handshake: the alert for what is wrong with the message that it read, or 0. */
uint8_t tlsHelloAlert(struct TlsEngine *engine);

/* tlsRequest.c */

/* After a step of the handshake: if a request for a client certificate was read that the identity's key
   cannot answer, the identity is withheld. */
void tlsRequestJudge(struct TlsEngine *engine);

/* tlsReceive.c */
bool tlsReceiveAdvance(struct TlsEngine *engine);
void tlsReceiveFree(struct TlsEngine *engine);

/* tlsSend.c */
void tlsSendBegin(struct TlsEngine *engine);   /* the handshake is over: how large records are is known */
bool tlsSendUnstick(struct TlsEngine *engine); /* false while a record is stuck, or after a failure */
void tlsSendAdvance(
	struct TlsEngine *engine); /* sends what is stuck, and what a writer would wait for in vain */
void tlsSendGathered(struct TlsEngine *engine);
void tlsSendFree(struct TlsEngine *engine);

/* tlsWatch.c */
void tlsWatchRecord(struct TlsWatch *watch, uint8_t type, const uint8_t *bytes, size_t length);

/* tlsErrors.c */
void tlsErrorsBegin(struct TlsEngine *engine); /* before calls of the library */
void tlsErrorsEnd(struct TlsEngine *engine);   /* after them */
void tlsErrorsFail(struct TlsEngine *engine,
	int error); /* makes a failure of a function of the library that returned `error` */

/* tlsSession.c */

/* Computes the engine's binding; false: no memory. */
bool tlsSessionBind(struct TlsEngine *engine, const struct TlsEngineConfiguration *wanted);

/* True if a handshake without certificates may stand; a failure otherwise. */
bool tlsSessionMayResume(struct TlsEngine *engine);

/* The handshake is over. */
void tlsSessionFinish(struct TlsEngine *engine, bool resumed);

/* A session came. */
void tlsSessionReceived(struct TlsEngine *engine);

/* tlsSuites.c */
extern const int tlsSuites[];
extern const uint16_t tlsGroups[];
extern const uint16_t tlsSignatures[];
bool tlsSuiteFits(int suite, bool ecKey); /* true if a server with such a key may use the suite */
void tlsSuiteName(int suite, char *name); /* writes what IANA calls it, TLS_SUITE_NAME_SIZE bytes at most */

#endif
