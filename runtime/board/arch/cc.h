/* SPDX-License-Identifier: MIT */
/* What lwIP asks of the compiler and the platform: the emulated board's answers. */

#ifndef ARCH_CC_H
#define ARCH_CC_H

#include <stdint.h>

/* The host's random generator. */
uint32_t boardRandom32(void);
#define LWIP_RAND() boardRandom32()

/* Prints and ends with a status of its own: a failed assertion of lwIP is a failed test. */
void boardAssertion(const char *message, const char *file, int line) __attribute__((noreturn));
#define LWIP_PLATFORM_ASSERT(message) boardAssertion(message, __FILE__, __LINE__)

int boardPrint(const char *format, ...);
#define LWIP_PLATFORM_DIAG(arguments)                                                                        \
	do {                                                                                                     \
		boardPrint arguments;                                                                                \
	} while (0)

#endif
