/* SPDX-License-Identifier: MIT */
/*
 * What the work that a peer can make us do costs in instructions, beside what native/trust counts for it.
 *
 *    workCost FILE
 *
 * FILE has certificates in DER, one behind the other, each signed with SHA-512. Prints for each a line of
 * JSON: `parsing` it, and `checking` its signature by its own key, which it need not be; each what it takes,
 * and what is counted for it.
 */

#include <stdio.h>
#include <stdlib.h>

#include "boardClock.h"
#include "boardSemihosting.h"
#include "tlsWork.h"

#define NANOSECONDS_PER_INSTRUCTION 8    /* emulate.sh, BOARD_COUNT */
#define COUNTED_IN                  1000 /* tlsWork.h */

static void fail(const char *what)
{
	printf("failed: %s\n", what);
	exit(1);
}

/* The work since `start`. */
static unsigned long since(uint64_t start)
{
	return (unsigned long)((boardWorkingNanoseconds() - start) / NANOSECONDS_PER_INSTRUCTION);
}

static void measure(struct TlsBytes der)
{
	mbedtls_x509_crt certificate;
	struct TlsFailure failure;
	uint8_t digest[64];
	unsigned long parsing, checking;
	uint64_t start = boardWorkingNanoseconds();

	tlsFailureClear(&failure);
	mbedtls_x509_crt_init(&certificate);
	if (tlsVerifyParse(&failure, &certificate, der, false) != 0)
		fail("parsing");
	parsing = since(start);
	start = boardWorkingNanoseconds();
	if (mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA512), certificate.tbs.p, certificate.tbs.len,
			digest) != 0)
		fail("the digest");
	(void)tlsMbedtlsVerifySignature(&certificate, &certificate, digest, sizeof(digest));
	checking = since(start);
	printf("{\"parsing\":[%lu,%lu],\"checking\":[%lu,%lu]}\n", parsing,
		(unsigned long)tlsWorkOfParsing(der) * COUNTED_IN, checking,
		(unsigned long)tlsWorkOfSignature(&certificate, &certificate) * COUNTED_IN);
	mbedtls_x509_crt_free(&certificate);
}

int main(void)
{
	char line[400], path[300];
	struct TlsFailure failure;
	struct TlsBytes all;
	enum TlsDerKind kind;
	size_t size;

	tlsFailureClear(&failure);
	if (!boardCommandLine(line, sizeof(line)) || sscanf(line, "%*s %299s", path) != 1)
		fail("usage: workCost FILE");
	all.bytes = (const uint8_t *)boardReadFile(path, &all.length);
	if (all.bytes == NULL || !tlsMbedtlsStart(&failure))
		fail("the file, or the library");
	for (; all.length > 0; all.bytes += size, all.length -= size) {
		if (tlsDerProblem(all.bytes, all.length, &size, &kind) != NULL)
			fail("no certificate");
		measure((struct TlsBytes){all.bytes, size});
	}
	return 0;
}
