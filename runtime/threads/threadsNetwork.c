/* SPDX-License-Identifier: MIT */
/*
 * The desktop's network where it is lwIP in a thread of its own. The environment variable XSRUN_DELAY bounds
 * how long the threads dawdle where they meet, in microseconds.
 */

#include "desktop.h"
#include "runtimeLwip.h"
#include "threads.h"
#include "tlsLwipContext.h"

#include "lwip/sys.h"
#include "lwip/tcpip.h"
#include "netif/ethernet.h"

#include <stdio.h>
#include <stdlib.h>

#define FRAME_SIZE 1600
#define DRAIN_TIME 5000 /* milliseconds */

/* Called in lwIP's thread. */
static err_t transmit(struct netif *netif, struct pbuf *frame)
{
	static uint8_t bytes[FRAME_SIZE];
	(void)netif;
	threadsDawdle();
	threadsDriverSend(bytes, pbuf_copy_partial(frame, bytes, sizeof(bytes), 0));
	return ERR_OK;
}

/* Called in the driver's thread. A frame that there is no room for is lost. */
static void receive(const uint8_t *frame, size_t length)
{
	struct netif *netif = runtimeLwipRoute();
	struct pbuf *buffer = pbuf_alloc(PBUF_RAW, (u16_t)length, PBUF_POOL);
	if (!buffer)
		return;
	(void)pbuf_take(buffer, frame, (u16_t)length);
	if (tcpip_input(buffer, netif) != ERR_OK)
		pbuf_free(buffer);
}

static void addInterface(void *added)
{
	*(bool *)added = runtimeLwipAdd(transmit, tcpip_input);
}

static void look(void *connections)
{
	*(bool *)connections = runtimeLwipHasConnections();
}

static void lookForSending(void *sending)
{
	*(bool *)sending = runtimeLwipIsSending();
}

/* What was accepted to be sent still goes out, as it does from a process of the system's sockets. */
static void drain(void)
{
	bool sending = true;
	for (int left = DRAIN_TIME; left > 0 && sending; left--) {
		(void)tlsLwipRun(lookForSending, &sending);
		g_usleep(1000);
	}
}

void desktopNetworkStart(void)
{
	const char *delay = g_getenv("XSRUN_DELAY");
	bool added = false;
	if (delay)
		threadsSetDelay((unsigned)MAX(atoi(delay), 1));
	/* Nothing comes before something was sent: lwIP may be last. */
	if (threadsMessagesStart() && threadsDriverStart(receive)) {
		tcpip_init(NULL, NULL);
		while (tlsLwipRun(addInterface, &added) != ERR_OK)
			threadsDawdle();
	}
	if (!added) {
		fputs("xsrun: the network does not start\n", stderr);
		exit(2);
	}
	(void)atexit(drain);
}

bool desktopNetworkIsBusy(void)
{
	bool connections = false;
	(void)tlsLwipRun(look, &connections);
	return connections || threadsMessagesPending();
}
