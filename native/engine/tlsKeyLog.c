/* SPDX-License-Identifier: MIT */
/*
 * Lines of a key log: label, client random, secret.
 */

#include "tlsKeyLog.h"

#if TLS_KEY_LOG

#include "tlsEngineParts.h"

#include <stdio.h>
#include <stdlib.h>

/* The library's secrets, in its order. */
static const char *const labels[] = {
	[MBEDTLS_SSL_KEY_EXPORT_TLS12_MASTER_SECRET] = "CLIENT_RANDOM",
	[MBEDTLS_SSL_KEY_EXPORT_TLS1_3_CLIENT_EARLY_SECRET] = "CLIENT_EARLY_TRAFFIC_SECRET",
	[MBEDTLS_SSL_KEY_EXPORT_TLS1_3_EARLY_EXPORTER_SECRET] = "EARLY_EXPORTER_SECRET",
	[MBEDTLS_SSL_KEY_EXPORT_TLS1_3_CLIENT_HANDSHAKE_TRAFFIC_SECRET] = "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
	[MBEDTLS_SSL_KEY_EXPORT_TLS1_3_SERVER_HANDSHAKE_TRAFFIC_SECRET] = "SERVER_HANDSHAKE_TRAFFIC_SECRET",
	[MBEDTLS_SSL_KEY_EXPORT_TLS1_3_CLIENT_APPLICATION_TRAFFIC_SECRET] = "CLIENT_TRAFFIC_SECRET_0",
	[MBEDTLS_SSL_KEY_EXPORT_TLS1_3_SERVER_APPLICATION_TRAFFIC_SECRET] = "SERVER_TRAFFIC_SECRET_0",
};

static void writeHex(FILE *file, const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		fprintf(file, "%02x", bytes[i]);
}

/* mbedtls_ssl_export_keys_t. `context`: the name of the file. */
static void logSecret(void *context, mbedtls_ssl_key_export_type type, const unsigned char *secret,
	size_t length, const unsigned char clientRandom[32], const unsigned char serverRandom[32],
	mbedtls_tls_prf_types function)
{
	FILE *file = fopen(context, "a");

	(void)serverRandom;
	(void)function;
	if (file == NULL) {
		perror("SSLKEYLOGFILE");
		return;
	}
	fprintf(file, "%s ", labels[type]);
	writeHex(file, clientRandom, 32);
	fputc(' ', file);
	writeHex(file, secret, length);
	fputc('\n', file);
	if (fclose(file) != 0)
		perror("SSLKEYLOGFILE");
}

void tlsKeyLogUse(struct TlsEngine *engine)
{
	char *name = getenv("SSLKEYLOGFILE");

	if (name != NULL && name[0] != '\0')
		mbedtls_ssl_set_export_keys_cb(&engine->ssl, logSecret, name);
}

#endif
