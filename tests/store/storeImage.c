/* SPDX-License-Identifier: MIT */
/*
 * The store's format once more, for the tests.
 */

#include "storeImage.h"

#include "mbedtls/asn1.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEQUENCE (MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE)

static void stop(const char *why)
{
	printf("Bail out! %s\n", why);
	exit(2);
}

uint8_t *imageCopy(const uint8_t *bytes, size_t length)
{
	uint8_t *copy = malloc(length > 0 ? length : 1);

	if (copy == NULL)
		stop("no memory");
	if (length > 0)
		memcpy(copy, bytes, length);
	return copy;
}

struct TlsBytes imageLoad(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct TlsBytes image = {NULL, 0};
	uint8_t *bytes;
	long size;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0 ||
		fseek(file, 0, SEEK_SET) != 0) {
		stop("cannot open a file");
		return image;
	}
	bytes = malloc((size_t)size + 1);
	if (bytes == NULL || fread(bytes, 1, (size_t)size, file) != (size_t)size)
		stop("cannot read a file");
	fclose(file);
	image.bytes = imageCopy(bytes, (size_t)size);
	image.length = (size_t)size;
	free(bytes);
	return image;
}

uint32_t imageGet(const uint8_t *at, size_t size)
{
	uint32_t value = 0;

	while (size-- > 0)
		value = value << 8 | at[size];
	return value;
}

