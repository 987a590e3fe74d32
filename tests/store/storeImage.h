/* SPDX-License-Identifier: MIT */
/*
 * A store file in memory, to be looked into and damaged; and the certificates that it was made of.
 *
 * Knows the file's format by itself, with a checksum of its own, so that it agrees with the reader by the
 * format only.
 */

#ifndef STORE_IMAGE_H
#define STORE_IMAGE_H

#include "tlsBytes.h"

#include <stdbool.h>

#define IMAGE_HEADER_SIZE 16
#define IMAGE_ENTRY_SIZE  16

enum {
	IMAGE_VERSION = 4,
	IMAGE_COUNT = 6,
	IMAGE_LENGTH = 8,
	IMAGE_CHECKSUM = 12,
	IMAGE_ENTRY_KEY = 0,
	IMAGE_ENTRY_CHECKSUM = 4,
	IMAGE_ENTRY_OFFSET = 8,
	IMAGE_ENTRY_SUBJECT = 12,
	IMAGE_ENTRY_SUBJECT_SIZE = 14
};

/* Files and copies are allocated to the byte, so that AddressSanitizer sees a read behind their end. They end
   the program if there is no file or memory: a test cannot go on without. */
struct TlsBytes imageLoad(const char *path);
uint8_t *imageCopy(const uint8_t *bytes, size_t length);

uint32_t imageGet(const uint8_t *at, size_t size);
void imagePut(uint8_t *at, size_t size, uint32_t value);

/* Certificates that the header says there are, as far as the file has room for them in its index. */
size_t imageCount(struct TlsBytes image);
size_t imageEntry(size_t index);

/* The bytes that an entry gives as its certificate's, cut to what the file has. */
struct TlsBytes imageCertificate(struct TlsBytes image, size_t index);

/* Makes the checksum of the header and index right, where there is room for them. */
void imageSeal(uint8_t *bytes, size_t length);

/* Makes the checksums of all certificates right, and then that of the header and index. */
void imageSealAll(uint8_t *bytes, size_t length);

/* A store of certificates with their subjects, which are inside of them. Sorts both. To be freed. */
struct ImagePart {
	struct TlsBytes certificate, subject;
};
struct TlsBytes imageMake(struct ImagePart *parts, size_t count);

/* The next certificate of those that stand one behind the other in `all`, from *at. False: at the end. */
bool nextCertificate(struct TlsBytes all, size_t *at, struct TlsBytes *certificate);

/* The subject of a certificate, with its tag and length. Ends the program if there is none. */
struct TlsBytes subjectOf(struct TlsBytes certificate);

bool sameBytes(struct TlsBytes a, struct TlsBytes b);

#endif
