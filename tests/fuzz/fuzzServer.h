/* SPDX-License-Identifier: MIT */
/*
 * A server that is honest but for a list of changes. It seals what it has changed with the right keys, and
 * its transcript has the changed messages as well: so a client goes on as far as its own judgement lets it.
 */

#ifndef FUZZ_SERVER_H
#define FUZZ_SERVER_H

#include "fuzzClient.h"

/* A change, as an input has it: FUZZ_CHANGE_SIZE bytes. */
struct FuzzChange {
	uint8_t kind;   /* FUZZ_…, by its low bits */
	uint8_t number; /* of the message or record that it is made at */
	uint16_t at;    /* place in it, from its end if it is 0x8000 and more */
	uint8_t bytes[4];
};
#define FUZZ_CHANGE_SIZE 8

enum {
	/* messages, before they go into the transcript */
	FUZZ_SET,       /* a byte is bytes[0] */
	FUZZ_ADD,       /* to 16 bits: bytes[0], which has a sign */
	FUZZ_DELETE,    /* bytes[0] bytes and one more */
	FUZZ_INSERT,    /* up to three bytes */
	FUZZ_REPEAT,    /* bytes[0] bytes of it */
	FUZZ_CUT,       /* ends there */
	FUZZ_TWICE,     /* the message */
	FUZZ_DROP,      /* the message */
	FUZZ_APPEND,    /* another message, of type bytes[0], with bytes[1] bytes */
	FUZZ_OTHER,     /* the message before it in its place */
	FUZZ_EXTENSION, /* one more at the end, and the 16 bits `at` counted up: type bytes[0..1], bytes[2] bytes */

	/* records */
	FUZZ_RECORD_DROP,
	FUZZ_RECORD_TWICE,
	FUZZ_RECORD_SWAP,  /* with the next */
	FUZZ_RECORD_FLIP,  /* a byte, by bytes[0] */
	FUZZ_RECORD_SPLIT, /* if it is in plain */
	FUZZ_RECORD_PLAIN, /* another before it, in plain: type bytes[0], with bytes[1..3] */
	FUZZ_RECORD_TYPE,  /* of what is sealed: bytes[0] */
	FUZZ_RECORD_PAD,   /* bytes[0] zeros, in TLS 1.3 */
	FUZZ_RECORD_END,   /* the stream ends behind it */

	/* after the handshake, in their order: another record, sealed, of type `number`, `at` bytes that begin
	   with `bytes` */
	FUZZ_SEND,
	FUZZ_KINDS
};

struct FuzzChange fuzzTakeChange(struct FuzzInput *input);

#define FUZZ_CHANGES 32

struct FuzzServer {
	struct Connection *connection;
	struct FuzzChange changes[FUZZ_CHANGES];
	size_t changeCount;
	size_t sent;                    /* of the changes, those of kind FUZZ_SEND that were made */
	unsigned messageCount, records; /* so far */
	struct FuzzBytes waiting;       /* the messages as they are in the transcript, not yet in a record */
	struct FuzzBytes before;        /* the last message */
	struct FuzzBytes held;          /* a record that comes after the next one */
	uint8_t header[4];              /* of a message whose body comes next */
	bool hasHeader;
	bool sealed;      /* the record that is being sent is */
	uint8_t sealedAs; /* its type, in TLS 1.2; 0: as it is */
	uint8_t sendAs;   /* the type of what is sealed next; 0: as it is */
	bool ended;       /* the stream */
	int (*checksum)(mbedtls_ssl_context *ssl, const unsigned char *bytes, size_t length);
};

/* Makes the server's end of an open connection such a one. `server` has its changes. */
void fuzzServerBegin(struct FuzzServer *server, struct Connection *connection);
void fuzzServerEnd(struct FuzzServer *server);

/* One turn. False: nothing moved. */
bool fuzzServerTurn(struct FuzzServer *server);

#endif
