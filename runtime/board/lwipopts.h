/* SPDX-License-Identifier: MIT */
/*
 * lwIP on the emulated board. It comes in two kinds: by default as on an ESP32 with the Moddable SDK, with
 * IPv6 and memory enough; with BOARD_LWIP_PICO as on the SDK's Pico W, whose scarce memory makes a
 * difference.
 */

#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#define NO_SYS               1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_SOCKET          0
#define LWIP_NETCONN         0

#define LWIP_IPV4          1
#define LWIP_UDP           0
#define LWIP_DHCP          0
#define LWIP_DNS           0
#define LWIP_ICMP          1
#define LWIP_TCP           1
#define LWIP_TCP_KEEPALIVE 1

#define MEM_ALIGNMENT    4
#define MEMP_NUM_TCP_SEG 32
#define TCP_MSS          1460

/* One for messages that are tried again. */
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 1)

/* Of the two platforms' windows the smaller one, the ESP32's: the emulated chip has room for 6 full
   frames. */
#define TCP_WND (4 * TCP_MSS)

#if defined(BOARD_LWIP_PICO)
#define LWIP_IPV6        0
#define MEM_SIZE         4000
#define MEMP_NUM_TCP_PCB 5
#define PBUF_POOL_SIZE   24
#define TCP_SND_BUF      (8 * TCP_MSS)
#define TCP_SND_QUEUELEN 32
/* A frame to send is one buffer: each segment takes a whole one of the heap. */
#define LWIP_NETIF_TX_SINGLE_PBUF 1
#else
#define LWIP_IPV6        1
#define MEM_SIZE         65536
#define MEMP_NUM_TCP_PCB 16
#define PBUF_POOL_SIZE   48
#define TCP_SND_BUF      8192
#define TCP_SND_QUEUELEN 24
#endif

/* Two bytes before a frame put the headers behind it on word boundaries. */
#define ETH_PAD_SIZE 2

/* 127.0.0.1 is the host's loopback here: QEMU connects there what goes to that address, so programs need no
   other one than on the desktop. lwIP by itself does not route it. (::1 it does not even receive from.) */
struct netif *runtimeLwipRoute(void);
#define LWIP_HOOK_IP4_ROUTE_SRC(source, destination) runtimeLwipRoute()

/* Counters that the tests look at for leaks. */
#define LWIP_STATS 1
#define MEM_STATS  1
#define MEMP_STATS 1

#endif
