/* SPDX-License-Identifier: MIT */
/*
 * lwIP in a thread of its own, of the sizes that it has on an ESP32 with the Moddable SDK.
 */

#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#define NO_SYS                  0
#define SYS_LIGHTWEIGHT_PROT    1
#define LWIP_TCPIP_CORE_LOCKING 0
#define LWIP_COMPAT_MUTEX       1
#define LWIP_SOCKET             0
#define LWIP_NETCONN            0
#define LWIP_UDP                0
#define LWIP_RAW                0
#define LWIP_IPV6               1
#define IPV6_FRAG_COPYHEADER    1 /* pointers are too long for what lwIP would do else */
#define LWIP_TCP_KEEPALIVE      1
#define LWIP_STATS              0
#define TCPIP_MBOX_SIZE         32
#define TCPIP_THREAD_STACKSIZE  0
#define TCPIP_THREAD_PRIO       0
#define MEM_ALIGNMENT           8
#define MEM_SIZE                65536
#define MEMP_NUM_TCP_PCB        16
#define MEMP_NUM_TCP_SEG        64
#define PBUF_POOL_SIZE          48
#define TCP_MSS                 1440
#define TCP_WND                 (4 * TCP_MSS)
#define TCP_SND_BUF             (4 * TCP_MSS)
#define TCP_SND_QUEUELEN        16

/* One for messages that are tried again. */
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 1)

/* 127.0.0.1 is the host's loopback here, as on the emulated board. */
struct netif *runtimeLwipRoute(void);
#define LWIP_HOOK_IP4_ROUTE_SRC(source, destination) runtimeLwipRoute()

#endif
