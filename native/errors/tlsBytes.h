/* SPDX-License-Identifier: MIT */
/*
 * Some bytes of somebody else's.
 */

#ifndef TLS_BYTES_H
#define TLS_BYTES_H

#include <stddef.h>
#include <stdint.h>

struct TlsBytes {
	const uint8_t *bytes;
	size_t length;
};

#endif
