/* SPDX-License-Identifier: MIT */
/* What a client thinks of a server's certificates. */

#include "verdict.h"
#include "tap.h"

#include <string.h>

void verdictExpectDetail(struct ClientWish client, struct ServerWish server, enum TlsCode code,
	const char *detail, const char *name)
{
	for (int v = 0; v < 2; v++) {
		struct TlsFailure failure;

		client.minimum = client.maximum = v == 0 ? TLS_VERSION_1_2 : TLS_VERSION_1_3;
		failure = connectionTry(&client, &server);
		ok(failure.code == code && (detail == NULL || strstr(failure.detail, detail) != NULL),
			"%s: %s, TLS %s", code == TLS_OK ? "accepted" : "refused", name, v == 0 ? "1.2" : "1.3");
		if (failure.code != code || (detail != NULL && strstr(failure.detail, detail) == NULL))
			note("%s instead of %s, library -0x%04X, flags 0x%X, detail: %s", tlsCodeName(failure.code),
				tlsCodeName(code), (unsigned)-failure.library, (unsigned)failure.flags, failure.detail);
	}
}

void verdictExpect(struct ClientWish client, struct ServerWish server, enum TlsCode code, const char *name)
{
	verdictExpectDetail(client, server, code, NULL, name);
}

struct ServerWish verdictServer(const struct Certificate *certificate, mbedtls_pk_context *key)
{
	struct ServerWish server;

	memset(&server, 0, sizeof(server));
	server.chain[0] = certificate;
	server.key = key;
	return server;
}

struct CertificateWish verdictLeaf(void)
{
	struct CertificateWish wish = pkiServerWish("test.example", SERVER_KEY, CA_KEY);

	wish.issuer = "CN=Test CA,O=Test";
	return wish;
}
