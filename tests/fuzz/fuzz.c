/* SPDX-License-Identifier: MIT */
/*
 * What the fuzz targets share.
 */

#include "fuzz.h"
#include "allocations.h"

#include <string.h>
#include <sys/types.h>
#include <time.h>

static uint64_t random[2]; /* of the client's end, and of all else */
static bool inClient;

ssize_t __wrap_getrandom(void *bytes, size_t length, unsigned flags);
time_t __wrap_time(time_t *now);

/* Stand in for the system's functions (see CMakeLists.txt). splitmix64, the same numbers in each run. A
   client gets the same whether a server draws some as well or not. */
ssize_t __wrap_getrandom(void *bytes, size_t length, unsigned flags)
{
	uint8_t *at = bytes;

	(void)flags;
	for (size_t i = 0; i < length; i++) {
		uint64_t word = random[inClient] += 0x9E3779B97F4A7C15;

		word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9;
		word = (word ^ word >> 27) * 0x94D049BB133111EB;
		at[i] = (uint8_t)(word >> 56);
	}
	return (ssize_t)length;
}

/* The clock of the library with a server in it: see testMbedtlsConfig.h. */
time_t __wrap_time(time_t *now)
{
	if (now != NULL)
		*now = (time_t)TEST_NOW;
	return (time_t)TEST_NOW;
}

void fuzzWatch(bool in)
{
	inClient = in;
	allocationsOfClient(in);
}

void fuzzBegin(void)
{
	random[0] = 1;
	random[1] = 2;
	allocations.number = allocations.failAt = 0;
}

void fuzzEnd(bool faults)
{
	mbedtls_psa_stats_t stats;

	mbedtls_psa_get_stats(&stats);
	FUZZ_CHECK(faults || stats.MBEDTLS_PRIVATE(volatile_slots) == 0);
}

uint8_t fuzzTake8(struct FuzzInput *input)
{
	if (input->length == 0)
		return 0;
	input->length--;
	return *input->bytes++;
}

uint16_t fuzzTake16(struct FuzzInput *input)
{
	uint16_t high = fuzzTake8(input);

	return (uint16_t)(high << 8 | fuzzTake8(input));
}

static uint8_t *take(struct FuzzInput *input, size_t length)
{
	uint8_t *copy = malloc(length);

	if (copy == NULL && length > 0)
		abort();
	if (length > 0)
		memcpy(copy, input->bytes, length);
	input->bytes += length;
	input->length -= length;
	return copy;
}

uint8_t *fuzzTakePiece(struct FuzzInput *input, size_t *length)
{
	*length = fuzzTake16(input);
	if (*length > input->length)
		*length = input->length;
	return take(input, *length);
}

uint8_t *fuzzTakeRest(struct FuzzInput *input, size_t *length)
{
	*length = input->length;
	return take(input, *length);
}

uint32_t fuzzRoll(struct FuzzDice *dice, uint32_t sides)
{
	dice->state = dice->state * 1664525 + 1013904223;
	return sides == 0 ? 0 : (dice->state >> 8) % sides;
}

bool fuzzIsHonest(void)
{
	return getenv("TLS_FUZZ_HONEST") != NULL;
}

static const char *seedFolder(void)
{
	return getenv("TLS_FUZZ_SEEDS");
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	fuzzTargetPrepare();
	if (seedFolder() == NULL)
		return 0;
	fuzzTargetSeeds();
	exit(0);
}

void fuzzSeed(const char *name, const uint8_t *bytes, size_t length)
{
	char path[1024];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", seedFolder(), name);
	file = fopen(path, "wb");
	FUZZ_CHECK(file != NULL);
	FUZZ_CHECK(fwrite(bytes, 1, length, file) == length);
	FUZZ_CHECK(fclose(file) == 0);
}

void fuzzPut(struct FuzzBytes *to, const void *bytes, size_t length)
{
	if (to->length + length > to->size) {
		to->size = (to->length + length) * 2;
		to->bytes = realloc(to->bytes, to->size);
		if (to->bytes == NULL)
			abort();
	}
	if (length > 0)
		memcpy(to->bytes + to->length, bytes, length);
	to->length += length;
}

void fuzzPut8(struct FuzzBytes *to, unsigned value)
{
	uint8_t byte = (uint8_t)value;

	fuzzPut(to, &byte, 1);
}

void fuzzPutPiece(struct FuzzBytes *to, const void *bytes, size_t length)
{
	fuzzPut8(to, (unsigned)(length >> 8));
	fuzzPut8(to, (unsigned)length);
	fuzzPut(to, bytes, length);
}

void fuzzCheckFailure(const struct TlsFailure *failure, bool faults)
{
	FUZZ_CHECK(failure->code < TLS_CODE_COUNT);
	FUZZ_CHECK(memchr(failure->detail, 0, sizeof(failure->detail)) != NULL);
	FUZZ_CHECK(failure->code != TLS_INTERNAL && failure->code != TLS_RANDOM && failure->code != TLS_CLOCK);
	FUZZ_CHECK(faults || failure->code != TLS_MEMORY);
}
