/* SPDX-License-Identifier: MIT */
/*
 * Reads a certificate store in place. All its numbers are little-endian:
 *
 *    header         0  magic, 4 bytes
 *                   4  version, 2
 *                   6  count of certificates, 2
 *                   8  length of the file, 4
 *                  12  checksum of what is above and of the index, 4
 *    index             per certificate, sorted by key:
 *                   0  key: checksum of the folded subject, 4
 *                   4  checksum of the certificate, 4
 *                   8  offset of the certificate in the file, 4
 *                  12  offset of the subject in the certificate, 2
 *                  14  size of the subject, 2
 *    certificates      DER, in the order of the index, nothing between or behind them
 *
 * A checksum is the CRC-32 of ISO 3309 (as in zip and PNG). It is there to notice accidents: flash that
 * fades, an update that was cut off. Against an attacker no checksum helps, for who can write the store can
 * write the program. The one of the header covers those in the index, so everything is covered, and nothing
 * is read just to be checked.
 */

#include "tlsStore.h"
#include "tlsDer.h"

#include <string.h>

#define VERSION     1
#define HEADER_SIZE 16
#define ENTRY_SIZE  16

static const uint8_t magic[4] = {'T', 'L', 'S', 'C'};

/* Offsets of the fields. */
enum {
	HEADER_VERSION = 4,
	HEADER_COUNT = 6,
	HEADER_LENGTH = 8,
	HEADER_CHECKSUM = 12,
	ENTRY_KEY = 0,
	ENTRY_CHECKSUM = 4,
	ENTRY_OFFSET = 8,
	ENTRY_SUBJECT = 12,
	ENTRY_SUBJECT_SIZE = 14
};

/* The bytes may lie at any address, and not every processor reads a number from an odd one. */
static uint32_t read16(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8;
}

static uint32_t read32(const uint8_t *at)
{
	return read16(at) | read16(at + 2) << 16;
}

#define CRC_START 0xFFFFFFFF

/* Half a byte at a time: 64 bytes of table. */
static uint32_t crcOfByte(uint32_t crc, uint8_t byte)
{
	static const uint32_t table[16] = {0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4,
		0x4DB26158, 0x5005713C, 0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C, 0x9B64C2B0, 0x86D3D2D4,
		0xA00AE278, 0xBDBDF21C};

	crc = table[(crc ^ byte) & 15] ^ crc >> 4;
	return table[(crc ^ byte >> 4) & 15] ^ crc >> 4;
}

static uint32_t crcOf(uint32_t crc, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		crc = crcOfByte(crc, bytes[i]);
	return crc;
}

/*
 * What tlsDerSameName holds for the same has the same key: letters are made small, and a PrintableString
 * becomes a UTF8String. That this also changes bytes which are neither does no harm, since the names are
 * compared afterwards.
 */
static uint32_t keyOf(struct TlsBytes name)
{
	uint32_t crc = CRC_START;

	for (size_t i = 0; i < name.length; i++) {
		uint8_t byte = name.bytes[i];

		if (byte >= 'A' && byte <= 'Z')
			byte |= 0x20;
		else if (byte == MBEDTLS_ASN1_PRINTABLE_STRING)
			byte = MBEDTLS_ASN1_UTF8_STRING;
		crc = crcOfByte(crc, byte);
	}
	return ~crc;
}

static const uint8_t *entryOf(const struct TlsStore *store, size_t index)
{
	return store->bytes + HEADER_SIZE + index * ENTRY_SIZE;
}

/* Where a certificate begins; for the index behind the last one, where the file ends. */
static size_t offsetOf(const struct TlsStore *store, size_t index)
{
	return index < store->count ? read32(entryOf(store, index) + ENTRY_OFFSET) : store->length;
}

static struct TlsBytes certificateOf(const struct TlsStore *store, size_t index)
{
	size_t offset = offsetOf(store, index);
	struct TlsBytes certificate = {store->bytes + offset, offsetOf(store, index + 1) - offset};

	return certificate;
}

static struct TlsBytes subjectOf(const struct TlsStore *store, size_t index)
{
	const uint8_t *entry = entryOf(store, index);
	struct TlsBytes subject = {certificateOf(store, index).bytes + read16(entry + ENTRY_SUBJECT),
		read16(entry + ENTRY_SUBJECT_SIZE)};

	return subject;
}

