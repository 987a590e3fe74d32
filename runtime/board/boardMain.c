/* SPDX-License-Identifier: MIT */
/*
 * The board's main program: runs JavaScript on XS, as a file on the host says (see board.h), whose path is
 * the image's argument. Ends with the program's exit code when nothing keeps the program going; with 1 after
 * an exception that nobody catches; with 2 when it is called wrongly.
 */

#include "board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boardHeap.h"
#include "boardNetwork.h"
#include "boardSemihosting.h"

/* C stack that XS leaves to the host functions it calls. */
#define STACK_MARGIN 12288

extern char boardStackLimit[]; /* board.ld */

/* XS's parser and interpreter throw when the C stack gets below this. */
char *fxCStackLimit(void);

char *fxCStackLimit(void)
{
	return boardStackLimit + STACK_MARGIN;
}

/* Sources are parsed on the board, which takes more than a microcontroller has; what is measured is not in
   here. */
static xsMachine *createMachine(void)
{
	xsCreation creation = {
		.initialChunkSize = 512 * 1024,
		.incrementalChunkSize = 128 * 1024,
		.initialHeapCount = 32 * 1024,
		.incrementalHeapCount = 8 * 1024,
		.stackCount = 4 * 1024,
		.initialKeyCount = 2 * 1024,
		.incrementalKeyCount = 512,
		.nameModulo = 1993,
		.symbolModulo = 127,
		.parserBufferSize = 128 * 1024,
		.parserTableModulo = 1993,
	};

	return runtimeCreate(&creation, NULL);
}

/* The path of the program's file: what is behind the image's name. */
static const char *programPath(char *line, size_t size)
{
	char *path = boardCommandLine(line, size) ? strchr(line, ' ') : NULL;

	return path ? path + 1 : NULL;
}

int main(void)
{
	char line[512];
	const char *path = programPath(line, sizeof(line));
	xsMachine *machine;

	if (!path) {
		puts("usage: board PROGRAM-FILE");
		return 2;
	}
	if (!boardNetworkStart()) {
		puts("board: the network does not start");
		return 2;
	}
	if (!boardProgramRead(path))
		return 2;
	machine = createMachine();
	if (!machine) {
		puts("board: no memory for a machine");
		return 1;
	}
	runtimeImport(machine, boardProgramMain());
	boardLoopRun(machine);
	runtimeDelete(machine);
	boardNetworkDrain();
	return boardProcessExitCode();
}
