/* SPDX-License-Identifier: MIT */
/*
 * What the class is compared with first: a client on the same build of Mbed TLS. As with the class, every connection has
 * all of its own.
 */

#include "benchmarkClient.h"

#include "mbedtls/psa_util.h"
#include "mbedtls/ssl.h"
#include "psa/crypto.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define CA_SIZE 8192

/* What the servers of measure.mjs allow. */
static const int suites[] = {MBEDTLS_TLS1_3_AES_128_GCM_SHA256, MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,
	MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, 0};

struct Connection {
	int descriptor;
	mbedtls_ssl_context ssl;
	mbedtls_ssl_config configuration;
	mbedtls_x509_crt ca;
};

/* Of the connection before. */
static mbedtls_ssl_session kept;
static bool hasKept;

static int sendBytes(void *context, const unsigned char *bytes, size_t length)
{
	const struct Connection *connection = context;
	ssize_t count = send(connection->descriptor, bytes, length, MSG_NOSIGNAL);
	return count < 0 ? MBEDTLS_ERR_SSL_INTERNAL_ERROR : (int)count;
}

static int receiveBytes(void *context, unsigned char *bytes, size_t length)
{
	const struct Connection *connection = context;
	ssize_t count = recv(connection->descriptor, bytes, length, 0);
	return count < 0 ? MBEDTLS_ERR_SSL_INTERNAL_ERROR : (int)count;
}

void libraryStart(const struct Arguments *arguments)
{
	(void)arguments;
	if (psa_crypto_init() != PSA_SUCCESS)
		fail("psa_crypto_init", 0);
}

static void readAuthority(const char *name, mbedtls_x509_crt *ca)
{
	unsigned char der[CA_SIZE];
	size_t length = readFile(name, der, sizeof(der));
	int error = mbedtls_x509_crt_parse_der(ca, der, length);
	if (error)
		fail(name, error);
}

static void configure(struct Connection *connection, const struct Arguments *arguments)
{
	mbedtls_ssl_config *configuration = &connection->configuration;
	mbedtls_ssl_protocol_version version =
		arguments->tls13 ? MBEDTLS_SSL_VERSION_TLS1_3 : MBEDTLS_SSL_VERSION_TLS1_2;
	int error = mbedtls_ssl_config_defaults(
		configuration, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
	if (error)
		fail("configuration", error);
	mbedtls_ssl_conf_rng(configuration, mbedtls_psa_get_random, MBEDTLS_PSA_RANDOM_STATE);
	mbedtls_ssl_conf_authmode(configuration, MBEDTLS_SSL_VERIFY_REQUIRED);
	mbedtls_ssl_conf_ciphersuites(configuration, suites);
	mbedtls_ssl_conf_ca_chain(configuration, &connection->ca, NULL);
	mbedtls_ssl_conf_min_tls_version(configuration, version);
	mbedtls_ssl_conf_max_tls_version(configuration, version);
	if (arguments->resume)
		mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(
			configuration, MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
}

struct Connection *openConnection(const struct Arguments *arguments)
{
	struct Connection *connection = calloc(1, sizeof(*connection));
	int error;
	if (!connection)
		fail("memory", 0);
	mbedtls_ssl_init(&connection->ssl);
	mbedtls_ssl_config_init(&connection->configuration);
	mbedtls_x509_crt_init(&connection->ca);
	readAuthority(arguments->caFile, &connection->ca);
	configure(connection, arguments);
	connection->descriptor = connectTo(arguments->port);
	error = mbedtls_ssl_setup(&connection->ssl, &connection->configuration);
	if (!error)
		error = mbedtls_ssl_set_hostname(&connection->ssl, HOST);
	if (!error && hasKept)
		error = mbedtls_ssl_set_session(&connection->ssl, &kept);
	mbedtls_ssl_set_bio(&connection->ssl, connection, sendBytes, receiveBytes, NULL);
	if (!error)
		error = mbedtls_ssl_handshake(&connection->ssl);
	if (error)
		fail("handshake", error);
	return connection;
}

/* TLS 1.2 has the session when the handshake has ended, TLS 1.3 with the ticket, which comes before the first answer. */
void keepSession(struct Connection *connection)
{
	int error;
	if (hasKept)
		mbedtls_ssl_session_free(&kept);
	mbedtls_ssl_session_init(&kept);
	error = mbedtls_ssl_get_session(&connection->ssl, &kept);
	if (error)
		fail("session", error);
	hasKept = true;
}

void closeConnection(struct Connection *connection)
{
	(void)mbedtls_ssl_close_notify(&connection->ssl);
	close(connection->descriptor);
	mbedtls_ssl_free(&connection->ssl);
	mbedtls_ssl_config_free(&connection->configuration);
	mbedtls_x509_crt_free(&connection->ca);
	free(connection);
}

size_t readSome(struct Connection *connection, unsigned char *bytes, size_t length)
{
	int count;
	do
		count = mbedtls_ssl_read(&connection->ssl, bytes, length);
	while (count == MBEDTLS_ERR_SSL_WANT_READ || count == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET);
	if (count <= 0)
		fail("read", count);
	return (size_t)count;
}

void writeAll(struct Connection *connection, const unsigned char *bytes, size_t length)
{
	while (length > 0) {
		int count = mbedtls_ssl_write(&connection->ssl, bytes, length);
		if (count <= 0)
			fail("write", count);
		bytes += count;
		length -= (size_t)count;
	}
}
