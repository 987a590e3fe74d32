/* SPDX-License-Identifier: MIT */
/*
 * What is in a store is found by its subject; nothing else is found.
 */

#include "storeImage.h"
#include "storeTests.h"
#include "tap.h"
#include "tlsStore.h"

#include "mbedtls/x509_crt.h"

#include <stdlib.h>
#include <string.h>

/* How many certificates a search for `name` finds; of `wanted`, if given, how many that are it. */
static size_t countFound(const struct TlsStore *store, struct TlsBytes name, const struct TlsBytes *wanted)
{
	struct TlsStoreSearch search;
	struct TlsFailure failure;
	struct TlsBytes found;
	size_t count = 0;

	tlsFailureClear(&failure);
	tlsStoreFind(store, name, &search);
	while (tlsStoreNext(&search, &found, &failure))
		count += wanted == NULL || sameBytes(found, *wanted);
	if (failure.code != TLS_OK)
		note("%s: %s", tlsCodeName((enum TlsCode)failure.code), failure.detail);
	return failure.code == TLS_OK ? count : 0;
}

static size_t countOfSubject(struct TlsBytes all, struct TlsBytes subject)
{
	struct TlsBytes certificate;
	size_t count = 0;

	for (size_t at = 0; nextCertificate(all, &at, &certificate);)
		count += sameBytes(subjectOf(certificate), subject);
	return count;
}

/* Each certificate is found once, among as many as have its subject. Returns how many certificates were
   looked for, or 0. */
static size_t findAll(const struct TlsStore *store, struct TlsBytes all)
{
	struct TlsBytes certificate;
	size_t count = 0;

	for (size_t at = 0; nextCertificate(all, &at, &certificate); count++) {
		struct TlsBytes subject = subjectOf(certificate);

		if (countFound(store, subject, &certificate) != 1 ||
			countFound(store, subject, NULL) != countOfSubject(all, subject)) {
			note("certificate %zu is not found as it should be", count + 1);
			return 0;
		}
	}
	return count;
}

static void testAddresses(struct TlsBytes image, struct TlsBytes all)
{
	uint8_t *room = malloc(image.length + 4);
	struct TlsFailure failure;
	struct TlsStore store;

	tlsFailureClear(&failure);
	for (size_t offset = 0; offset < 4; offset++) {
		bool found = false;

		if (room != NULL) {
			for (size_t i = 0; i < image.length; i++)
				room[offset + i] = image.bytes[i];
			found = tlsStoreOpen(&store, room + offset, image.length, &failure) && findAll(&store, all) > 0;
		}
		ok(found, "all are found in a store at an address of 4n + %zu", offset);
	}
	free(room);
}

/* Where the text of a name's last attribute begins, two bytes behind its tag. 0: it is none, or too long for
   that. */
static size_t lastText(struct TlsBytes name)
{
	unsigned char *at = (unsigned char *)name.bytes;
	const unsigned char *end = at + name.length, *tag = at;
	size_t length;

	while (at < end) {
		tag = at++;
		if (mbedtls_asn1_get_len(&at, end, &length) != 0)
			return 0;
		if (!(*tag & MBEDTLS_ASN1_CONSTRUCTED))
			at += length;
	}
	if ((*tag != MBEDTLS_ASN1_UTF8_STRING && *tag != MBEDTLS_ASN1_PRINTABLE_STRING) || tag[1] >= 0x80)
		return 0;
	return (size_t)(tag - name.bytes) + 2;
}

/* Where the first attribute type of the X.520 kind has its byte 0x55, an "U". 0: there is none. */
static size_t firstType(struct TlsBytes name)
{
	static const uint8_t type[] = {MBEDTLS_ASN1_OID, 3, 0x55, 0x04};

	for (size_t at = 0; at + sizeof(type) <= name.length; at++) {
		if (memcmp(name.bytes + at, type, sizeof(type)) == 0)
			return at + 2;
	}
	return 0;
}

