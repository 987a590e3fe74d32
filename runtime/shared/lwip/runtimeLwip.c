/* SPDX-License-Identifier: MIT */
/* lwIP's interface to QEMU's user network, which is 10.0.2.0/24 and fec0::/64; 10.0.2.2 and fec0::2 are the
   host's loopback. */

#include "runtimeLwip.h"

#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/priv/tcp_priv.h"

#define MTU 1500

const uint8_t runtimeLwipHardwareAddress[NETIF_MAX_HWADDR_LEN] = {
	0x02, 0x00, 0x00, 0x00, 0x00, 0x01}; /* locally administered */

static struct netif interface;

struct netif *runtimeLwipRoute(void)
{
	return &interface;
}

static err_t startInterface(struct netif *netif)
{
	netif->name[0] = 'e';
	netif->name[1] = 'n';
	netif->mtu = MTU;
	netif->hwaddr_len = ETH_HWADDR_LEN;
	MEMCPY(netif->hwaddr, runtimeLwipHardwareAddress, ETH_HWADDR_LEN);
	netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
	netif->output = etharp_output;
#if LWIP_IPV6
	netif->output_ip6 = ethip6_output;
#endif
	return ERR_OK;
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

bool runtimeLwipAdd(netif_linkoutput_fn transmit, netif_input_fn input)
{
	ip4_addr_t address, mask, gateway;

	IP4_ADDR(&address, 10, 0, 2, 15);
	IP4_ADDR(&mask, 255, 255, 255, 0);
	IP4_ADDR(&gateway, 10, 0, 2, 2);
	if (!netif_add(&interface, &address, &mask, &gateway, NULL, startInterface, input))
		return false;
	interface.linkoutput = transmit;
	addIp6Address(&interface);
	netif_set_default(&interface);
	netif_set_up(&interface);
	return true;
}

bool runtimeLwipHasConnections(void)
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

bool runtimeLwipIsSending(void)
{
	const struct tcp_pcb *pcb;

	for (pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
		if (pcb->unsent || pcb->unacked || pcb->flags & TF_CLOSEPEND)
			return true;
	return false;
}
