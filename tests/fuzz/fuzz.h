/* SPDX-License-Identifier: MIT */
/*
 * What the fuzz targets share. A target is a program of libFuzzer's: a function that takes bytes, and must
 * come back from all of them without a complaint of the sanitizers or of FUZZ_CHECK. What a run does depends
 * on its bytes alone: random numbers come from a generator that begins anew with each, and time stands still.
 */

#ifndef FUZZ_H
#define FUZZ_H

#include "connection.h"

#include <stdio.h>
#include <stdlib.h>

/* libFuzzer's side. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t most, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t length, size_t most);

/* What must hold whatever the bytes are. */
#define FUZZ_CHECK(condition)                                                                                \
	do {                                                                                                     \
		if (!(condition)) {                                                                                  \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);                   \
			abort();                                                                                         \
		}                                                                                                    \
	} while (0)

/* For connectionWatch: whose code runs. */
void fuzzWatch(bool inClient);

/* Begins a run: random numbers from the start, no allocation that fails. */
void fuzzBegin(void);

/* Ends it: the library has no keys left. `faults`: allocations failed, for which the library loses some. */
void fuzzEnd(bool faults);

/* What is left of a run's bytes. Behind their end all is 0. */
struct FuzzInput {
	const uint8_t *bytes;
	size_t length;
};
uint8_t fuzzTake8(struct FuzzInput *input);
uint16_t fuzzTake16(struct FuzzInput *input);

/* A piece whose length is said by its first two bytes, in memory of its own: a sanitizer sees each byte
   behind it that is read. To be freed. */
uint8_t *fuzzTakePiece(struct FuzzInput *input, size_t *length);

/* The same of all that is left. */
uint8_t *fuzzTakeRest(struct FuzzInput *input, size_t *length);

/* A generator of numbers for mutators. */
struct FuzzDice {
	uint32_t state;
};
uint32_t fuzzRoll(struct FuzzDice *dice, uint32_t sides); /* 0 to sides - 1; 0 if there are none */

/* Whether the inputs are seeds of which nothing must be refused: so fuzz.test.mjs wants it, by the
   environment variable TLS_FUZZ_HONEST. */
bool fuzzIsHonest(void);

/* A target's own: what it needs before its first run; and its seeds, each by fuzzSeed. If the environment
   variable TLS_FUZZ_SEEDS names a folder, the program writes them there, and ends. */
void fuzzTargetPrepare(void);
void fuzzTargetSeeds(void);
void fuzzSeed(const char *name, const uint8_t *bytes, size_t length);

/* Bytes that grow. */
struct FuzzBytes {
	uint8_t *bytes;
	size_t length, size;
};
void fuzzPut(struct FuzzBytes *to, const void *bytes, size_t length);
void fuzzPut8(struct FuzzBytes *to, unsigned value);
void fuzzPutPiece(struct FuzzBytes *to, const void *bytes, size_t length); /* as fuzzTakePiece reads it */

/* What must hold of a failure that a peer has caused. */
void fuzzCheckFailure(const struct TlsFailure *failure, bool faults);

#endif
