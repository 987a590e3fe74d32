/* SPDX-License-Identifier: MIT */
/* The serial ports: everything the image prints. */

#ifndef BOARD_CONSOLE_H
#define BOARD_CONSOLE_H

#include <stddef.h>

/* Two ports, as a process has standard output and standard error. */
enum BoardConsole { BOARD_CONSOLE_OUTPUT, BOARD_CONSOLE_ERRORS };

void boardConsoleStart(void);

/* Writes `length` bytes as they are. */
void boardConsoleWrite(enum BoardConsole console, const char *text, size_t length);

#endif
