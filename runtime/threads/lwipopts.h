/* SPDX-License-Identifier: MIT */
/*
 * lwIP in a thread of its own, of the sizes that it has on an ESP32 with the Moddable SDK.
 */

#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#include "threadsOptions.h"

#define LWIP_IPV6            1
#define IPV6_FRAG_COPYHEADER 1 /* pointers are too long for what lwIP would do else */
#define TCPIP_MBOX_SIZE      32
#define MEMP_NUM_TCP_PCB     16
#define MEMP_NUM_TCP_SEG     64
#define PBUF_POOL_SIZE       48
#define TCP_MSS              1440

/* One for messages that are tried again. */
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 1)

/* 127.0.0.1 is the host's loopback here, as on the emulated board. */
struct netif *runtimeLwipRoute(void);
#define LWIP_HOOK_IP4_ROUTE_SRC(source, destination) runtimeLwipRoute()

#endif
