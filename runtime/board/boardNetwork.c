/* SPDX-License-Identifier: MIT */
/* lwIP on the board's Ethernet. QEMU's user network is 10.0.2.0/24 and fec0::/64; 10.0.2.2 and fec0::2 are the host's
   loopback. */

#include "boardNetwork.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/init.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/timeouts.h"
#include "netif/ethernet.h"

#include "boardClock.h"
#include "boardEthernet.h"
#include "boardLink.h"

#define MTU        1500
#define DRAIN_TIME 5000 /* milliseconds */

static struct netif interface;

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

struct netif *boardRoute(void)
{
	return &interface;
}

static void transmit(struct pbuf *frame)
{
	boardEthernetSend(frame);
}

static void receive(struct pbuf *frame)
{
	if (interface.input(frame, &interface) != ERR_OK)
		pbuf_free(frame);
}

static err_t outputFrame(struct netif *netif, struct pbuf *frame)
{
	(void)netif;
	boardLinkTransmit(frame);
	return ERR_OK;
}

static err_t startInterface(struct netif *netif)
{
	static const uint8_t address[ETH_HWADDR_LEN] = {
		0x02, 0x00, 0x00, 0x00, 0x00, 0x01}; /* locally administered */

	netif->name[0] = 'e';
	netif->name[1] = 'n';
	netif->mtu = MTU;
	netif->hwaddr_len = ETH_HWADDR_LEN;
	MEMCPY(netif->hwaddr, address, ETH_HWADDR_LEN);
	netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
	netif->output = etharp_output;
#if LWIP_IPV6
	netif->output_ip6 = ethip6_output;
#endif
	netif->linkoutput = outputFrame;
	boardLinkStart(transmit, receive);
	return boardEthernetStart(address) ? ERR_OK : ERR_IF;
}

#if LWIP_IPV6

/* A fixed address, so that no program has to wait until the interface has one. */
static void addIp6Address(struct netif *netif)
{
	ip6_addr_t address;

	IP6_ADDR(&address, PP_HTONL(0xFEC00000), 0, 0, PP_HTONL(0x15));
	netif_ip6_addr_set(netif, 0, &address);
	netif_ip6_addr_set_state(netif, 0, IP6_ADDR_PREFERRED);
}

#else

static void addIp6Address(struct netif *netif)
{
	(void)netif;
}

#endif

bool boardNetworkStart(void)
{
	ip4_addr_t address, mask, gateway;
	struct netif *netif;

	IP4_ADDR(&address, 10, 0, 2, 15);
	IP4_ADDR(&mask, 255, 255, 255, 0);
	IP4_ADDR(&gateway, 10, 0, 2, 2);
	lwip_init();
	netif = netif_add(&interface, &address, &mask, &gateway, NULL, startInterface, ethernet_input);
	if (!netif)
		return false;
	addIp6Address(netif);
	netif_set_default(netif);
	netif_set_up(netif);
	return true;
}

void boardNetworkPoll(void)
{
	struct pbuf *frame;

	while ((frame = boardEthernetReceive()))
		boardLinkReceive(frame);
	boardLinkPoll();
	sys_check_timeouts();
}

bool boardNetworkHasConnections(void)
{
	const struct tcp_pcb *pcb;
	const struct tcp_pcb_listen *listening;

	for (pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
		if (pcb->callback_arg)
			return true;
	for (listening = tcp_listen_pcbs.listen_pcbs; listening; listening = listening->next)
		if (listening->callback_arg)
			return true;
	return false;
}

static bool isSending(void)
{
	const struct tcp_pcb *pcb;

	for (pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
		if (pcb->unsent || pcb->unacked || pcb->flags & TF_CLOSEPEND)
			return true;
	return false;
}

void boardNetworkDrain(void)
{
	uint32_t start = boardMilliseconds();

	while (isSending() && boardMilliseconds() - start < DRAIN_TIME) {
		boardNetworkPoll();
		boardSleep();
	}
}

void boardNetworkSetUp(bool up)
{
	boardLinkSetUp(up);
	if (up)
		netif_set_link_up(&interface);
	else
		netif_set_link_down(&interface);
}
