/* SPDX-License-Identifier: MIT */
/* What native/ needs of this board and of no other. */

#ifndef TLS_BOARD_H
#define TLS_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fills `bytes` from a cryptographic generator, the host's. Returns 0, or -1 when it could not be read. */
int tlsBoardRandom(uint8_t *bytes, size_t length);

/* Whether `bytes` never move, change or go away: those of resources, and the image's own. */
bool tlsBoardInFlash(const void *bytes);

#endif
