/* SPDX-License-Identifier: MIT */
/* lwIP on the board's Ethernet; see also runtimeLwip.h. */

#ifndef BOARD_NETWORK_H
#define BOARD_NETWORK_H

#include <stdbool.h>

/* Starts lwIP and the chip. False: the chip does not answer. */
bool boardNetworkStart(void);

/* Takes in what has arrived and runs lwIP's timers. Called from the event loop: lwIP's callbacks run
   inside. */
void boardNetworkPoll(void);

/* Goes on until connections that nobody waits for have sent what was accepted, or for a few seconds. */
void boardNetworkDrain(void);

/* Pulls the plug or puts it in again; lwIP is told, as by a real link. */
void boardNetworkSetUp(bool up);

#endif
