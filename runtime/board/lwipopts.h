/* SPDX-License-Identifier: MIT */
/*
 * lwIP on the emulated board, with the sizes of the Moddable SDK's Pico W build: the same windows and queues,
 * and the same scarce memory, so that running out of it happens here too.
 */

#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#define NO_SYS               1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_SOCKET          0
#define LWIP_NETCONN         0

#define LWIP_IPV4          1
#define LWIP_IPV6          0
#define LWIP_UDP           0
#define LWIP_DHCP          0
#define LWIP_DNS           0
#define LWIP_ICMP          1
#define LWIP_TCP           1
#define LWIP_TCP_KEEPALIVE 1

#define MEM_ALIGNMENT    4
#define MEM_SIZE         4000
#define MEMP_NUM_TCP_PCB 5
#define MEMP_NUM_TCP_SEG 32
#define PBUF_POOL_SIZE   24
#define TCP_MSS          1460
#define TCP_WND                                                                                              \
	(4 * TCP_MSS) /* 8 on the Pico, 4 on the ESP32; the emulated chip's FIFO holds 6 full frames */
#define TCP_SND_BUF      (8 * TCP_MSS)
#define TCP_SND_QUEUELEN ((4 * (TCP_SND_BUF) + (TCP_MSS - 1)) / (TCP_MSS))

/* A frame to send is one buffer, as the Pico W's driver wants it: each segment takes a whole one of the
   heap. */
#define LWIP_NETIF_TX_SINGLE_PBUF 1

/* Two bytes before a frame put the headers behind it on word boundaries. */
#define ETH_PAD_SIZE 2

/* 127.0.0.1 is the host's loopback here: QEMU connects there what goes to that address, so programs need no
   other one than on the desktop. lwIP by itself does not route it. */
struct netif *boardRoute(void);
#define LWIP_HOOK_IP4_ROUTE_SRC(source, destination) boardRoute()

/* Counters that the tests look at for leaks. */
#define LWIP_STATS 1
#define MEM_STATS  1
#define MEMP_STATS 1

#endif
