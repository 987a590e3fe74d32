/* SPDX-License-Identifier: MIT */
/*
 * What the host of the emulated board gives: its files, its clock, the command line, an end with a status.
 * ARM's semihosting, document 2021Q3.
 */

#ifndef BOARD_SEMIHOSTING_H
#define BOARD_SEMIHOSTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ends the emulator with `status`. */
void boardExit(int status) __attribute__((noreturn));

/* Seconds since 1970 UTC. */
uint32_t boardHostSeconds(void);

/* Fills `bytes` from the host's random generator. False: it could not be read; the bytes must not be used. */
bool boardHostRandom(void *bytes, size_t length);

/* The arguments of `-semihosting-config arg=…`, joined with spaces. False: longer than `size`, or none. */
bool boardCommandLine(char *text, size_t size);

/* Whether a file of the host can be read. */
bool boardFileExists(const char *path);

/* Reads a whole file of the host. The result is the caller's (boardHeapUncountedFree), has a NUL behind its
   `length` bytes, and is NULL when the file cannot be read or memory lacks. */
char *boardReadFile(const char *path, size_t *length);

#endif
