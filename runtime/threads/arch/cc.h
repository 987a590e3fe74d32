/* SPDX-License-Identifier: MIT */
/* What lwIP wants to know of the compiler. */

#ifndef LWIP_ARCH_CC_H
#define LWIP_ARCH_CC_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef int sys_prot_t;

#define LWIP_NO_UNISTD_H      1
#define LWIP_ERRNO_STDINCLUDE 1

/* The system's: a number that nobody can guess. */
uint32_t threadsRandom(void);
#define LWIP_RAND() threadsRandom()

#define LWIP_PLATFORM_ASSERT(message)                                                                        \
	do {                                                                                                     \
		fprintf(stderr, "lwIP: %s\n", message);                                                              \
		abort();                                                                                             \
	} while (0)

#endif
