/* SPDX-License-Identifier: MIT */
/* Of lwipopts.h, what is so wherever lwIP has a thread of its own here, whatever its network is. Windows are
   so many segments. */

#ifndef THREADS_OPTIONS_H
#define THREADS_OPTIONS_H

#define NO_SYS                  0
#define SYS_LIGHTWEIGHT_PROT    1
#define LWIP_TCPIP_CORE_LOCKING 0
#define LWIP_COMPAT_MUTEX       1
#define LWIP_SOCKET             0
#define LWIP_NETCONN            0
#define LWIP_UDP                0
#define LWIP_RAW                0
#define LWIP_TCP_KEEPALIVE      1
#define LWIP_STATS              0
#define TCPIP_THREAD_STACKSIZE  0
#define TCPIP_THREAD_PRIO       0
#define MEM_ALIGNMENT           8
#define MEM_SIZE                65536
#define TCP_WND                 (4 * TCP_MSS)
#define TCP_SND_BUF             (4 * TCP_MSS)
#define TCP_SND_QUEUELEN        16

#endif
