/* SPDX-License-Identifier: MIT */
/* What the JavaScript engine has in use, of which its own API does not tell. */

#ifndef BOARD_MACHINE_H
#define BOARD_MACHINE_H

#include <stddef.h>

/* Bytes of slots, and of chunks, garbage among them until it is collected. */
size_t boardMachineSlots(const void *the);
size_t boardMachineChunks(const void *the);

#endif
