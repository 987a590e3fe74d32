/* SPDX-License-Identifier: MIT */
/*
 * The clients in C that the class is compared with: what they do is in benchmarkClient.c, and with which library in a file
 * for each. All errors end the program.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOST "device.test"

struct Arguments {
	uint16_t port;
	const char *caFile; /* the authority's certificate, DER */
	bool tls13;         /* the only version: TLS 1.3, else 1.2 */
	bool resume;        /* every connection but the first resumes the session of the one before */
	size_t count;
	size_t piece; /* bytes of a read or write */
};

/* A library's connection; blocking. */
struct Connection;

/* What a program does once. */
void libraryStart(const struct Arguments *arguments);

/* Returns when the peer is verified. Freed by closeConnection. */
struct Connection *openConnection(const struct Arguments *arguments);

/* Returns how many bytes were read, at least one and at most `length`. */
size_t readSome(struct Connection *connection, unsigned char *bytes, size_t length);

void writeAll(struct Connection *connection, const unsigned char *bytes, size_t length);

/* Keeps the session for the next connection. */
void keepSession(struct Connection *connection);

void closeConnection(struct Connection *connection);

/* Connects to a port of 127.0.0.1; returns the descriptor. */
int connectTo(uint16_t port);

/* Reads a whole file of at most `size` bytes; returns its length. */
size_t readFile(const char *name, unsigned char *bytes, size_t size);

/* Does not return. */
__attribute__((noreturn)) void fail(const char *what, int error);
