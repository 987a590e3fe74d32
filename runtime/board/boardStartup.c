/* SPDX-License-Identifier: MIT */
/*
 * What runs before main: the vector table, memory, unaligned accesses made to fault as on a Cortex-M0+; and
 * what runs when all is lost: the fault handler prints where and leaves with a status of its own.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boardClock.h"
#include "boardConsole.h"
#include "boardEthernet.h"
#include "boardSemihosting.h"
#include "boardStack.h"

#define SCB_CCR         (*(volatile uint32_t *)0xE000ED14)
#define SCB_CFSR        (*(volatile uint32_t *)0xE000ED28)
#define SCB_BFAR        (*(volatile uint32_t *)0xE000ED38)
#define CCR_UNALIGN_TRP (1u << 3)

#define STATUS_FAULT 70

/* From board.ld */
extern uint32_t boardDataStart[], boardDataEnd[], boardDataSource[], boardBssStart[], boardBssEnd[];
extern uint32_t boardStackTop[];

int main(void);

/* What the processor pushes when it takes an exception. */
struct ExceptionFrame {
	uint32_t r0, r1, r2, r3, r12, lr, pc, psr;
};

static void __attribute__((used)) reportFault(const struct ExceptionFrame *frame)
{
	char text[128];

	snprintf(text, sizeof(text), "fault: pc %08lx lr %08lx cfsr %08lx bfar %08lx sp %08lx\n",
		(unsigned long)frame->pc, (unsigned long)frame->lr, (unsigned long)SCB_CFSR, (unsigned long)SCB_BFAR,
		(unsigned long)(uintptr_t)frame);
	boardConsoleWrite(BOARD_CONSOLE_ERRORS, text, strlen(text));
	boardExit(STATUS_FAULT);
}

/* All code runs on the main stack, so the frame is where MSP points. The report has a stack of its own: the
   fault may be that the other one is used up. */
static uint64_t faultStack[256] __attribute__((used));

static void __attribute__((naked)) faultHandler(void)
{
	__asm volatile("mrs r0, msp\n"
				   "ldr r1, =faultStack + 2048\n"
				   "mov sp, r1\n"
				   "ldr r1, =reportFault\n"
				   "bx r1\n");
}

void __attribute__((noreturn)) boardReset(void)
{
	SCB_CCR |= CCR_UNALIGN_TRP;
	memcpy(boardDataStart, boardDataSource, (size_t)((char *)boardDataEnd - (char *)boardDataStart));
	memset(boardBssStart, 0, (size_t)((char *)boardBssEnd - (char *)boardBssStart));
	boardStackPaint();
	boardConsoleStart();
	boardClockStart();
	exit(main());
}

typedef void (*Vector)(void);

/* 16 system exceptions, then the interrupts up to the Ethernet chip's. Everything that is not expected is a
   fault. */
#define VECTOR_COUNT (16 + BOARD_ETHERNET_IRQ + 1)

static const Vector vectors[VECTOR_COUNT] __attribute__((section(".vectors"), used)) = {
	[0] = (Vector)boardStackTop,
	[1] = boardReset,
	[2 ... 14] = faultHandler,
	[15] = boardClockTick,
	[16 ... 16 + BOARD_ETHERNET_IRQ - 1] = faultHandler,
	[16 + BOARD_ETHERNET_IRQ] = boardEthernetInterrupt,
};
