/* SPDX-License-Identifier: MIT */
/*
 * Trust on its own, without a connection: name constraints that are cut short.
 */

#include "connection.h"
#include "tap.h"
#include "tlsTrustInternal.h"

#include <stdlib.h>
#include <string.h>

static void parse(const struct Certificate *certificate, mbedtls_x509_crt *parsed)
{
	mbedtls_x509_crt_init(parsed);
	if (mbedtls_x509_crt_parse_der(parsed, certificate->der, certificate->length) != 0)
		ok(false, "a certificate for the next tests");
}

/* What is wrong with constraints of these bytes. They are copied to where a sanitizer sees each byte behind them read. */
static const char *problemOf(const uint8_t *der, size_t length, const mbedtls_x509_crt *certificate)
{
	uint8_t *copy = malloc(length);
	struct TlsBytes constraints = {copy, length};
	const char *problem = "no memory";

	if (copy != NULL || length == 0) {
		if (length > 0)
			memcpy(copy, der, length);
		problem = tlsNameConstraintsProblem(constraints, certificate);
	}
	free(copy);
	return problem;
}

static bool isMalformed(const char *problem)
{
	return problem != NULL && strstr(problem, "malformed") != NULL;
}

/* Permitted: "example". */
static void testShortConstraints(void)
{
	static const uint8_t whole[] = {0x30, 13, 0xA0, 11, 0x30, 9, 0x82, 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e'};
	static const uint8_t noBase[] = {0x30, 4, 0xA0, 2, 0x30, 0};
	static const uint8_t noLength[] = {0x30, 5, 0xA0, 3, 0x30, 1, 0x82};
	/* "other", and behind it in the same subtree what could be another one. */
	static const uint8_t two[] = {0x30, 22, 0xA0, 20, 0x30, 18, 0x82, 5, 'o', 't', 'h', 'e', 'r', 0x30, 9,
		0x82, 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e'};
	mbedtls_x509_crt leaf;
	bool malformed = true;

	parse(&usual()->server, &leaf);
	ok(problemOf(whole, sizeof(whole), &leaf) == NULL, "name constraints that permit the name");
	for (size_t length = 0; length < sizeof(whole); length++)
		malformed &= isMalformed(problemOf(whole, length, &leaf));
	ok(malformed, "cut short anywhere, they are malformed");
	ok(isMalformed(problemOf(noBase, sizeof(noBase), &leaf)), "a subtree without a base");
	ok(isMalformed(problemOf(noLength, sizeof(noLength), &leaf)), "a base without a length");
	ok(isMalformed(problemOf(two, sizeof(two), &leaf)), "a subtree with more than a base");
	mbedtls_x509_crt_free(&leaf);
}

void testTrust(void)
{
	testShortConstraints();
}
