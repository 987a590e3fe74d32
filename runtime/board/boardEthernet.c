/* SPDX-License-Identifier: MIT */
/* The Ethernet chip: SMSC LAN9118, by programmed access to its FIFOs. Register names are the data sheet's. */

#include "boardEthernet.h"

#include <string.h>

#define REGISTER(offset) (*(volatile uint32_t *)(0x40200000 + (offset)))
#define RX_DATA_FIFO     REGISTER(0x00)
#define TX_DATA_FIFO     REGISTER(0x20)
#define RX_STATUS_FIFO   REGISTER(0x40)
#define TX_STATUS_FIFO   REGISTER(0x48)
#define IRQ_CFG          REGISTER(0x54)
#define INT_STS          REGISTER(0x58)
#define INT_EN           REGISTER(0x5C)
#define BYTE_TEST        REGISTER(0x64)
#define FIFO_INT         REGISTER(0x68)
#define RX_CFG           REGISTER(0x6C)
#define TX_CFG           REGISTER(0x70)
#define HW_CFG           REGISTER(0x74)
#define RX_FIFO_INF      REGISTER(0x7C)
#define TX_FIFO_INF      REGISTER(0x80)
#define MAC_CSR_CMD      REGISTER(0xA4)
#define MAC_CSR_DATA     REGISTER(0xA8)

#define NVIC_ISER (*(volatile uint32_t *)0xE000E100)

#define BYTE_TEST_VALUE         0x87654321u
#define IRQ_CFG_ENABLE          ((1u << 8) | (1u << 4) | (1u << 0)) /* output enabled, active high, push-pull */
#define INT_RX_STATUS_LEVEL     (1u << 3)
#define RX_CFG_OFFSET           ((uint32_t)ETH_PAD_SIZE << 8)
#define TX_CFG_ON               (1u << 1)
#define HW_CFG_SRST             (1u << 0)
#define HW_CFG_TX_FIFO_5K       (5u << 16)
#define TX_COMMAND_A_SINGLE     ((1u << 13) | (1u << 12)) /* first and last segment */
#define TX_COMMAND_A_OFFSET     ((uint32_t)ETH_PAD_SIZE << 16)
#define RX_STATUS_ERROR         (1u << 15)
#define RX_STATUS_LENGTH(value) (((value) >> 16) & 0x3FFF)
#define RX_STATUS_USED(value)   (((value) >> 16) & 0xFF)
#define TX_STATUS_USED(value)   (((value) >> 16) & 0xFF)
#define TX_DATA_FREE(value)     ((value)&0xFFFF)
#define MAC_CSR_BUSY            (1u << 31)
#define MAC_CR                  1
#define MAC_CR_RXEN             (1u << 2)
#define MAC_CR_TXEN             (1u << 3)
#define MAC_CR_MCPAS            (1u << 19) /* all multicast: IPv6 needs it */
#define MAC_ADDRH               2
#define MAC_ADDRL               3

#define FRAME_CHECK_SIZE 4
#define FRAME_SIZE       1518 /* the longest, without VLAN tag */

/* A frame on its way between a pbuf's bytes and a FIFO's words. Not on the stack, whose depth is measured. */
static uint32_t words[(ETH_PAD_SIZE + FRAME_SIZE + 3) / 4];

static void writeMac(uint32_t index, uint32_t value)
{
	MAC_CSR_DATA = value;
	MAC_CSR_CMD = MAC_CSR_BUSY | index;
	while (MAC_CSR_CMD & MAC_CSR_BUSY)
		;
}

bool boardEthernetStart(const uint8_t address[6])
{
	if (BYTE_TEST != BYTE_TEST_VALUE)
		return false;
	HW_CFG = HW_CFG_SRST;
	while (HW_CFG & HW_CFG_SRST)
		;
	HW_CFG = HW_CFG_TX_FIFO_5K;
	writeMac(MAC_ADDRL,
		address[0] | (uint32_t)address[1] << 8 | (uint32_t)address[2] << 16 | (uint32_t)address[3] << 24);
	writeMac(MAC_ADDRH, address[4] | (uint32_t)address[5] << 8);
	RX_CFG = RX_CFG_OFFSET;
	TX_CFG = TX_CFG_ON;
	writeMac(MAC_CR, MAC_CR_RXEN | MAC_CR_TXEN | MAC_CR_MCPAS);
	FIFO_INT = 0; /* interrupt as soon as one frame is there */
	INT_EN = INT_RX_STATUS_LEVEL;
	IRQ_CFG = IRQ_CFG_ENABLE;
	NVIC_ISER = 1u << BOARD_ETHERNET_IRQ;
	return true;
}

/* Off until boardEthernetReceive has emptied the FIFO: the interrupt is a level. */
void boardEthernetInterrupt(void)
{
	INT_EN = 0;
}

void boardEthernetSend(const struct pbuf *frame)
{
	uint32_t length = frame->tot_len - ETH_PAD_SIZE, count = (frame->tot_len + 3u) / 4, index;

	if (frame->tot_len > sizeof(words))
		return; /* cannot be: longer than the interface's MTU */
	words[count - 1] = 0;
	pbuf_copy_partial(frame, words, frame->tot_len, 0);
	while (TX_STATUS_USED(TX_FIFO_INF))
		(void)TX_STATUS_FIFO;
	while (TX_DATA_FREE(TX_FIFO_INF) < count * 4 + 8)
		;
	TX_DATA_FIFO = TX_COMMAND_A_SINGLE | TX_COMMAND_A_OFFSET | length;
	TX_DATA_FIFO = length;
	for (index = 0; index < count; index++)
		TX_DATA_FIFO = words[index];
}

/* Reads one frame of `length` bytes, frame check sequence included, into `frame`; NULL only empties the
   FIFO. */
static void readFrame(struct pbuf *frame, uint32_t length)
{
	uint32_t count = (ETH_PAD_SIZE + length + 3) / 4, index;

	for (index = 0; index < count; index++) {
		uint32_t word = RX_DATA_FIFO;

		if (frame)
			words[index] = word;
	}
	if (frame)
		pbuf_take(frame, words, frame->tot_len);
}

struct pbuf *boardEthernetReceive(void)
{
	struct pbuf *frame = NULL;
	uint32_t status, length;

	INT_STS = INT_RX_STATUS_LEVEL;
	if (!RX_STATUS_USED(RX_FIFO_INF)) {
		INT_EN = INT_RX_STATUS_LEVEL;
		return NULL;
	}
	status = RX_STATUS_FIFO;
	length = RX_STATUS_LENGTH(status);
	if (!(status & RX_STATUS_ERROR) && length > FRAME_CHECK_SIZE && length <= FRAME_SIZE)
		frame = pbuf_alloc(PBUF_RAW, (u16_t)(ETH_PAD_SIZE + length - FRAME_CHECK_SIZE), PBUF_POOL);
	readFrame(frame, length);
	return frame;
}
