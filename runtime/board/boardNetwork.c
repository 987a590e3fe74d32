/* SPDX-License-Identifier: MIT */
/* lwIP on the board's Ethernet. */

#include "boardNetwork.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lwip/init.h"
#include "lwip/timeouts.h"
#include "netif/ethernet.h"

#include "boardClock.h"
#include "boardEthernet.h"
#include "boardLink.h"
#include "runtimeLwip.h"

#define DRAIN_TIME 5000 /* milliseconds */

u32_t sys_now(void)
{
	return boardMilliseconds();
}

int boardPrint(const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vprintf(format, arguments);
	va_end(arguments);
	return length;
}

void boardAssertion(const char *message, const char *file, int line)
{
	printf("lwIP assertion: %s (%s:%d)\n", message, file, line);
	abort();
}

static void transmit(struct pbuf *frame)
{
	boardEthernetSend(frame);
}

static void receive(struct pbuf *frame)
{
	struct netif *netif = runtimeLwipRoute();

	if (netif->input(frame, netif) != ERR_OK)
		pbuf_free(frame);
}

static err_t outputFrame(struct netif *netif, struct pbuf *frame)
{
	(void)netif;
	boardLinkTransmit(frame);
	return ERR_OK;
}

bool boardNetworkStart(void)
{
	boardLinkStart(transmit, receive);
	lwip_init();
	return boardEthernetStart(runtimeLwipHardwareAddress) && runtimeLwipAdd(outputFrame, ethernet_input);
}

void boardNetworkPoll(void)
{
	struct pbuf *frame;

	while ((frame = boardEthernetReceive()))
		boardLinkReceive(frame);
	boardLinkPoll();
	sys_check_timeouts();
}

void boardNetworkDrain(void)
{
	uint32_t start = boardMilliseconds();

	while (runtimeLwipIsSending() && boardMilliseconds() - start < DRAIN_TIME) {
		boardNetworkPoll();
		boardSleep();
	}
}

void boardNetworkSetUp(bool up)
{
	boardLinkSetUp(up);
	if (up)
		netif_set_link_up(runtimeLwipRoute());
	else
		netif_set_link_down(runtimeLwipRoute());
}
