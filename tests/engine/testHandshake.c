/* SPDX-License-Identifier: MIT */
/*
 * Handshakes that succeed: versions, kinds of keys, ways of delivery, and what was negotiated.
 */

#include "connection.h"
#include "tap.h"

#include <string.h>

static const char *nameOf(enum TlsVersion version)
{
	return version == TLS_VERSION_1_3 ? "TLS 1.3" : "TLS 1.2";
}

void testHandshakes(void)
{
	static const enum TlsVersion versions[] = {TLS_VERSION_1_2, TLS_VERSION_1_3};
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
			note("%s, code %s, library -0x%04X", negotiated.cipherSuite ? negotiated.cipherSuite : "none",
				tlsCodeName(connectionCode(&connection)),
				(unsigned)-tlsEngineFailure(connection.engine)->library);
			connectionClose(&connection);
		}
	}
}
