/* SPDX-License-Identifier: MIT */
/*
 * A client in C with blocking sockets and nothing between the library and the system. Does the same as client.js, with the
 * same arguments and output; see there.
 */

#define _GNU_SOURCE

#include "benchmarkClient.h"

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

#define PIECE        16384
#define MOST         100 /* connections at a time */
#define MICROSECONDS 1e6

static const unsigned char message[64] = "012345678901234567890123456789012345678901234567890123456789012\n";

/* When something began. */
struct Start {
	double clock; /* microseconds */
	double cpu;   /* microseconds of processor time, user and system */
};

/* There is nothing to clean up: the process ends. */
void fail(const char *what, int error)
{
	fprintf(stderr, "%s: %d (%s)\n", what, error, strerror(errno));
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

int connectTo(uint16_t port)
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

size_t readFile(const char *name, unsigned char *bytes, size_t size)
{
	FILE *file = fopen(name, "rb");
	size_t length = file ? fread(bytes, 1, size, file) : 0;
	if (length == 0 || length == size)
		fail(name, 0);
	fclose(file);
	return length;
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

static void makeConnections(const struct Arguments *arguments)
{
	struct Start start = {0, 0};
	for (size_t i = 0; i <= arguments->count; i++) {
		struct Connection *connection;
		if (i == 1)
			start = now();
		endPhase();
		connection = openConnection(arguments);
		endPhase();
		ask(connection);
		if (arguments->resume)
			keepSession(connection);
		closeConnection(connection);
	}
	report(&start);
}

/* Opens one after another, and closes none before the last. */
static void makeTogether(const struct Arguments *arguments)
{
	struct Connection *connections[MOST];
	struct Start start = now();
	if (arguments->count > MOST)
		fail("connections", MOST);
	endPhase();
	for (size_t i = 0; i < arguments->count; i++) {
		connections[i] = openConnection(arguments);
		ask(connections[i]);
	}
	report(&start);
	endPhase();
	for (size_t i = 0; i < arguments->count; i++)
		closeConnection(connections[i]);
}

static void download(struct Connection *connection, const struct Arguments *arguments)
{
	static unsigned char piece[PIECE];
	size_t count = arguments->count;
	writeAll(connection, message, sizeof(message));
	while (count > 0) {
		size_t length = readSome(connection, piece, arguments->piece);
		count -= length < count ? length : count;
	}
}

static void upload(struct Connection *connection, const struct Arguments *arguments)
{
	static unsigned char piece[PIECE];
	unsigned char answer;
	for (size_t sent = 0; sent < arguments->count; sent += arguments->piece)
		writeAll(connection, piece, arguments->piece);
	readAll(connection, &answer, 1);
}

static void echo(struct Connection *connection, const struct Arguments *arguments)
{
	for (size_t count = arguments->count; count > 0; count--)
		ask(connection);
}

static void transfer(const struct Arguments *arguments,
	void (*move)(struct Connection *connection, const struct Arguments *arguments))
{
	struct Connection *connection = openConnection(arguments);
	struct Start start;
	endPhase();
	start = now();
	move(connection, arguments);
	report(&start);
	endPhase();
	closeConnection(connection);
}

static void work(const char *mode, const struct Arguments *arguments)
{
	if (!strcmp(mode, "connect") || !strcmp(mode, "resume"))
		makeConnections(arguments);
	else if (!strcmp(mode, "together"))
		makeTogether(arguments);
	else if (!strcmp(mode, "download"))
		transfer(arguments, download);
	else if (!strcmp(mode, "upload"))
		transfer(arguments, upload);
	else if (!strcmp(mode, "echo"))
		transfer(arguments, echo);
	else
		fail(mode, 0);
}

int main(int argc, char **argv)
{
	struct Arguments arguments;
	if (argc != 7) {
		fprintf(stderr, "usage: %s MODE PORT CA VERSION COUNT PIECE\n", argv[0]);
		return 2;
	}
	arguments.port = (uint16_t)atoi(argv[2]);
	arguments.caFile = argv[3];
	arguments.tls13 = !strcmp(argv[4], "TLSv1.3");
	arguments.resume = !strcmp(argv[1], "resume");
	arguments.count = (size_t)atoll(argv[5]);
	arguments.piece = (size_t)atoll(argv[6]);
	if (arguments.piece == 0 || arguments.piece > PIECE)
		fail("piece", (int)arguments.piece);
	libraryStart(&arguments);
	work(argv[1], &arguments);
	return 0;
}
