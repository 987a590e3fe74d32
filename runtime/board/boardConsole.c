/* SPDX-License-Identifier: MIT */
/* The serial ports: the first two CMSDK UARTs of the MPS2. */

#include "boardConsole.h"

#include <stdint.h>

struct Uart {
	volatile uint32_t data;
	volatile uint32_t state;
	volatile uint32_t control;
	volatile uint32_t interrupt;
	volatile uint32_t divider;
};

static struct Uart *const uarts[] = {(struct Uart *)0x40004000, (struct Uart *)0x40005000};

#define STATE_TX_FULL     (1u << 0)
#define CONTROL_TX_ENABLE (1u << 0)
#define DIVIDER_MINIMUM   16

void boardConsoleStart(void)
{
	unsigned index;

	for (index = 0; index < sizeof(uarts) / sizeof(uarts[0]); index++) {
		uarts[index]->divider = DIVIDER_MINIMUM;
		uarts[index]->control = CONTROL_TX_ENABLE;
	}
}

void boardConsoleWrite(enum BoardConsole console, const char *text, size_t length)
{
	struct Uart *uart = uarts[console];

	for (; length; length--, text++) {
		while (uart->state & STATE_TX_FULL)
			;
		uart->data = (uint8_t)*text;
	}
}
