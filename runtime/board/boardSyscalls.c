/* SPDX-License-Identifier: MIT */
/* What newlib asks of the system below it: memory, the clock, and standard output on the console. */

#include <errno.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>

#include "boardClock.h"
#include "boardConsole.h"
#include "boardHeap.h"
#include "boardSemihosting.h"

extern char boardHeapStart[], boardHeapEnd[]; /* board.ld */

void *_sbrk(ptrdiff_t increment);
int _write(int file, const char *bytes, int length);
int _read(int file, char *bytes, int length);
int _close(int file);
int _lseek(int file, int offset, int whence);
int _fstat(int file, struct stat *status);
int _isatty(int file);
int _gettimeofday(struct timeval *time, void *zone);
int _getpid(void);
int _kill(int process, int signal);
void _exit(int status) __attribute__((noreturn));

static char *heapBreak = boardHeapStart, *heapLimit = boardHeapEnd;

void *_sbrk(ptrdiff_t increment)
{
	char *start = heapBreak;

	if (increment > heapLimit - heapBreak || increment < boardHeapStart - heapBreak) {
		errno = ENOMEM;
		return (void *)-1;
	}
	heapBreak += increment;
	return start;
}

void boardHeapBound(size_t bytes)
{
	if (bytes < (size_t)(heapLimit - heapBreak))
		heapLimit = heapBreak + bytes;
}

int _write(int file, const char *bytes, int length)
{
	if (file != 1 && file != 2) {
		errno = EBADF;
		return -1;
	}
	boardConsoleWrite(file == 2 ? BOARD_CONSOLE_ERRORS : BOARD_CONSOLE_OUTPUT, bytes, (size_t)length);
	return length;
}

int _read(int file, char *bytes, int length)
{
	(void)file, (void)bytes, (void)length;
	errno = EBADF;
	return -1;
}

int _close(int file)
{
	(void)file;
	errno = EBADF;
	return -1;
}

int _lseek(int file, int offset, int whence)
{
	(void)file, (void)offset, (void)whence;
	errno = ESPIPE;
	return -1;
}

/* Standard output is a terminal: written line by line. */
int _fstat(int file, struct stat *status)
{
	(void)file;
	status->st_mode = S_IFCHR;
	return 0;
}

int _isatty(int file)
{
	return file == 1 || file == 2;
}

/* The host's clock at the first call, and the board's from there on: the host's has full seconds only, and
   the board's time can leap. */
int _gettimeofday(struct timeval *time, void *zone)
{
	static uint32_t startSeconds, startMilliseconds;
	uint32_t passed;

	(void)zone;
	if (!startSeconds) {
		startSeconds = boardHostSeconds();
		startMilliseconds = boardMilliseconds();
	}
	passed = boardMilliseconds() - startMilliseconds;
	time->tv_sec = (time_t)startSeconds + (time_t)(passed / 1000);
	time->tv_usec = (suseconds_t)(passed % 1000 * 1000);
	return 0;
}

int _getpid(void)
{
	return 1;
}

/* abort() ends here. */
int _kill(int process, int signal)
{
	(void)process;
	boardExit(128 + signal);
}

void _exit(int status)
{
	boardExit(status);
}
