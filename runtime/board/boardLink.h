/* SPDX-License-Identifier: MIT */
/*
 * The cable: frames on their way between the Ethernet chip and lwIP. It can be a bad one, for tests: frames
 * get lost, come twice, late or out of order, in both directions, by a seeded generator, so that a failure
 * can be repeated. Peers can be made to offer small TCP windows.
 */

#ifndef BOARD_LINK_H
#define BOARD_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/pbuf.h"

struct BoardFaults {
	uint32_t seed;
	uint16_t loss;         /* frames of a thousand that disappear */
	uint16_t duplicate;    /* frames of a thousand that come twice */
	uint16_t reorder;      /* frames of a thousand that are overtaken by later ones */
	uint16_t delayMinimum; /* milliseconds */
	uint16_t delayMaximum;
	uint16_t window; /* bytes that a peer offers to take at most; 0: as many as it likes */
};

/* How a frame goes on: to the chip, which leaves the pbuf with the cable, or to lwIP, which takes it over. */
typedef void (*BoardLinkDeliver)(struct pbuf *frame);

void boardLinkStart(BoardLinkDeliver transmit, BoardLinkDeliver receive);

/* Replaces the faults; all zero is a perfect cable, which takes no memory and no time. */
void boardLinkSetFaults(const struct BoardFaults *faults);

/*
 * Reads faults from text such as "loss=20,duplicate=5,reorder=30,delay=2-40,window=1,seed=7"; what is not
 * named is 0. False: not understood, or a value out of range.
 */
bool boardLinkParseFaults(const char *text, struct BoardFaults *faults);

/* Pulls the plug or puts it in again. */
void boardLinkSetUp(bool up);

/* A frame enters the cable; the pbuf stays the caller's. */
void boardLinkTransmit(struct pbuf *frame);

/* A frame comes from the chip; the pbuf is the cable's from here on. */
void boardLinkReceive(struct pbuf *frame);

/* Delivers the frames whose time has come. Called from the event loop. */
void boardLinkPoll(void);

#endif
