/* SPDX-License-Identifier: MIT */
/*
 * What the class is compared with: a client in C on the same build of Mbed TLS, with blocking sockets and nothing between
 * the library and the system. Does the same as client.js, with the same arguments and output; see there.
 */

#define _GNU_SOURCE

#include "mbedtls/psa_util.h"
#include "mbedtls/ssl.h"
#include "psa/crypto.h"

#include <arpa/inet.h>
#include <errno.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HOST         "device.test"
#define PIECE        16384
#define CA_SIZE      8192
#define MICROSECONDS 1e6

static const unsigned char message[64] = "012345678901234567890123456789012345678901234567890123456789012\n";

/* What the servers of measure.mjs allow. */
static const int suites[] = {MBEDTLS_TLS1_3_AES_128_GCM_SHA256, MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,
	MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, 0};

struct Arguments {
	uint16_t port;
	const char *caFile;
	mbedtls_ssl_protocol_version version;
	size_t count;
};

struct Connection {
	int descriptor;
	mbedtls_ssl_context ssl;
	mbedtls_ssl_config configuration;
	mbedtls_x509_crt ca;
};

/* When something began. */
struct Start {
	double clock; /* microseconds */
	double cpu;   /* microseconds of processor time, user and system */
};

/* There is nothing to clean up: the process ends. */
static void fail(const char *what, int error)
{
	fprintf(stderr, "plainClient: %s: %d (%s)\n", what, error, strerror(errno));
	exit(1);
}

static struct Start now(void)
{
	struct Start start;
	struct timespec clock;
	struct rusage usage;
	(void)clock_gettime(CLOCK_MONOTONIC, &clock);
	(void)getrusage(RUSAGE_SELF, &usage);
	start.clock = (double)clock.tv_sec * MICROSECONDS + (double)clock.tv_nsec / 1000;
	start.cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * MICROSECONDS +
				(double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
	return start;
}

static void report(const struct Start *start)
{
	struct Start end = now();
	printf("{\"clock\":%.0f,\"cpu\":%.0f}\n", end.clock - start->clock, end.cpu - start->cpu);
}

/* Ends a phase of countAllocations.c. */
static void endPhase(void)
{
	(void)mallinfo2();
}

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

static int connectTo(uint16_t port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
	int descriptor = socket(AF_INET, SOCK_STREAM, 0);
	int yes = 1;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof(address)))
		fail("connect", descriptor);
	(void)setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	return descriptor;
}

static void readAuthority(const char *name, mbedtls_x509_crt *ca)
{
	unsigned char der[CA_SIZE];
	FILE *file = fopen(name, "rb");
	size_t length = file ? fread(der, 1, sizeof(der), file) : 0;
	int error;
	if (length == 0)
		fail(name, 0);
	fclose(file);
	error = mbedtls_x509_crt_parse_der(ca, der, length);
	if (error)
		fail(name, error);
}