static bool isLetter(uint8_t byte)
{
	return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

struct Variants {
	size_t tried, found;
};

static void tryName(const struct TlsStore *store, struct TlsBytes name, const struct TlsBytes *wanted,
	struct Variants *variants)
{
	variants->tried++;
	variants->found += countFound(store, name, wanted) > 0;
}

/* Names that are the same as a subject though their bytes differ, and names that are nearly the same. */
static void testSubjectNames(const struct TlsStore *store, struct TlsBytes all)
{
	struct Variants same = {0, 0}, other = {0, 0};
	struct TlsBytes certificate;

	for (size_t at = 0; nextCertificate(all, &at, &certificate);) {
		struct TlsBytes subject = subjectOf(certificate);
		uint8_t *copy = imageCopy(subject.bytes, subject.length);
		struct TlsBytes name = {copy, subject.length}, shorter = {copy, subject.length - 1};
		size_t text = lastText(subject);

		tryName(store, shorter, NULL, &other);
		if (firstType(subject) > 0) { /* has the same key in the index */
			copy[firstType(subject)] ^= 0x20;
			tryName(store, name, NULL, &other);
			copy[firstType(subject)] ^= 0x20;
		}
		if (text > 0) {
			copy[text - 2] ^= MBEDTLS_ASN1_UTF8_STRING ^ MBEDTLS_ASN1_PRINTABLE_STRING;
			tryName(store, name, &certificate, &same);
			copy[text - 2] = 0x16; /* IA5String */
			tryName(store, name, NULL, &other);
			copy[text - 2] = subject.bytes[text - 2];
			for (size_t i = text; i < name.length; i++) {
				if (!isLetter(copy[i]))
					continue;
				copy[i] ^= 0x20;
				tryName(store, name, &certificate, &same);
				copy[i] ^= 0x40;
				tryName(store, name, NULL, &other);
				copy[i] = subject.bytes[i];
			}
		}
		free(copy);
	}
	ok(same.tried > 0 && same.found == same.tried,
		"names with other letter case or type of string are the same: %zu of %zu found", same.found,
		same.tried);
	ok(other.tried > 0 && other.found == 0, "names that differ in one byte are others: %zu of %zu found",
		other.found, other.tried);
}

/* The library that is to verify with them can read them. */
static void testParsing(struct TlsBytes all)
{
	struct TlsBytes certificate;
	size_t count = 0, failed = 0;

	for (size_t at = 0; nextCertificate(all, &at, &certificate); count++) {
		mbedtls_x509_crt parsed;
		int error;

		mbedtls_x509_crt_init(&parsed);
		error = mbedtls_x509_crt_parse_der_nocopy(&parsed, certificate.bytes, certificate.length);
		mbedtls_x509_crt_free(&parsed);
		if (error != 0)
			note("certificate %zu: -0x%04X", count + 1, (unsigned)-error);
		failed += error != 0;
	}
	ok(failed == 0, "Mbed TLS parses all %zu certificates", count);
}

/* What other tests make stores with makes the same as the command. */
static void testMake(struct TlsBytes image, struct TlsBytes all)
{
	size_t count = 0, most = imageCount(image);
	struct ImagePart *parts = calloc(most, sizeof(*parts));
	struct TlsBytes certificate, made = {NULL, 0};

	for (size_t at = 0; parts != NULL && count < most && nextCertificate(all, &at, &certificate); count++) {
		parts[count].certificate = certificate;
		parts[count].subject = subjectOf(certificate);
	}
	if (count > 0)
		made = imageMake(parts, count);
	ok(sameBytes(made, image), "two programs make the same store of %zu certificates", count);
	free((void *)made.bytes);
	free(parts);
}

void testLookup(struct TlsBytes image, struct TlsBytes all)
{
	static const uint8_t emptyName[] = {0x30, 0x00};
	struct TlsBytes none = {emptyName, 0}, empty = {emptyName, sizeof(emptyName)};
	struct TlsFailure failure;
	struct TlsStore store;

	tlsFailureClear(&failure);
	if (!ok(tlsStoreOpen(&store, image.bytes, image.length, &failure), "the store opens")) {
		note("%s", failure.detail);
		return;
	}
	ok(findAll(&store, all) == tlsStoreCount(&store), "each of %zu certificates is found by its subject",
		tlsStoreCount(&store));
	ok(countFound(&store, none, NULL) == 0 && countFound(&store, empty, NULL) == 0,
		"no name and an empty name find nothing");
	testMake(image, all);
	testAddresses(image, all);
	testSubjectNames(&store, all);
	testParsing(all);
}
