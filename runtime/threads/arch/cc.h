/* SPDX-License-Identifier: MIT */
/* What lwIP wants to know of the compiler. */

#ifndef LWIP_ARCH_CC_H
#define LWIP_ARCH_CC_H

#include <stdio.h>
#include <stdlib.h>

typedef int sys_prot_t;

#define LWIP_NO_UNISTD_H      1
#define LWIP_ERRNO_STDINCLUDE 1

/* Of a test, whose network is this program: nobody has to be kept from guessing its ports and sequence numbers, and without a seed
   they are the same in each run. lwIP's thread alone draws from it. */
#define LWIP_RAND() ((u32_t)rand())

#define LWIP_PLATFORM_ASSERT(message)                                                                        \
	do {                                                                                                     \
		fprintf(stderr, "lwIP: %s\n", message);                                                              \
		abort();                                                                                             \
	} while (0)

#endif
