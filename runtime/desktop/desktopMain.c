/* SPDX-License-Identifier: MIT */
/*
 * xsrun: runs a program on XS and GLib.
 *
 *   xsrun [--map=FILE] MAIN [arguments...]
 *
 * In the checked build also --gc-stress, --gc-stress=native and --fail-allocation=N (see desktopFaults.h).
 * Ends with the program's exit code when nothing keeps the program going; with 1 after an exception that
 * nobody catches; with 2 when it is called wrongly.
 */

#include "desktop.h"
#include "desktopFaults.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
	"usage: xsrun [--map=FILE] [--gc-stress[=native]] [--fail-allocation=N] MAIN [arguments...]\n";

struct Options {
	const char *map;
	enum DesktopStress stress;
	unsigned long failure;
	int main; /* index in argv */
};

static bool parseNumber(const char *text, unsigned long *number)
{
	char *end;
	if (*text < '0' || *text > '9')
		return false;
	*number = strtoul(text, &end, 10);
	return *end == 0;
}

static bool parseOption(const char *option, struct Options *options)
{
	static const char map[] = "--map=", failure[] = "--fail-allocation=";
	if (g_str_has_prefix(option, map))
		options->map = option + strlen(map);
	else if (!strcmp(option, "--gc-stress"))
		options->stress = DESKTOP_STRESS_ALL;
	else if (!strcmp(option, "--gc-stress=native"))
		options->stress = DESKTOP_STRESS_NATIVE;
	else if (g_str_has_prefix(option, failure))
		return parseNumber(option + strlen(failure), &options->failure);
	else
		return false;
	return true;
}

static bool parseOptions(int argc, char **argv, struct Options *options)
{
	int i = 1;
	while (i < argc && g_str_has_prefix(argv[i], "--")) {
		if (!parseOption(argv[i++], options))
			return false;
	}
	options->main = i;
	return i < argc;
}

static void run(xsMachine *machine, const char *main, const struct Options *options)
{
	desktopFaultsStress(options->stress);
	desktopFaultsFailAllocation(options->failure);
	runtimeImport(machine, main);
	desktopLoopRun(machine);
	if (options->failure && !desktopFaultsReached())
		fprintf(stderr, "xsrun: there was no allocation %lu\n", options->failure);
	desktopFaultsFailAllocation(0);
	desktopFaultsStress(DESKTOP_STRESS_NONE);
}

int main(int argc, char **argv)
{
	struct Options options = {NULL, DESKTOP_STRESS_NONE, 0, 0};
	GError *error = NULL;
	char *path, *folder;
	xsMachine *machine;

	if (!parseOptions(argc, argv, &options)) {
		fputs(usage, stderr);
		return 2;
	}
	if ((options.stress || options.failure) && !desktopFaultsPossible()) {
		fputs("xsrun: --gc-stress and --fail-allocation need the checked build\n", stderr);
		return 2;
	}
	if (options.map && !desktopFilesReadMap(options.map, &error)) {
		fprintf(stderr, "xsrun: %s\n", error->message);
		g_error_free(error);
		return 2;
	}
	path = g_canonicalize_filename(argv[options.main], NULL);
	folder = g_path_get_dirname(path);
	desktopFilesSetFolder(folder);
	g_free(folder);

	argv[options.main - 1] = argv[0]; /* as in Node: the interpreter, then the program */
	desktopProcessSetArguments(argc - options.main + 1, argv + options.main - 1);
	desktopNetworkStart();
	desktopLoopPrepare();
	machine = desktopMachineCreate();
	if (!machine) {
		fputs("xsrun: no memory for a machine\n", stderr);
		return 1;
	}
	run(machine, path, &options);
	runtimeDelete(machine);
	desktopFilesFree();
	g_free(path);
	return desktopProcessExitCode();
}
