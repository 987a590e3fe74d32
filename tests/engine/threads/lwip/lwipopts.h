/* SPDX-License-Identifier: MIT */
/*
 * lwIP in a thread of its own, as on an ESP32, on a network that is this program. Short of segments, so that
 * connections are in each other's way.
 */

#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#include "threadsOptions.h"

#define LWIP_ARP            0
#define LWIP_ETHERNET       0
#define LWIP_IPV6           0
#define LWIP_HAVE_LOOPIF    1
#define LWIP_NETIF_LOOPBACK 1
#define TCPIP_MBOX_SIZE     16
#define MEMP_NUM_TCP_PCB    32
#define MEMP_NUM_TCP_SEG    16
#define TCP_MSS             536
#define TCP_MSL             100 /* milliseconds: ports are free again soon */

#endif
