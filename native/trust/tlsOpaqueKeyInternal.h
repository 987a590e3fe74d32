/* SPDX-License-Identifier: MIT */
/*
 * What the identity needs of a platform's own keys: see tlsOpaqueKey.h for what they are.
 */

#ifndef TLS_OPAQUE_KEY_INTERNAL_H
#define TLS_OPAQUE_KEY_INTERNAL_H

#include "tlsBytes.h"
#include "tlsOpaqueKey.h"

#if TLS_OPAQUE_KEYS

/* A key that the platform has opened, or none. All zero: none. */
struct TlsOpaqueKey {
	mbedtls_svc_key_id_t id;
	bool open;
};

enum TlsOpaqueAnswer {
	TLS_OPAQUE_NONE, /* the platform has no key of that name */
	TLS_OPAQUE_TAKEN,
	TLS_OPAQUE_FAILED
};

/*
 * Asks the platform for the key of that name, and makes `key` it, if it belongs to the public key `open`.
 * What was opened is to be released after `key` was freed, whatever the answer. TLS_OPAQUE_FAILED: `failure`
 * says why.
 */
enum TlsOpaqueAnswer tlsOpaqueKeyTake(struct TlsOpaqueKey *opaque, struct TlsBytes name,
	const mbedtls_pk_context *open, mbedtls_pk_context *key, struct TlsFailure *failure);

void tlsOpaqueKeyRelease(struct TlsOpaqueKey *opaque);

#endif

#endif
