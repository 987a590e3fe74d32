/* SPDX-License-Identifier: MIT */
/*
 * A damaged store is refused: when it is opened, or, if only a certificate is damaged, when that one is
 * looked for.
 */

#include "storeImage.h"
#include "storeTests.h"
#include "tap.h"
#include "tlsStore.h"

#include <stdlib.h>
#include <string.h>

/* In place of a byte every other value is tried or, in a large store, those that differ in one bit or in
   all. */
static const uint8_t bitChanges[] = {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF};

static unsigned changeCount(size_t length)
{
	return length <= SMALL_STORE ? 255 : (unsigned)sizeof(bitChanges);
}

static uint8_t changeOf(size_t length, unsigned number)
{
	return length <= SMALL_STORE ? (uint8_t)(number + 1) : bitChanges[number];
}

/* True if the bytes are refused as a store, with a failure, and leave an empty one. */
static bool isRefused(const uint8_t *bytes, size_t length, const char *detail)
{
	struct TlsStore store;
	struct TlsFailure failure;

	tlsFailureClear(&failure);
	if (tlsStoreOpen(&store, bytes, length, &failure) || failure.code == TLS_OK || tlsStoreCount(&store) != 0)
		return false;
	if (detail != NULL && strcmp(failure.detail, detail) != 0) {
		note("it says: %s", failure.detail);
		return false;
	}
	return true;
}

static void testIndexBytes(struct TlsBytes image)
{
	uint8_t *copy = imageCopy(image.bytes, image.length);
	size_t end = imageEntry(imageCount(image)), tried = 0, refused = 0;

	for (size_t i = 0; i < end; i++) {
		for (unsigned n = 0; n < changeCount(image.length); n++, tried++) {
			copy[i] = image.bytes[i] ^ changeOf(image.length, n);
			refused += isRefused(copy, image.length, NULL);
		}
		copy[i] = image.bytes[i];
	}
	ok(refused == tried, "one byte of header or index changed: %zu of %zu refused", refused, tried);
	free(copy);
}

/* True if a search for `name` ends with a failure and did not yield the certificate at `damaged`. */
static bool isNoticed(const struct TlsStore *store, struct TlsBytes name, const uint8_t *damaged)
{
	struct TlsStoreSearch search;
	struct TlsFailure failure;
	struct TlsBytes found;

	tlsFailureClear(&failure);
	tlsStoreFind(store, name, &search);
	while (tlsStoreNext(&search, &found, &failure)) {
		if (found.bytes == damaged)
			return false;
	}
	return failure.code != TLS_OK;
}

static void testCertificateBytes(struct TlsBytes image)
{
	/* In a large store one change per byte has to do. */
	unsigned changes = image.length <= SMALL_STORE ? 255 : 1;
	uint8_t *copy = imageCopy(image.bytes, image.length);
	size_t tried = 0, noticed = 0;
	struct TlsStore store;
	struct TlsFailure failure;

	tlsFailureClear(&failure);
	ok(tlsStoreOpen(&store, copy, image.length, &failure), "a copy opens");
	for (size_t index = 0; index < imageCount(image); index++) {
		struct TlsBytes certificate = imageCertificate(image, index);
		struct TlsBytes name = subjectOf(certificate);
		uint8_t *damaged = copy + (certificate.bytes - image.bytes);

		for (size_t i = 0; i < certificate.length; i++) {
			for (unsigned n = 0; n < changes; n++, tried++) {
				damaged[i] = certificate.bytes[i] ^ changeOf(image.length, n);
				noticed += isNoticed(&store, name, damaged);
			}
			damaged[i] = certificate.bytes[i];
		}
	}
	ok(noticed == tried, "one byte of a certificate changed: %zu of %zu noticed", noticed, tried);
	free(copy);
}

/* Who does not need the damaged certificate does not notice. */
static void testOthers(struct TlsBytes image)
{
	uint8_t *copy = imageCopy(image.bytes, image.length);
	size_t count = imageCount(image), tried = 0, noticed = 0;
	struct TlsStore store;
	struct TlsFailure failure;
	bool opened;

	tlsFailureClear(&failure);
	opened = tlsStoreOpen(&store, copy, image.length, &failure);
	for (size_t index = 0; index < count; index++) {
		uint8_t *damaged = copy + (imageCertificate(image, index).bytes - image.bytes);
		struct TlsBytes name = subjectOf(imageCertificate(image, index));

		*damaged ^= 1;
		for (size_t i = 0; i < count; i++) {
			struct TlsBytes other = subjectOf(imageCertificate(image, i));

			if (!sameBytes(other, name)) {
				tried++;
				noticed += isNoticed(&store, other, damaged);
			}
		}
		*damaged ^= 1;
	}
	ok(opened && noticed == 0 && (tried > 0 || count == 1),
		"another certificate damaged: %zu of %zu searches fail", noticed, tried);
	free(copy);
}

