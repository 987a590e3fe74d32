/* SPDX-License-Identifier: MIT */
/* The Ethernet chip: whole frames in and out, as lwIP's pbufs. Knows neither IP nor lwIP's interfaces. */

#ifndef BOARD_ETHERNET_H
#define BOARD_ETHERNET_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/pbuf.h"

#define BOARD_ETHERNET_IRQ 13

/* Resets the chip, gives it the hardware address and starts both directions. False: it does not answer. */
bool boardEthernetStart(const uint8_t address[6]);

/* The interrupt's handler. It only ends the processor's sleep: frames are fetched by boardEthernetReceive. */
void boardEthernetInterrupt(void);

/* Sends one frame, ETH_PAD_SIZE bytes of padding ahead of it; a chain is allowed. The pbuf stays the
   caller's. */
void boardEthernetSend(const struct pbuf *frame);

/* Takes the next frame received, with ETH_PAD_SIZE bytes of padding ahead of it. NULL: none, or none that
   could be kept for lack of memory. It is the caller's (pbuf_free). */
struct pbuf *boardEthernetReceive(void);

#endif
