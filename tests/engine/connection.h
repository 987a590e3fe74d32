/* SPDX-License-Identifier: MIT */
/*
 * A connection in memory: the engine at one end, an Mbed TLS server at the other.
 */

#ifndef CONNECTION_H
#define CONNECTION_H

#include "pipe.h"
#include "pki.h"
#include "serverMbedtls.h"
#include "tlsEngine.h"
#include "tlsIdentity.h"
#include "tlsTrust.h"

/* What most tests go through, and what to call it. */
extern const enum TlsVersion versions[2];
extern const char *const versionNames[2];

/* One session that a server knows by its id. */
struct ServerCache {
	uint8_t id[32], session[1024];
	size_t length; /* of the session; 0: none */
};

struct ServerWish {
	const struct Certificate *chain[3];  /* leaf first; NULL at the end */
	const struct Certificate *presented; /* sent in place of one that the server likes better; may be NULL */
	int presentedAt;                     /* its place in the chain */
	int copies;                          /* of the last one, which are sent behind it */
	mbedtls_pk_context *key;
	mbedtls_ssl_protocol_version minimum, maximum; /* 0: 1.2 and 1.3 */
	const int *suites;                             /* NULL: all */
	const uint16_t *groups;                        /* NULL: all */
	const char **protocols;
	const struct Certificate *clientCa; /* asks for a client certificate of this CA */
	bool clientOptional;
	bool tickets;
	mbedtls_ssl_ticket_context *ticketsOf; /* tickets by keys that live on; NULL: see above */
	struct ServerCache *cache;             /* sessions by id; may be NULL */
	bool noExtendedMasterSecret;
	const uint16_t *signatures; /* signature algorithms; NULL: all */
	uint16_t
		recordLimit; /* to what it takes in a record (RFC 8449); 0: the library's own. See testIdentity.c */
};

#define CLIENT_CHAIN_MAX 64

struct ClientWish {
	const char *host;
	const struct Certificate *anchors[4]; /* NULL at the end */
	enum TlsVersion minimum, maximum;     /* 0: 1.2 and 1.3 */
	uint16_t maximumFragmentLength;
	const char *protocols[4];                                /* NULL at the end */
	const struct Certificate *clientChain[CLIENT_CHAIN_MAX]; /* leaf first; NULL at the end */
	mbedtls_pk_context *clientKey;
	const char *clientKeyName; /* of a key in hardware, in place of clientKey */
	const uint8_t *pins[3];
	uint16_t port;
	bool noSessions;
	int64_t now; /* 0: TEST_NOW */
};

struct Connection {
	struct Pipe pipe;
	struct TlsEngine *engine;
	struct TlsFailure failure; /* of creating the engine */
	int64_t now;
	int rounds;

	mbedtls_ssl_context ssl;
	mbedtls_ssl_config configuration;
	mbedtls_x509_crt chain, clientCa;
	mbedtls_ssl_ticket_context ticket;
	mbedtls_x509_crt *standIn; /* of chain, while another is presented in its place */
	unsigned char *standInBytes;
	int serverError; /* the error that ended the server; 0: none */
	bool serverConnected;
};

/* Called with true before and false after the engine's code runs; NULL: nobody is called. */
extern void (*connectionWatch)(bool inClient);

/* The usual: a CA, an intermediate of it and a certificate for "test.example", all with P-256 keys. */
struct Usual {
	struct Certificate ca, intermediate, server;
};
const struct Usual *usual(void);
struct ServerWish usualServer(void);
struct ClientWish usualClient(void);

/* The usual server with another key, and a certificate for it that the usual CA issued: it is put into
   `leaf`. */
struct ServerWish usualServerWith(mbedtls_pk_context *key, struct Certificate *leaf);

/* Makes a server's keys for tickets that are good for an hour. To be freed by the caller. */
void connectionTickets(mbedtls_ssl_ticket_context *ticket);

/* Creates both ends. connection->engine is NULL, with the failure in `failure`, if that end was refused. */
void connectionOpen(
	struct Connection *connection, const struct ClientWish *client, const struct ServerWish *server);
void connectionClose(struct Connection *connection);

/* The same, as `fresh`, for the engine of a connection, begun anew: that one has none then. */
void connectionOpenAgain(struct Connection *fresh, struct Connection *connection,
	const struct ClientWish *client, const struct ServerWish *server);

/* Turns both ends' event loops until the client is connected or has failed and the server too, or nothing
   moves. */
void connectionHandshake(struct Connection *connection);

/* One turn each. False if nothing moved. */
bool connectionTurn(struct Connection *connection);

/* Turns until nothing moves. */
void connectionTurnAll(struct Connection *connection);

/* The usual client, in one version, and a server after their handshake, at rest. Ends the program if there is
   none. */
void connectionMake(struct Connection *connection, enum TlsVersion version, struct ServerWish server);

/* The code of the engine's failure, or of creating it. */
enum TlsCode connectionCode(const struct Connection *connection);

/* Opens, shakes hands, closes. Returns the code. */
struct TlsFailure connectionTry(const struct ClientWish *client, const struct ServerWish *server);

#endif
