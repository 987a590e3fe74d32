/* SPDX-License-Identifier: MIT */
/*
 * lwIP in a thread of its own, as on an ESP32, on a network that is this program. Short of segments, so that connections
 * are in each other's way.
 */

#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#define NO_SYS                  0
#define SYS_LIGHTWEIGHT_PROT    1
#define LWIP_TCPIP_CORE_LOCKING 0
#define LWIP_COMPAT_MUTEX       1
#define LWIP_SOCKET             0
#define LWIP_NETCONN            0
#define LWIP_ARP                0
#define LWIP_ETHERNET           0
#define LWIP_UDP                0
#define LWIP_RAW                0
#define LWIP_IPV6               0
#define LWIP_HAVE_LOOPIF        1
#define LWIP_NETIF_LOOPBACK     1
#define LWIP_TCP_KEEPALIVE      1
#define LWIP_STATS              0
#define TCPIP_MBOX_SIZE         16
#define TCPIP_THREAD_STACKSIZE  0
#define TCPIP_THREAD_PRIO       0
#define MEM_ALIGNMENT           8
#define MEM_SIZE                65536
#define MEMP_NUM_TCP_PCB        32
#define MEMP_NUM_TCP_SEG        16
#define TCP_MSS                 536
#define TCP_WND                 (4 * TCP_MSS)
#define TCP_SND_BUF             (4 * TCP_MSS)
#define TCP_SND_QUEUELEN        16
#define TCP_MSL                 100 /* milliseconds: ports are free again soon */

#endif
