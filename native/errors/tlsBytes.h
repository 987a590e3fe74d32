/* SPDX-License-Identifier: MIT */
/*
 * Some bytes of somebody else's.
 */

#ifndef TLS_BYTES_H
#define TLS_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct TlsBytes {
	const uint8_t *bytes;
	size_t length;
};

static inline bool tlsBytesSame(struct TlsBytes a, struct TlsBytes b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

#endif
