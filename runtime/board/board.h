/* SPDX-License-Identifier: MIT */
/* The board's runtime: its parts among themselves. The machine below them is in boardStartup.c and what it
   starts. */

#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime.h"

/* --- boardProgram.c --- */

/*
 * What to run, as a file on the host says: lines of a kind and its values, with tabs between.
 *
 *    main      PATH         the program's main module
 *    argument  TEXT         of process.argv, behind the program
 *    module    NAME  FILE   a name that scripts can import
 *    source    NAME  FILE   what stands in for the file NAME, as JavaScript made of TypeScript
 *    resource  NAME  FILE   a name for Resource
 *    faults    TEXT         of the network, see boardLink.h
 *
 * False: a line is not understood, or the file cannot be read; the reason has been printed.
 */
bool boardProgramRead(const char *path);

const char *boardProgramMain(void);
unsigned boardProgramArgumentCount(void);
const char *boardProgramArgument(unsigned index);

/* --- boardLoop.c --- */

/* Runs until nothing can happen any more: no timer, no message, no open connection, no promise job. */
void boardLoopRun(xsMachine *the);

/* The longest that one timer or message kept the loop since boardLoopMark, in nanoseconds of the processor's
   work. */
uint64_t boardLoopLongest(void);
void boardLoopMark(void);

/* --- boardProcess.c --- */

/* The status that the program ends with when nothing keeps it going any more. */
int boardProcessExitCode(void);

#endif
