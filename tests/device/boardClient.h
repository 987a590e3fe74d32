/* SPDX-License-Identifier: MIT */
/*
 * What the clients of this folder share: how the lwIP transport's messages come through the board's queue,
 * and the clock.
 */

#ifndef BOARD_CLIENT_H
#define BOARD_CLIENT_H

#include "tlsTransport.h"

/* For tlsTransportLwipConnect: posts a message to the one machine that there is. False: there is no room for
   it. */
bool boardClientPost(void *machine);

/* A TlsClock: the host's seconds. */
int64_t boardClientClock(void *context);

#endif
