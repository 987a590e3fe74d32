/* SPDX-License-Identifier: MIT */
/*
 * OpenSSL's judgement of a path that this project has found to be good: it may be stricter than OpenSSL,
 * never laxer.
 */

#ifndef SECOND_OPINION_H
#define SECOND_OPINION_H

#include "tlsBytes.h"

#include <stdbool.h>

struct AcceptedPath {
	struct TlsBytes *certificates; /* the anchor first */
	size_t count;
	const char *host; /* name or address */
	int64_t now;
	bool signaturesCount; /* else all were taken for good */
};

/* Ends the program, and says why, if OpenSSL refuses the path for a reason that is not among those that this
   project knows and does not share. */
void secondOpinion(const struct AcceptedPath *path);

#endif
