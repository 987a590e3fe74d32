/* SPDX-License-Identifier: MIT */
/*
 * A client's certificate, and what both ends make of it.
 */

#ifndef CLIENT_CHAIN_H
#define CLIENT_CHAIN_H

#include "connection.h"

struct ClientChain {
	struct Certificate ca, intermediate, leaf;
};

/* A certificate for `key`, and its issuers with keys of P-256. */
struct ClientChain clientChain(mbedtls_pk_context *key);

/* A client of TLS 1.2 (`version` 0) or 1.3 (1) with that chain, less the CA. It has no key yet. */
struct ClientWish clientWith(const struct ClientChain *chain, int version);

/* Calls `test` for both versions with a key of each kind. */
void clientForEach(
	void (*test)(int version, const char *versionName, mbedtls_pk_context *key, const char *kind));

/* Runs a connection until both ends have judged. Tells whether the server accepted a certificate. Returns the
   engine's failure, or that of creating it. */
struct TlsFailure clientJudge(
	const struct ClientWish *client, const struct ServerWish *server, bool *accepted);

#endif
