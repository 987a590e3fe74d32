/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into a program, writes down which socket options it sets: in the file that SOCKET_OPTIONS names, a
 * line of "level name value" for each.
 */

#define _GNU_SOURCE /* RTLD_NEXT */

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

typedef int (*SetOption)(int, int, int, const void *, socklen_t);

static void writeDown(int level, int name, int value)
{
	const char *path = getenv("SOCKET_OPTIONS");
	FILE *file = path ? fopen(path, "a") : NULL;
	if (!file)
		return;
	(void)fprintf(file, "%d %d %d\n", level, name, value);
	(void)fclose(file);
}

int setsockopt(int descriptor, int level, int name, const void *value, socklen_t length)
{
	SetOption set;
	void *next = dlsym(RTLD_NEXT, "setsockopt");
	int number;
	memcpy(&set, &next, sizeof(set));
	if (length == sizeof(number)) {
		memcpy(&number, value, sizeof(number));
		writeDown(level, name, number);
	}
	return set(descriptor, level, name, value, length);
}
