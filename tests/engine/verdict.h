/* SPDX-License-Identifier: MIT */
/*
 * What a client thinks of a server's certificates, in both versions of TLS.
 */

#ifndef VERDICT_H
#define VERDICT_H

#include "connection.h"

#define CA_KEY     pkiKey(KEY_P256, 0)
#define OTHER_KEY  pkiKey(KEY_P256, 3)
#define SERVER_KEY pkiKey(KEY_P256, 2)

/* Expects `code` of both versions, that nothing was connected, and `detail`, if given, in the failure's
   detail. */
void verdictExpectDetail(struct ClientWish client, struct ServerWish server, enum TlsCode code,
	const char *detail, const char *name);
void verdictExpect(struct ClientWish client, struct ServerWish server, enum TlsCode code, const char *name);

/* A server with one certificate, issued directly by an anchor. */
struct ServerWish verdictServer(const struct Certificate *certificate, mbedtls_pk_context *key);

/* Its usual certificate. */
struct CertificateWish verdictLeaf(void);

#endif
