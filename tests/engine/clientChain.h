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

/* Runs a connection until both ends have judged. Tells whether the server accepted a certificate. Returns the engine's
   failure, or that of creating it. */
struct TlsFailure clientJudge(
	const struct ClientWish *client, const struct ServerWish *server, bool *accepted);

#endif
