/* SPDX-License-Identifier: MIT */
/*
 * The desktop's parts among themselves.
 */

#ifndef DESKTOP_H
#define DESKTOP_H

#include "runtime.h"

#include <glib.h>

/* --- desktopLoop.c --- */

/* To be called before anything uses the main context. */
void desktopLoopPrepare(void);

/* Runs the thread's default main context until nothing can happen any more: no timer, no open socket, no
   lookup under way, no promise job. */
void desktopLoopRun(xsMachine *the);

/* Something that the main context cannot see, such as a lookup in another thread, keeps the program going. */
void desktopLoopHold(void);
void desktopLoopRelease(void);

/* --- desktopFiles.c --- */

/*
 * Reads the map of named things: lines of KIND TAB NAME TAB FILE.
 *   module    a name that scripts can import
 *   source    what stands in for the file NAME, as JavaScript made of TypeScript
 *   resource  a name for Resource
 * False: `error` says why.
 */
bool desktopFilesReadMap(const char *file, GError **error);

/* Resources without an entry in the map are looked for in this folder. */
void desktopFilesSetFolder(const char *folder);

void desktopFilesFree(void);

/* --- desktopMachine.c --- */

/* NULL: no memory. */
xsMachine *desktopMachineCreate(void);

/* --- desktopTcp.c, or threadsNetwork.c --- */

/* Before the event loop is prepared. Ends the program if the network does not start. */
void desktopNetworkStart(void);

/* Whether there are connections, or news of them, that the main context cannot see. */
bool desktopNetworkIsBusy(void);

/* --- desktopProcess.c --- */

/* What process.argv and process.exitCode are. The strings are not copied. */
void desktopProcessSetArguments(int count, char **arguments);
int desktopProcessExitCode(void);

#endif
