/* SPDX-License-Identifier: MIT */
/*
 * A certificate store: many trust anchors in one file, which the store command writes and a device keeps in
 * flash.
 *
 * The file is used in place. Opening it reads the index, looking up a name reads the certificates of that
 * name: nothing is copied, allocated or parsed, so that a hundred anchors cost no more RAM than one. Its
 * format is in docs/store.md.
 */

#ifndef TLS_STORE_H
#define TLS_STORE_H

#include "tlsBytes.h"
#include "tlsDigest.h"
#include "tlsFailure.h"

/* An open store. It owns nothing: there is no function to close it. */
struct TlsStore {
	const uint8_t *bytes;
	size_t length;
	size_t count; /* of certificates */
};

/* A search for the certificates of one name. */
struct TlsStoreSearch {
	const struct TlsStore *store;
	struct TlsBytes name;
	uint32_t key;
	size_t next; /* the entry to look at next */
};

/*
 * Opens the store in `length` bytes, which must outlive it and need no alignment. Checks the header and the
 * index; each certificate is checked when it is used. Fails if the bytes are damaged, cut off, too many, of
 * another version, or no store: `store` is then empty.
 */
bool tlsStoreOpen(struct TlsStore *store, const uint8_t *bytes, size_t length, struct TlsFailure *failure);

/* Adds what the store has: its header and index, which has a checksum of each certificate, for the whole
   would take long. */
void tlsStoreBind(const struct TlsStore *store, struct TlsDigest *digest);

/* How many certificates there are. */
size_t tlsStoreCount(const struct TlsStore *store);

/*
 * Begins a search for the certificates whose subject is `name`: a Name in DER (RFC 5280, section 4.1.2.4),
 * the issuer of the certificate at hand. Names are the same as tlsDerSameName has it. `search` refers to
 * `store` and `name`.
 */
void tlsStoreFind(const struct TlsStore *store, struct TlsBytes name, struct TlsStoreSearch *search);

/*
 * The next certificate of a search, as DER within the store. False: there is none, or it is damaged and
 * `failure` says so. Several certificates can have one subject, with different keys.
 */
bool tlsStoreNext(struct TlsStoreSearch *search, struct TlsBytes *certificate, struct TlsFailure *failure);

#endif
