/* SPDX-License-Identifier: MIT */
/*
 * What an x-cli-lin app has to bring along: `main`, an event loop, and the end of the process when the
 * machine gives up.
 *
 *     PROGRAM [NAME=VALUE]…     resources are files of the working directory
 */

#include "xs.h"
#include "mc.xs.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

static char **arguments; /* NULL-terminated */

/* An array of the command line's strings. */
void xs_commandLine_arguments(xsMachine *the)
{
	xsResult = xsNewArray(0);
	for (int i = 0; arguments[i]; i++)
		xsSetIndex(xsResult, i, xsString(arguments[i]));
}

/* For the SDK's class Resource. The bytes live as long as the process; NULL: there is no such file. */
const void *mcGetResource(xsMachine *the, const char *path, size_t *size)
{
	gchar *bytes;
	(void)the;
	return g_file_get_contents(path, &bytes, size, NULL) ? bytes : NULL;
}

/* Called by XS for what nobody handles. */
void fxAbort(xsMachine *the, int status)
{
	(void)the;
	fprintf(stderr, "XS abort: %s\n", fxAbortString(status));
	exit(EXIT_FAILURE);
}

int main(int argc, char *argv[])
{
	GMainLoop *loop = g_main_loop_new(NULL, FALSE);
	xsMachine *machine = xsPrepareMachine(NULL, xsPreparation(), argv[0], NULL, NULL);

	arguments = &argv[argc > 0];
	setvbuf(stdout, NULL, _IOLBF, 0);
	xsBeginHost(machine);
	xsResult = xsImportNow("main");
	xsEndHost(machine);
	g_main_loop_run(loop);
	return EXIT_SUCCESS;
}
