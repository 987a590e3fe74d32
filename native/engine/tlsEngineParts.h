/* SPDX-License-Identifier: MIT */
/*
 * What the files of the engine share: its structure, and the functions that one of them offers to the others.
 *
 *    tlsEngine.c      life: configuration, creation, state, end
 *    tlsHandshake.c   from the first byte to a verified peer
 *    tlsReceive.c     records in: plaintext for the reader
 *    tlsSend.c        records out: plaintext of the writer
 *    tlsInput.c       the library's source of ciphertext; knows where records begin
 *    tlsOutput.c      the library's sink of ciphertext; knows whether something is stuck
 *    tlsErrors.c      the library's errors and the peer's alerts as failures
 *    tlsSuites.c      cipher suites, groups, signature algorithms
 */

#ifndef TLS_ENGINE_PARTS_H
#define TLS_ENGINE_PARTS_H

#include "tlsEngine.h"
#include "tlsIdentityUse.h"
#include "tlsMbedtls.h"
#include "tlsTrustUse.h"

#include <string.h>

/* Alerts that the library has no names for. */
#define TLS_ALERT_RECORD_OVERFLOW      22
#define TLS_ALERT_CERTIFICATE_REQUIRED 116

#define TLS_RECORD_HEADER 5 /* type, version, length: RFC 8446, section 5.1 */

/* Ciphertext on its way in. A record's header is taken from the transport before the library asks for it, so that the
   engine knows whether another record waits behind the one that is being read. */
struct TlsInput {
	uint8_t header[TLS_RECORD_HEADER];
	uint8_t held;           /* header bytes taken from the transport... */
	uint8_t given;          /* ...and of these, given to the library */
	bool starved;           /* the transport had less than the library asked for */
	bool spoken;            /* a header that could be TLS was seen */
	bool answered;          /* a handshake record was seen: the server chose what to speak */
	uint16_t payload;       /* bytes of the record that the library has not taken yet */
	uint16_t length;        /* of the record that the library took last */
	uint16_t idle;          /* records since the last progress: see TLS_IDLE_RECORDS */
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

struct TlsEngine {
	mbedtls_ssl_context ssl;
	mbedtls_ssl_config configuration;
	struct TlsTransport *transport;
	struct TlsTrust *trust;       /* NULL once the handshake is over */
	struct TlsIdentity *identity; /* likewise */
	const char **protocols;       /* NULL-terminated list and its strings, in one piece; or NULL */
	struct TlsFailure failure;
	struct TlsInput input;
	struct TlsCarry carry;
	struct TlsGather gather;
	struct TlsBytes peerCertificate; /* owned; empty unless TLS_PEER_CERTIFICATE */
	size_t sealed;   /* plaintext bytes of the record that is stuck */
	bool stuck;      /* a record is sealed and the transport has not accepted all of it */
	bool alerted;    /* the library sent an alert since tlsEngineAdvance was called */
	bool connected;  /* the handshake is over and the peer verified */
	bool closing;    /* tlsEngineClose was called */
};

/* tlsInput.c */
int tlsInputReceive(void *engine, unsigned char *bytes, size_t length); /* mbedtls_ssl_recv_t */
bool tlsInputWaits(struct TlsEngine *engine); /* true if the header of another record is here */
void tlsInputProgress(struct TlsEngine *engine); /* something useful came: the count of idle records begins anew */

/* tlsOutput.c */
int tlsOutputSend(void *engine, const unsigned char *bytes, size_t length); /* mbedtls_ssl_send_t */
void tlsOutputFlush(struct TlsEngine *engine);
void tlsOutputAlert(struct TlsEngine *engine, uint8_t alert); /* sends a fatal alert if there is room for it */

/* tlsHandshake.c */
bool tlsHandshakeAdvance(struct TlsEngine *engine);

/* tlsReceive.c */
bool tlsReceiveAdvance(struct TlsEngine *engine);
void tlsReceiveFree(struct TlsEngine *engine);

/* tlsSend.c */
bool tlsSendUnstick(struct TlsEngine *engine); /* false while a record is stuck, or after a failure */
void tlsSendGathered(struct TlsEngine *engine);
void tlsSendFree(struct TlsEngine *engine);

/* tlsErrors.c */
void tlsErrorsFail(struct TlsEngine *engine, int error); /* makes a failure of a function of the library that returned `error` */

/* tlsSuites.c */
extern const int tlsSuites[];
extern const uint16_t tlsGroups[];
extern const uint16_t tlsSignatures[];
const char *tlsSuiteName(int suite);
bool tlsSuiteFits(int suite, bool ecKey); /* true if a server with such a key may use the suite */

#endif
