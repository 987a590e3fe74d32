/* SPDX-License-Identifier: MIT */
/*
 * Private keys that never leave their hardware: a peripheral of the processor, a secure element.
 *
 * With the define TLS_OPAQUE_KEYS (manifest: "defines": {"tls": {"opaqueKeys": 1}}), tls.clientKey may hold a
 * name in place of a key: any bytes that the platform takes for the name of a key of its own, such as the
 * number of a slot. The platform defines the two functions below. It supplies no bytes of a key, but a PSA
 * key that can sign: one of a PSA driver for the hardware, as ESP-IDF has for its peripherals, or any other
 * that the platform has put into PSA's store of keys.
 *
 * What the key must be able to do, by its policy:
 *
 *    usage         PSA_KEY_USAGE_SIGN_HASH. PSA_KEY_USAGE_EXPORT is not needed: a public key can always be exported
 *    P-256, P-384  PSA_ALG_ECDSA(PSA_ALG_ANY_HASH), or the deterministic kind of it
 *    RSA           PSA_ALG_RSA_PKCS1V15_SIGN(PSA_ALG_ANY_HASH), which TLS 1.2 signs with, and as the enrollment algorithm
 *                  PSA_ALG_RSA_PSS(PSA_ALG_ANY_HASH), which TLS 1.3 does. A key with one of them works in its version only
 *
 * Threads: both functions are called by the machine that the instance belongs to, in its constructor (open)
 * and in a turn of its event loop, in `close` or at its end (close); programs with several machines call them
 * from several threads at the same time. Signing is a call of PSA in a turn of the event loop, which waits
 * for it.
 */

#ifndef TLS_OPAQUE_KEY_H
#define TLS_OPAQUE_KEY_H

#include "tlsMbedtls.h"

#if TLS_OPAQUE_KEYS

/*
 * Finds the key that the `length` bytes at `name` stand for; they are the caller's and only valid during the
 * call. Returns
 *
 *    PSA_SUCCESS               `key` is it. It must stay usable until it is closed: after the handshake, or when the
 *                              connection fails or is closed before. Several connections may have it open.
 *    PSA_ERROR_DOES_NOT_EXIST  this is no name of the platform's. The bytes are then taken for a key in DER.
 *    any other error           it is one, and the key cannot be used. The constructor throws.
 */
psa_status_t tlsOpaqueKeyOpen(const uint8_t *name, size_t length, mbedtls_svc_key_id_t *key);

/* Gives back what tlsOpaqueKeyOpen gave, once for each success. A platform that made a volatile key destroys
   it. */
void tlsOpaqueKeyClose(mbedtls_svc_key_id_t key);

#endif

#endif
