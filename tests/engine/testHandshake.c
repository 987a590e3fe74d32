/* SPDX-License-Identifier: MIT */
/*
 * Handshakes that succeed: versions, kinds of keys, ways of delivery, what was negotiated, and all that is
 * offered.
 */

#include "connection.h"
#include "tap.h"
#include "tlsEngineParts.h"

#include <string.h>

static const char *nameOf(enum TlsVersion version)
{
	return version == TLS_VERSION_1_3 ? "TLS 1.3" : "TLS 1.2";
}

/* Nothing is offered that does not work: a server takes each suite, group and signature scheme alone. */

static void testSuites(enum KeyKind kind)
{
	struct ClientWish client = usualClient();
	struct Certificate leaf;
	struct ServerWish server = usualServerWith(pkiKey(kind, 0), &leaf);

	for (const int *suite = tlsSuites; *suite != 0; suite++) {
		const int only[] = {*suite, 0};
		char name[TLS_SUITE_NAME_SIZE];

		tlsSuiteName(*suite, name);

		server.suites = only;
		client.maximum = *suite >> 8 == 0x13 ? TLS_VERSION_1_3 : TLS_VERSION_1_2;
		if (tlsSuiteFits(*suite, kind != KEY_RSA_2048))
			ok(connectionTry(&client, &server).code == TLS_OK, "%s alone, with %s", name,
				kind == KEY_P256   ? "P-256"
				: kind == KEY_P384 ? "P-384"
								   : "RSA");
	}
}

static void testGroups(enum TlsVersion version)
{
	struct ClientWish client = usualClient();
	struct Certificate leaf;
	/* In TLS 1.2 a key for ECDSA would have to be of that group. */
	struct ServerWish server = usualServerWith(pkiKey(KEY_RSA_2048, 0), &leaf);

	client.maximum = version;
	for (const uint16_t *group = tlsGroups; *group != MBEDTLS_SSL_IANA_TLS_GROUP_NONE; group++) {
		const uint16_t only[] = {*group, MBEDTLS_SSL_IANA_TLS_GROUP_NONE};

		server.groups = only;
		ok(connectionTry(&client, &server).code == TLS_OK, "%s: group %04X alone", nameOf(version), *group);
	}
}

static void testSchemes(void)
{
	for (const uint16_t *scheme = tlsSignatures; *scheme != MBEDTLS_TLS1_3_SIG_NONE; scheme++) {
		const uint16_t only[] = {*scheme, MBEDTLS_TLS1_3_SIG_NONE};
		enum KeyKind kind = *scheme == MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256   ? KEY_P256
							: *scheme == MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384 ? KEY_P384
																				   : KEY_RSA_2048;
		struct ClientWish client = usualClient();
		struct Certificate leaf;
		struct ServerWish server = usualServerWith(pkiKey(kind, 0), &leaf);

		/* PKCS#1 v1.5 is for TLS 1.2, and there this server has no other for RSA. */
		client.minimum = client.maximum = (*scheme & 0xFF) == 1 ? TLS_VERSION_1_2 : TLS_VERSION_1_3;
		server.signatures = only;
		ok(connectionTry(&client, &server).code == TLS_OK, "signature scheme %04X alone", *scheme);
	}
}

void testHandshakes(void)
{
	static const size_t chunks[] = {0, 1, 7, 1000};

	for (int v = 0; v < 2; v++) {
		for (int c = 0; c < 4; c++) {
			struct ClientWish client = usualClient();
			struct ServerWish server = usualServer();
			struct Connection connection;
			struct TlsNegotiated negotiated;

			client.minimum = client.maximum = versions[v];
			connectionOpen(&connection, &client, &server);
			connection.pipe.chunk = chunks[c];
			connectionHandshake(&connection);
			memset(&negotiated, 0, sizeof(negotiated));
			ok(tlsEngineState(connection.engine) == TLS_CONNECTED && connection.serverConnected &&
					tlsEngineNegotiated(connection.engine, &negotiated) && negotiated.version == versions[v],
				"%s, %zu bytes at a time", nameOf(versions[v]), chunks[c]);
			note("%s, code %s, library -0x%04X", negotiated.cipherSuite,
				tlsCodeName(connectionCode(&connection)),
				(unsigned)-tlsEngineFailure(connection.engine)->library);
			connectionClose(&connection);
		}
	}
	testSuites(KEY_P256);
	testSuites(KEY_P384);
	testSuites(KEY_RSA_2048);
	testGroups(TLS_VERSION_1_2);
	testGroups(TLS_VERSION_1_3);
	testSchemes();
}
