/* SPDX-License-Identifier: MIT */
/* How deep the C stack went: what is unused is painted, and looked at afterwards. */

#ifndef BOARD_STACK_H
#define BOARD_STACK_H

#include <stddef.h>

/* Paints everything below the caller's stack pointer. */
void boardStackPaint(void);

/* Bytes used below the stack pointer of the last boardStackPaint, at the deepest since. */
size_t boardStackPeak(void);

#endif