static void configure(struct Connection *connection, const struct Arguments *arguments)
{
	mbedtls_ssl_config *configuration = &connection->configuration;
	int error = mbedtls_ssl_config_defaults(
		configuration, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
	if (error)
		fail("configuration", error);
	mbedtls_ssl_conf_rng(configuration, mbedtls_psa_get_random, MBEDTLS_PSA_RANDOM_STATE);
	mbedtls_ssl_conf_authmode(configuration, MBEDTLS_SSL_VERIFY_REQUIRED);
	mbedtls_ssl_conf_ciphersuites(configuration, suites);
	mbedtls_ssl_conf_ca_chain(configuration, &connection->ca, NULL);
	mbedtls_ssl_conf_min_tls_version(configuration, arguments->version);
	mbedtls_ssl_conf_max_tls_version(configuration, arguments->version);
}

/* Connects, and returns when the peer is verified. As with the class, every connection has all of its own. */
static void openConnection(struct Connection *connection, const struct Arguments *arguments)
{
	int error;
	mbedtls_ssl_init(&connection->ssl);
	mbedtls_ssl_config_init(&connection->configuration);
	mbedtls_x509_crt_init(&connection->ca);
	readAuthority(arguments->caFile, &connection->ca);
	configure(connection, arguments);
	connection->descriptor = connectTo(arguments->port);
	error = mbedtls_ssl_setup(&connection->ssl, &connection->configuration);
	if (!error)
		error = mbedtls_ssl_set_hostname(&connection->ssl, HOST);
	mbedtls_ssl_set_bio(&connection->ssl, connection, sendBytes, receiveBytes, NULL);
	if (!error)
		error = mbedtls_ssl_handshake(&connection->ssl);
	if (error)
		fail("handshake", error);
}

static void closeConnection(struct Connection *connection)
{
	(void)mbedtls_ssl_close_notify(&connection->ssl);
	close(connection->descriptor);
	mbedtls_ssl_free(&connection->ssl);
	mbedtls_ssl_config_free(&connection->configuration);
	mbedtls_x509_crt_free(&connection->ca);
}

static size_t readSome(struct Connection *connection, unsigned char *bytes, size_t length)
{
	int count;
	do
		count = mbedtls_ssl_read(&connection->ssl, bytes, length);
	while (count == MBEDTLS_ERR_SSL_WANT_READ || count == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET);
	if (count <= 0)
		fail("read", count);
	return (size_t)count;
}

static void writeAll(struct Connection *connection, const unsigned char *bytes, size_t length)
{
	while (length > 0) {
		int count = mbedtls_ssl_write(&connection->ssl, bytes, length);
		if (count <= 0)
			fail("write", count);
		bytes += count;
		length -= (size_t)count;
	}
}

static void readAll(struct Connection *connection, unsigned char *bytes, size_t length)
{
	while (length > 0)
		length -= readSome(connection, bytes, length);
}

/* Sends the message and waits for an answer of its size. */
static void ask(struct Connection *connection)
{
	unsigned char answer[sizeof(message)];
	writeAll(connection, message, sizeof(message));
	readAll(connection, answer, sizeof(answer));
}

static void connections(const struct Arguments *arguments)
{
	struct Connection connection;
	struct Start start = {0, 0};
	for (size_t i = 0; i <= arguments->count; i++) {
		if (i == 1)
			start = now();
		endPhase();
		openConnection(&connection, arguments);
		endPhase();
		ask(&connection);
		closeConnection(&connection);
	}
	report(&start);
}

static void download(struct Connection *connection, size_t count)
{
	static unsigned char piece[PIECE];
	writeAll(connection, message, sizeof(message));
	while (count > 0) {
		size_t length = readSome(connection, piece, sizeof(piece));
		count -= length < count ? length : count;
	}
}

static void upload(struct Connection *connection, size_t count)
{
	static unsigned char piece[PIECE];
	unsigned char answer;
	for (; count > 0; count -= sizeof(piece))
		writeAll(connection, piece, sizeof(piece));
	readAll(connection, &answer, 1);
}

static void echo(struct Connection *connection, size_t count)
{
	while (count-- > 0)
		ask(connection);
}

static void transfer(
	const struct Arguments *arguments, void (*move)(struct Connection *connection, size_t count))
{
	struct Connection connection;
	struct Start start;
	openConnection(&connection, arguments);
	endPhase();
	start = now();
	move(&connection, arguments->count);
	report(&start);
	endPhase();
	closeConnection(&connection);
}

int main(int argc, char **argv)
{
	struct Arguments arguments;
	if (argc != 6) {
		fputs("usage: plainClient MODE PORT CA VERSION COUNT\n", stderr);
		return 2;
	}
	arguments.port = (uint16_t)atoi(argv[2]);
	arguments.caFile = argv[3];
	arguments.version = strcmp(argv[4], "TLSv1.3") ? MBEDTLS_SSL_VERSION_TLS1_2 : MBEDTLS_SSL_VERSION_TLS1_3;
	arguments.count = (size_t)atoll(argv[5]);
	if (psa_crypto_init() != PSA_SUCCESS)
		fail("psa_crypto_init", 0);

	if (!strcmp(argv[1], "connect"))
		connections(&arguments);
	else if (!strcmp(argv[1], "download"))
		transfer(&arguments, download);
	else if (!strcmp(argv[1], "upload"))
		transfer(&arguments, upload);
	else if (!strcmp(argv[1], "echo"))
		transfer(&arguments, echo);
	else
		fail(argv[1], 0);
	return 0;
}