/* True if an entry follows the one before it, and its subject lies in its certificate. Where all offsets rise
   up to the end of the file, all certificates lie in the file. */
static bool isEntrySound(const struct TlsStore *store, size_t index)
{
	const uint8_t *entry = entryOf(store, index);
	size_t offset = offsetOf(store, index), end = offsetOf(store, index + 1);

	if (index == 0 && offset != HEADER_SIZE + store->count * ENTRY_SIZE)
		return false;
	if (index > 0 && read32(entry + ENTRY_KEY) < read32(entryOf(store, index - 1) + ENTRY_KEY))
		return false;
	return offset < end && read16(entry + ENTRY_SUBJECT) + read16(entry + ENTRY_SUBJECT_SIZE) <= end - offset;
}

/* What is wrong with the header, the index or the length of a store, for a person; NULL: nothing. */
static const char *problemOf(const struct TlsStore *store)
{
	const uint8_t *bytes = store->bytes;
	size_t indexSize = store->count * ENTRY_SIZE;
	uint32_t crc;

	if (read32(bytes + HEADER_LENGTH) > store->length)
		return TLS_DETAIL("it is truncated");
	if (read32(bytes + HEADER_LENGTH) < store->length)
		return TLS_DETAIL("there are bytes behind its end");
	if (indexSize > store->length - HEADER_SIZE)
		return TLS_DETAIL("its header is damaged");
	crc = crcOf(CRC_START, bytes, HEADER_CHECKSUM);
	crc = crcOf(crc, bytes + HEADER_SIZE, indexSize);
	if (~crc != read32(bytes + HEADER_CHECKSUM))
		return TLS_DETAIL("its header or index is damaged");
	if (store->count == 0)
		return TLS_DETAIL("it is empty");
	for (size_t i = 0; i < store->count; i++) {
		if (!isEntrySound(store, i))
			return TLS_DETAIL("its index is malformed");
	}
	return NULL;
}

static bool fail(struct TlsFailure *failure, const char *problem)
{
	tlsFailDetail(failure, TLS_STORE, 0, problem);
	return false;
}

bool tlsStoreOpen(struct TlsStore *store, const uint8_t *bytes, size_t length, struct TlsFailure *failure)
{
	const char *problem;

	memset(store, 0, sizeof(*store));
	if (length < HEADER_SIZE)
		problem = TLS_DETAIL("it is truncated");
	else if (memcmp(bytes, magic, sizeof(magic)) != 0)
		problem = TLS_DETAIL("it is not a certificate store");
	else if (read16(bytes + HEADER_VERSION) != VERSION)
		problem = TLS_DETAIL("it is of another version");
	else {
		struct TlsStore candidate = {bytes, length, read16(bytes + HEADER_COUNT)};

		problem = problemOf(&candidate);
		if (problem == NULL)
			*store = candidate;
	}
	return problem == NULL || fail(failure, problem);
}

void tlsStoreBind(const struct TlsStore *store, struct TlsDigest *digest)
{
	tlsDigestAdd(digest, store->bytes, store->count > 0 ? HEADER_SIZE + store->count * ENTRY_SIZE : 0);
}

size_t tlsStoreCount(const struct TlsStore *store)
{
	return store->count;
}

void tlsStoreFind(const struct TlsStore *store, struct TlsBytes name, struct TlsStoreSearch *search)
{
	uint32_t key = keyOf(name);
	size_t low = 0, high = store->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (read32(entryOf(store, middle) + ENTRY_KEY) < key)
			low = middle + 1;
		else
			high = middle;
	}
	search->store = store;
	search->name = name;
	search->key = key;
	search->next = low;
}

bool tlsStoreNext(struct TlsStoreSearch *search, struct TlsBytes *certificate, struct TlsFailure *failure)
{
	const struct TlsStore *store = search->store;

	while (search->next < store->count) {
		size_t index = search->next;
		const uint8_t *entry = entryOf(store, index);
		struct TlsBytes found = certificateOf(store, index);

		if (read32(entry + ENTRY_KEY) != search->key)
			return false;
		if (~crcOf(CRC_START, found.bytes, found.length) != read32(entry + ENTRY_CHECKSUM))
			return fail(failure, TLS_DETAIL("a certificate in it is damaged"));
		search->next++;
		if (tlsDerSameName(subjectOf(store, index), search->name)) {
			*certificate = found;
			return true;
		}
	}
	return false;
}