void imagePut(uint8_t *at, size_t size, uint32_t value)
{
	for (size_t i = 0; i < size; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

/* CRC-32, a bit at a time. */
static uint32_t addToCrc(uint32_t crc, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
	}
	return crc;
}

size_t imageCount(struct TlsBytes image)
{
	size_t room, count;

	if (image.length < IMAGE_HEADER_SIZE)
		return 0;
	room = (image.length - IMAGE_HEADER_SIZE) / IMAGE_ENTRY_SIZE;
	count = imageGet(image.bytes + IMAGE_COUNT, 2);
	return count < room ? count : room;
}

size_t imageEntry(size_t index)
{
	return IMAGE_HEADER_SIZE + index * IMAGE_ENTRY_SIZE;
}

struct TlsBytes imageCertificate(struct TlsBytes image, size_t index)
{
	struct TlsBytes certificate = {image.bytes, 0};
	size_t start = imageGet(image.bytes + imageEntry(index) + IMAGE_ENTRY_OFFSET, 4), end = image.length;

	if (index + 1 < imageCount(image))
		end = imageGet(image.bytes + imageEntry(index + 1) + IMAGE_ENTRY_OFFSET, 4);
	if (start <= end && end <= image.length) {
		certificate.bytes = image.bytes + start;
		certificate.length = end - start;
	}
	return certificate;
}

void imageSeal(uint8_t *bytes, size_t length)
{
	struct TlsBytes image = {bytes, length};
	uint32_t crc;

	if (length < IMAGE_HEADER_SIZE)
		return;
	crc = addToCrc(0xFFFFFFFF, bytes, IMAGE_CHECKSUM);
	crc = addToCrc(crc, bytes + IMAGE_HEADER_SIZE, imageCount(image) * IMAGE_ENTRY_SIZE);
	imagePut(bytes + IMAGE_CHECKSUM, 4, ~crc);
}

void imageSealAll(uint8_t *bytes, size_t length)
{
	struct TlsBytes image = {bytes, length};

	for (size_t i = 0; i < imageCount(image); i++) {
		struct TlsBytes certificate = imageCertificate(image, i);
		uint32_t crc = addToCrc(0xFFFFFFFF, certificate.bytes, certificate.length);

		imagePut(bytes + imageEntry(i) + IMAGE_ENTRY_CHECKSUM, 4, ~crc);
	}
	imageSeal(bytes, length);
}

/* Letters are made small, and a PrintableString becomes a UTF8String. */
static uint32_t keyOf(struct TlsBytes subject)
{
	uint32_t crc = 0xFFFFFFFF;

	for (size_t i = 0; i < subject.length; i++) {
		uint8_t byte = subject.bytes[i];

		if (byte >= 'A' && byte <= 'Z')
			byte = (uint8_t)(byte - 'A' + 'a');
		else if (byte == MBEDTLS_ASN1_PRINTABLE_STRING)
			byte = MBEDTLS_ASN1_UTF8_STRING;
		crc = addToCrc(crc, &byte, 1);
	}
	return ~crc;
}

/* By their keys, then by their bytes. */
static int compareParts(const void *first, const void *second)
{
	const struct ImagePart *a = first, *b = second;
	uint32_t keyA = keyOf(a->subject), keyB = keyOf(b->subject);
	size_t lengthA = a->certificate.length, lengthB = b->certificate.length;
	int order = memcmp(a->certificate.bytes, b->certificate.bytes, lengthA < lengthB ? lengthA : lengthB);

	if (keyA != keyB)
		return keyA < keyB ? -1 : 1;
	if (order != 0)
		return order;
	return (lengthA > lengthB) - (lengthA < lengthB);
}

static void putEntry(uint8_t *entry, struct ImagePart part, size_t offset)
{
	imagePut(entry + IMAGE_ENTRY_KEY, 4, keyOf(part.subject));
	imagePut(entry + IMAGE_ENTRY_OFFSET, 4, (uint32_t)offset);
	imagePut(entry + IMAGE_ENTRY_SUBJECT, 2, (uint32_t)(part.subject.bytes - part.certificate.bytes));
	imagePut(entry + IMAGE_ENTRY_SUBJECT_SIZE, 2, (uint32_t)part.subject.length);
}

struct TlsBytes imageMake(struct ImagePart *parts, size_t count)
{
	size_t end = imageEntry(count), length = end;
	struct TlsBytes image;
	uint8_t *bytes;

	qsort(parts, count, sizeof(*parts), compareParts);
	for (size_t i = 0; i < count; i++)
		length += parts[i].certificate.length;
	bytes = calloc(1, length);
	if (bytes == NULL)
		stop("no memory");
	memcpy(bytes, "TLSC", 4);
	imagePut(bytes + IMAGE_VERSION, 2, 1);
	imagePut(bytes + IMAGE_COUNT, 2, (uint32_t)count);
	imagePut(bytes + IMAGE_LENGTH, 4, (uint32_t)length);
	for (size_t i = 0; i < count; i++) {
		putEntry(bytes + imageEntry(i), parts[i], end);
		memcpy(bytes + end, parts[i].certificate.bytes, parts[i].certificate.length);
		end += parts[i].certificate.length;
	}
	imageSealAll(bytes, length);
	image.bytes = bytes;
	image.length = length;
	return image;
}

bool nextCertificate(struct TlsBytes all, size_t *at, struct TlsBytes *certificate)
{
	unsigned char *inner = (unsigned char *)all.bytes + *at;
	size_t length;

	if (*at == all.length)
		return false;
	if (mbedtls_asn1_get_tag(&inner, all.bytes + all.length, &length, SEQUENCE) != 0)
		stop("the list of certificates is damaged");
	certificate->bytes = all.bytes + *at;
	certificate->length = (size_t)(inner - certificate->bytes) + length;
	*at += certificate->length;
	return true;
}

/* RFC 5280, section 4.1: [0] version, serialNumber, signature, issuer, validity, subject. */
struct TlsBytes subjectOf(struct TlsBytes certificate)
{
	static const int tags[] = {MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED, MBEDTLS_ASN1_INTEGER,
		SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE};
	unsigned char *at = (unsigned char *)certificate.bytes;
	const unsigned char *end = at + certificate.length;
	struct TlsBytes subject = {NULL, 0};
	size_t length = 0;
	int error = mbedtls_asn1_get_tag(&at, end, &length, SEQUENCE);

	if (error == 0)
		error = mbedtls_asn1_get_tag(&at, end, &length, SEQUENCE);
	length = 0;
	for (size_t i = 0; error == 0 && i < sizeof(tags) / sizeof(tags[0]); i++) {
		at += length;
		subject.bytes = at;
		error = mbedtls_asn1_get_tag(&at, end, &length, tags[i]);
	}
	if (error != 0)
		stop("a certificate has no subject");
	subject.length = (size_t)(at - subject.bytes) + length;
	return subject;
}

bool sameBytes(struct TlsBytes a, struct TlsBytes b)
{
	return a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0;
}
