/* SPDX-License-Identifier: MIT */
/*
 * A client's certificate.
 */

#include "clientChain.h"

struct ClientChain clientChain(mbedtls_pk_context *key)
{
	struct CertificateWish ca = pkiCaWish("CN=Client CA", pkiKey(KEY_P256, 0));
	struct CertificateWish intermediate = pkiCaWish("CN=Client Intermediate", pkiKey(KEY_P256, 1));
	struct CertificateWish leaf = pkiServerWish(NULL, key, pkiKey(KEY_P256, 1));
	struct ClientChain chain;

	intermediate.issuer = "CN=Client CA";
	intermediate.signer = pkiKey(KEY_P256, 0);
	leaf.subject = "CN=client";
	leaf.issuer = "CN=Client Intermediate";
	leaf.extendedKeyUsage = MBEDTLS_OID_CLIENT_AUTH;
	chain.ca = pkiCertificate(&ca);
	chain.intermediate = pkiCertificate(&intermediate);
	chain.leaf = pkiCertificate(&leaf);
	return chain;
}

struct ClientWish clientWith(const struct ClientChain *chain, int version)
{
	struct ClientWish client = usualClient();

	client.minimum = client.maximum = version == 0 ? TLS_VERSION_1_2 : TLS_VERSION_1_3;
	client.clientChain[0] = &chain->leaf;
	client.clientChain[1] = &chain->intermediate;
	return client;
}

void clientForEach(
	void (*test)(int version, const char *versionName, mbedtls_pk_context *key, const char *kind))
{
	for (int version = 0; version < 2; version++) {
		const char *name = version == 0 ? "TLS 1.2" : "TLS 1.3";

		test(version, name, pkiKey(KEY_P256, 2), "P-256");
		test(version, name, pkiKey(KEY_P384, 0), "P-384");
		test(version, name, pkiKey(KEY_RSA_2048, 1), "RSA");
	}
}

struct TlsFailure clientJudge(
	const struct ClientWish *client, const struct ServerWish *server, bool *accepted)
{
	struct Connection connection;
	struct TlsFailure failure;

	connectionOpen(&connection, client, server);
	connectionHandshake(&connection);
	connectionTurnAll(&connection);
	/* A server that is not content ends the connection. */
	if (connection.serverError != 0)
		connection.pipe.transport.state = TLS_TRANSPORT_ENDED;
	connectionTurn(&connection);
	failure = connection.engine != NULL ? *tlsEngineFailure(connection.engine) : connection.failure;
	*accepted = connection.serverConnected && mbedtls_ssl_get_peer_cert(&connection.ssl) != NULL;
	connectionClose(&connection);
	return failure;
}
