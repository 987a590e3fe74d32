/* SPDX-License-Identifier: MIT */
/*
 * A client on OpenSSL's library. As its users do it, all connections share one context, which has read the authority.
 */

#include "benchmarkClient.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <stdlib.h>
#include <unistd.h>

#define CA_SIZE 8192

struct Connection {
	int descriptor;
	SSL *ssl;
};

static SSL_CTX *context;
static SSL_SESSION *kept; /* of the connection before */

__attribute__((noreturn)) static void failOpenssl(const char *what)
{
	ERR_print_errors_fp(stderr);
	fail(what, 0);
}

static void addAuthority(const char *name)
{
	unsigned char der[CA_SIZE];
	const unsigned char *at = der;
	X509 *certificate = d2i_X509(NULL, &at, (long)readFile(name, der, sizeof(der)));
	if (!certificate || !X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate))
		failOpenssl(name);
	X509_free(certificate);
}

void libraryStart(const struct Arguments *arguments)
{
	int version = arguments->tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
	context = SSL_CTX_new(TLS_client_method());
	if (!context || !SSL_CTX_set_min_proto_version(context, version) ||
		!SSL_CTX_set_max_proto_version(context, version))
		failOpenssl("context");
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
	addAuthority(arguments->caFile);
}

struct Connection *openConnection(const struct Arguments *arguments)
{
	struct Connection *connection = calloc(1, sizeof(*connection));
	SSL *ssl = SSL_new(context);
	if (!connection || !ssl)
		failOpenssl("memory");
	connection->ssl = ssl;
	connection->descriptor = connectTo(arguments->port);
	if (!SSL_set_tlsext_host_name(ssl, HOST) || !SSL_set1_host(ssl, HOST) ||
		!SSL_set_fd(ssl, connection->descriptor) || (kept && !SSL_set_session(ssl, kept)) ||
		SSL_connect(ssl) != 1)
		failOpenssl("handshake");
	return connection;
}

void keepSession(struct Connection *connection)
{
	SSL_SESSION_free(kept);
	kept = SSL_get1_session(connection->ssl);
}

void closeConnection(struct Connection *connection)
{
	(void)SSL_shutdown(connection->ssl);
	SSL_free(connection->ssl);
	close(connection->descriptor);
	free(connection);
}

size_t readSome(struct Connection *connection, unsigned char *bytes, size_t length)
{
	size_t count;
	if (!SSL_read_ex(connection->ssl, bytes, length, &count))
		failOpenssl("read");
	return count;
}

void writeAll(struct Connection *connection, const unsigned char *bytes, size_t length)
{
	size_t count;
	if (!SSL_write_ex(connection->ssl, bytes, length, &count) || count != length)
		failOpenssl("write");
}