static void testLengths(struct TlsBytes image)
{
	uint8_t *longer = malloc(image.length + 16);
	size_t refused = 0;

	for (size_t length = 0; length < image.length; length++)
		refused += isRefused(image.bytes, length, "it is truncated");
	ok(refused == image.length, "cut off anywhere: %zu of %zu refused", refused, image.length);
	if (longer != NULL) {
		memcpy(longer, image.bytes, image.length);
		memset(longer + image.length, 0, 16);
	}
	ok(longer != NULL && isRefused(longer, image.length + 1, "there are bytes behind its end") &&
			isRefused(longer, image.length + 16, "there are bytes behind its end"),
		"bytes behind its end are refused");
	free(longer);
}

/* The tests of fields would pass for nothing if sealing made a wrong checksum. */
static void testSeal(struct TlsBytes image)
{
	uint8_t *copy = imageCopy(image.bytes, image.length);

	memset(copy + IMAGE_CHECKSUM, 0, 4);
	ok(isRefused(copy, image.length, "its header or index is damaged"), "a wrong checksum alone");
	imageSeal(copy, image.length);
	ok(memcmp(copy, image.bytes, image.length) == 0, "the tests' checksum is the store's");
	free(copy);
}

/* Puts a value where it does not belong, makes the checksum right again, and expects to be refused. */
static void testField(
	struct TlsBytes image, size_t at, size_t size, uint32_t value, const char *detail, const char *name)
{
	uint8_t *copy = imageCopy(image.bytes, image.length);

	imagePut(copy + at, size, value);
	imageSeal(copy, image.length);
	ok(isRefused(copy, image.length, detail), "%s", name);
	free(copy);
}

/* The last entry says that its certificate has no bytes at all, and its subject neither. */
static void testNothing(struct TlsBytes image)
{
	uint8_t *copy = imageCopy(image.bytes, image.length);
	uint8_t *entry = copy + imageEntry(imageCount(image) - 1);

	imagePut(entry + IMAGE_ENTRY_OFFSET, 4, (uint32_t)image.length);
	imagePut(entry + IMAGE_ENTRY_SUBJECT, 4, 0);
	imageSeal(copy, image.length);
	ok(isRefused(copy, image.length, "its index is malformed"), "an empty certificate with an empty subject");
	free(copy);
}

static void testFields(struct TlsBytes image)
{
	const char *malformed = "its index is malformed";
	size_t last = imageCount(image) - 1;
	uint32_t firstOffset = imageGet(image.bytes + imageEntry(0) + IMAGE_ENTRY_OFFSET, 4);
	uint32_t lastOffset = imageGet(image.bytes + imageEntry(last) + IMAGE_ENTRY_OFFSET, 4);
	uint32_t lastSize = (uint32_t)image.length - lastOffset;
	size_t lastSubject = imageEntry(last) + IMAGE_ENTRY_SUBJECT;

	testField(image, 0, 4, 0x43534C53, "it is not a certificate store", "other magic");
	testField(image, IMAGE_VERSION, 2, 2, "it is of another version", "version 2");
	testField(image, IMAGE_VERSION, 2, 0, "it is of another version", "version 0");
	testField(image, IMAGE_LENGTH, 4, 0, "there are bytes behind its end", "length 0");
	testField(image, IMAGE_LENGTH, 4, 0xFFFFFFFF, "it is truncated", "length of 4 GB");
	testField(image, IMAGE_COUNT, 2, 0, "it is empty", "no certificates");
	testField(image, IMAGE_COUNT, 2, 0xFFFF, "its header is damaged", "more entries than there is room for");
	testField(
		image, IMAGE_COUNT, 2, (uint32_t)last, last > 0 ? malformed : "it is empty", "one entry too few");
	testField(
		image, imageEntry(0) + IMAGE_ENTRY_OFFSET, 4, firstOffset + 1, malformed, "a gap behind the index");
	testField(image, imageEntry(0) + IMAGE_ENTRY_OFFSET, 4, 0, malformed, "a certificate over the header");
	testField(image, imageEntry(last) + IMAGE_ENTRY_OFFSET, 4, (uint32_t)image.length, malformed,
		"an empty certificate");
	testField(image, imageEntry(last) + IMAGE_ENTRY_OFFSET, 4, (uint32_t)image.length + 1, malformed,
		"a certificate behind the end");
	testField(
		image, imageEntry(last) + IMAGE_ENTRY_OFFSET, 4, 0xFFFFFFFF, malformed, "a certificate at 4 GB");
	testField(image, lastSubject + 2, 2, 0xFFFF, malformed, "a subject of 64 KB");
	if (lastSize < 0xFFFF)
		testField(image, lastSubject, 2, lastSize + 1, malformed, "a subject outside its certificate");
	if (last > 0) {
		testField(
			image, imageEntry(0) + IMAGE_ENTRY_KEY, 4, 0xFFFFFFFF, malformed, "an index that is not sorted");
		testField(image, imageEntry(1) + IMAGE_ENTRY_OFFSET, 4, firstOffset, malformed,
			"two certificates in one place");
	}
}

void testDamage(struct TlsBytes image)
{
	testIndexBytes(image);
	testCertificateBytes(image);
	testOthers(image);
	testLengths(image);
	testSeal(image);
	testFields(image);
	testNothing(image);
}
