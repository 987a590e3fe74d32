/* SPDX-License-Identifier: MIT */
/*
 * lwIP on QEMU's user network, with fixed addresses. All of this is called where lwIP runs.
 */

#ifndef RUNTIME_LWIP_H
#define RUNTIME_LWIP_H

#include <stdbool.h>

#include "lwip/netif.h"

extern const uint8_t runtimeLwipHardwareAddress[NETIF_MAX_HWADDR_LEN];

/* The one interface, for lwipopts.h. */
struct netif *runtimeLwipRoute(void);

/* Adds it, after lwIP has started: `transmit` sends a frame, which stays the caller's, and `input` takes what
   arrives. False: lwIP does not want it. */
bool runtimeLwipAdd(netif_linkoutput_fn transmit, netif_input_fn input);

/* Whether somebody waits for events of a connection or a listener: those in lwIP's lists with a callback's
   argument. */
bool runtimeLwipHasConnections(void);

/* Whether a connection has something to send. */
bool runtimeLwipIsSending(void);

#endif
