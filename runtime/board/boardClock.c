/* SPDX-License-Identifier: MIT */
/* Time: SysTick for milliseconds, the free running counter of the MPS2's FPGA for less; both at the board's
   25 MHz. */

#include "boardClock.h"

#define SYST_CSR        (*(volatile uint32_t *)0xE000E010)
#define SYST_RVR        (*(volatile uint32_t *)0xE000E014)
#define SYST_CVR        (*(volatile uint32_t *)0xE000E018)
#define FPGAIO_PRESCALE (*(volatile uint32_t *)0x4002801C)
#define FPGAIO_COUNTER  (*(volatile uint32_t *)0x40028018)

#define CSR_ENABLE         (1u << 0)
#define CSR_TICKINT        (1u << 1)
#define CSR_CLKSOURCE_CORE (1u << 2)

#define CYCLES_PER_MILLISECOND 25000u
#define NANOSECONDS_PER_CYCLE  40u

static volatile uint32_t milliseconds;
static uint64_t sleptNanoseconds;

void boardClockStart(void)
{
	SYST_RVR = CYCLES_PER_MILLISECOND - 1;
	SYST_CVR = 0;
	FPGAIO_PRESCALE = 0;
	SYST_CSR = CSR_ENABLE | CSR_TICKINT | CSR_CLKSOURCE_CORE;
}

void boardClockTick(void)
{
	milliseconds++;
}

uint32_t boardMilliseconds(void)
{
	return milliseconds;
}

/* The 32 bits of the counter last for 171 seconds, and it is looked at far more often: by each boardSleep. */
static uint64_t nanoseconds(void)
{
	static uint32_t last;
	static uint64_t cycles;
	uint32_t now = FPGAIO_COUNTER;

	cycles += now - last;
	last = now;
	return cycles * NANOSECONDS_PER_CYCLE;
}

uint64_t boardWorkingNanoseconds(void)
{
	return nanoseconds() - sleptNanoseconds;
}

/* An interrupt that is pending while they are disabled ends WFI all the same, so none is missed between the
   caller's last look at its queues and the sleep. */
void boardSleep(void)
{
	uint64_t start;

	__asm volatile("cpsid i" ::: "memory");
	start = nanoseconds();
	__asm volatile("dsb\n wfi" ::: "memory");
	sleptNanoseconds += nanoseconds() - start;
	__asm volatile("cpsie i" ::: "memory");
}
