/* SPDX-License-Identifier: MIT */
/*
 * Whatever the bytes are: the reader stays within them, comes to an end, and hands out what lies in them.
 * Half of the mutated files get right checksums again, or nothing behind the checksums would ever be reached.
 *
 * The same function serves libFuzzer, for as long as one likes, with a store as seed:
 *
 *    clang -g -fsanitize=fuzzer,address,undefined … tests/store/{testMutations,storeImage}.c native/trust/tlsStore.c …
 */

#include "storeImage.h"
#include "storeTests.h"
#include "tap.h"
#include "tlsStore.h"

#include <stdlib.h>
#include <string.h>

#define ROUNDS       20000
#define ROUNDS_LARGE 200

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Reads every byte, for AddressSanitizer to see whether they are ours. */
static unsigned sumOf(struct TlsBytes bytes)
{
	unsigned sum = 0;

	for (size_t i = 0; i < bytes.length; i++)
		sum += bytes.bytes[i];
	return sum;
}

/* The bytes that an entry gives as its subject's. The store was opened, so they lie in it. */
static struct TlsBytes nameOf(struct TlsBytes image, size_t index)
{
	const uint8_t *entry = image.bytes + imageEntry(index);
	struct TlsBytes name = {imageCertificate(image, index).bytes + imageGet(entry + IMAGE_ENTRY_SUBJECT, 2),
		imageGet(entry + IMAGE_ENTRY_SUBJECT_SIZE, 2)};

	return name;
}

/* Searches for every subject. False if what is found does not lie in the store, or more is found than there
   is. */
static bool searchAll(const struct TlsStore *store, struct TlsBytes image)
{
	volatile unsigned sum = 0;

	for (size_t i = 0; i < tlsStoreCount(store); i++) {
		struct TlsStoreSearch search;
		struct TlsFailure failure;
		struct TlsBytes found;
		size_t count = 0;

		tlsFailureClear(&failure);
		tlsStoreFind(store, nameOf(image, i), &search);
		while (tlsStoreNext(&search, &found, &failure)) {
			if (found.bytes < image.bytes || found.length > image.length ||
				(size_t)(found.bytes - image.bytes) > image.length - found.length ||
				++count > tlsStoreCount(store))
				return false;
			sum += sumOf(found);
		}
	}
	return true;
}

/* Takes `length` bytes as a store file, and uses it. `sealed`: with its checksums made right. */
static bool useStore(const uint8_t *bytes, size_t length, bool sealed, bool *opened)
{
	uint8_t *copy = imageCopy(bytes, length);
	struct TlsBytes image = {copy, length};
	struct TlsFailure failure;
	struct TlsStore store;
	bool passed;

	if (sealed)
		imageSealAll(copy, length);
	tlsFailureClear(&failure);
	*opened = tlsStoreOpen(&store, copy, length, &failure);
	passed = *opened == (failure.code == TLS_OK) && searchAll(&store, image);
	free(copy);
	return passed;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	bool opened;

	if (!useStore(bytes, length, false, &opened) || !useStore(bytes, length, true, &opened))
		abort();
	return 0;
}

/* A generator that gives the same numbers in every run (xorshift, 32 bits). */
static uint32_t draw(uint32_t *state, size_t below)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return (uint32_t)(*state % below);
}

/* Changes one to eight places, each to a value that is likely to hurt. Three of four are in the header or the
   index. */
static void mutate(uint8_t *bytes, size_t length, uint32_t *state)
{
	static const uint32_t values[] = {
		0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0xFFFFFFFF};
	struct TlsBytes image = {bytes, length};
	size_t indexEnd = imageEntry(imageCount(image));

	for (uint32_t left = 1 + draw(state, 8); left > 0; left--) {
		size_t size = (size_t)1 << draw(state, 3);
		size_t at = draw(state, (draw(state, 4) > 0 ? indexEnd : length) - size);
		uint32_t value = imageGet(bytes + at, size);

		switch (draw(state, 3)) {
		case 0:
			value = values[draw(state, sizeof(values) / sizeof(values[0]))];
			break;
		case 1:
			value += draw(state, 17) - 8;
			break;
		default:
			value ^= 1u << draw(state, 8 * size);
			break;
		}
		imagePut(bytes + at, size, value);
	}
}

void testMutations(struct TlsBytes image)
{
	uint32_t state = 0x2545F491;
	unsigned rounds = image.length <= SMALL_STORE ? ROUNDS : ROUNDS_LARGE;
	unsigned passed = 0, openedCount = 0;

	for (unsigned round = 0; round < rounds; round++) {
		uint8_t *copy = imageCopy(image.bytes, image.length);
		size_t length = draw(&state, 8) > 0 ? image.length : draw(&state, image.length);
		bool opened = false, sealed = draw(&state, 2) > 0;

		mutate(copy, image.length, &state);
		if (sealed && draw(&state, 2) > 0)
			imagePut(copy + IMAGE_LENGTH, 4, (uint32_t)length);
		passed += useStore(copy, length, sealed, &opened);
		openedCount += opened;
		free(copy);
	}
	ok(passed == rounds, "mutated stores do no harm: %u of %u", passed, rounds);
	ok(openedCount > 0, "some of them open: %u", openedCount);
}
