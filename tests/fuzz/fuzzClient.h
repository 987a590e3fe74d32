/* SPDX-License-Identifier: MIT */
/*
 * The client of the targets that feed an engine: how it is configured, and what its owner does with it.
 */

#ifndef FUZZ_CLIENT_H
#define FUZZ_CLIENT_H

#include "fuzz.h"

/* The bytes that a run begins with. */
struct FuzzPlan {
	uint8_t client; /* FUZZ_ bits */
	uint8_t chunk; /* how much of what came arrives in a turn: 0: all, else 1, 2, 4… bytes by its low bits */
	uint8_t room;  /* how much may be on its way to the server: the same, from 64 bytes on */
	uint8_t end;   /* what comes after all bytes, and the number of the allocation that fails */
	uint8_t use;   /* what the owner reads and writes at a time */
};
#define FUZZ_PLAN_SIZE 5

enum {
	FUZZ_VERSION = 3, /* 0: both, 1: TLS 1.2 only, 2: TLS 1.3 only, 3: both, without sessions */
	FUZZ_PROTOCOLS = 4,
	FUZZ_IDENTITY = 8,
	FUZZ_PIN = 16,
	FUZZ_FRAGMENT = 32,
	FUZZ_P384 = 64,
	FUZZ_RESUME = 128
};

enum { FUZZ_END = 3 }; /* of `end`, 0: silence, 1: the end of the stream, 2: a reset, 3: the owner closes */

struct FuzzPlan fuzzTakePlan(struct FuzzInput *input);

/* The wish that a plan describes, and the usual server for it. */
struct ClientWish fuzzClient(const struct FuzzPlan *plan);
struct ServerWish fuzzServer(const struct FuzzPlan *plan);

/* Makes keys and certificates, the same in every process. Before the first run. */
void fuzzClientPrepare(void);

/* Opens a connection, with the server's end where `server` is not NULL. Allocations fail from here on if the
   plan says so. */
void fuzzOpen(struct Connection *connection, const struct FuzzPlan *plan, const struct ServerWish *server);

/* One turn of the client: what arrives, what is advanced, read and written, and what has to hold. False:
   nothing moved. */
bool fuzzTurn(struct Connection *connection, const struct FuzzPlan *plan);

/* The last turns and the end. */
void fuzzClose(struct Connection *connection, const struct FuzzPlan *plan);

/* Whether an allocation fails in this run. */
bool fuzzHasFaults(const struct FuzzPlan *plan);

#endif
