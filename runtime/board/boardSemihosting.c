/* SPDX-License-Identifier: MIT */
/* ARM semihosting: a trap with the operation in r0 and its arguments' address in r1. */

#include "boardSemihosting.h"

#include <string.h>

#include "boardHeap.h"

enum {
	SYS_OPEN = 0x01,
	SYS_CLOSE = 0x02,
	SYS_READ = 0x06,
	SYS_FLEN = 0x0C,
	SYS_TIME = 0x11,
	SYS_GET_CMDLINE = 0x15,
	SYS_EXIT_EXTENDED = 0x20
};

#define OPEN_BINARY_READ         1
#define STOPPED_APPLICATION_EXIT 0x20026
#define CHUNK                    16384u

static int32_t semihost(int operation, const void *arguments)
{
	register int32_t r0 __asm("r0") = operation;
	register const void *r1 __asm("r1") = arguments;

	__asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
	return r0;
}

void boardExit(int status)
{
	const uint32_t arguments[2] = {STOPPED_APPLICATION_EXIT, (uint32_t)status};

	for (;;)
		semihost(SYS_EXIT_EXTENDED, arguments);
}

uint32_t boardHostSeconds(void)
{
	return (uint32_t)semihost(SYS_TIME, NULL);
}

bool boardCommandLine(char *text, size_t size)
{
	uint32_t arguments[2] = {(uint32_t)(uintptr_t)text, size};

	return !semihost(SYS_GET_CMDLINE, arguments) && arguments[1] < size;
}

/* -1: it cannot be opened. */
static int32_t openFile(const char *path)
{
	const uint32_t arguments[3] = {(uint32_t)(uintptr_t)path, OPEN_BINARY_READ, strlen(path)};

	return semihost(SYS_OPEN, arguments);
}

/* SYS_READ returns how many bytes it has not read. */
static bool readExactly(uint32_t handle, void *bytes, size_t length)
{
	const uint32_t arguments[3] = {handle, (uint32_t)(uintptr_t)bytes, length};

	return !length || !semihost(SYS_READ, arguments);
}

bool boardHostRandom(void *bytes, size_t length)
{
	static int32_t handle = -1;

	if (handle < 0)
		handle = openFile("/dev/urandom");
	return handle >= 0 && readExactly((uint32_t)handle, bytes, length);
}

/* Reads to the end, which for a pipe is the only way to know the size. */
static char *readOpen(uint32_t handle, size_t *length)
{
	size_t size = 0;
	uint32_t got;
	char *text = NULL;

	do {
		char *larger = boardHeapUncountedResize(text, size + CHUNK + 1);
		uint32_t arguments[3];

		if (!larger) {
			boardHeapUncountedFree(text);
			return NULL;
		}
		text = larger;
		arguments[0] = handle;
		arguments[1] = (uint32_t)(uintptr_t)(text + size);
		arguments[2] = CHUNK;
		got = CHUNK - (uint32_t)semihost(SYS_READ, arguments);
		size += got;
	} while (got);
	text[size] = 0;
	*length = size;
	return text;
}

bool boardFileExists(const char *path)
{
	int32_t handle = openFile(path);
	uint32_t opened = (uint32_t)handle;

	if (handle < 0)
		return false;
	semihost(SYS_CLOSE, &opened);
	return true;
}

char *boardReadFile(const char *path, size_t *length)
{
	int32_t handle = openFile(path);
	uint32_t opened = (uint32_t)handle;
	char *text;

	if (handle < 0)
		return NULL;
	text = readOpen(opened, length);
	semihost(SYS_CLOSE, &opened);
	return text;
}
