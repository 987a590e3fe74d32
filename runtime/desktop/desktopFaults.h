/* SPDX-License-Identifier: MIT */
/*
 * Faults for tests, in the checked build: garbage collection at every allocation of XS, and an allocation of
 * native code that fails. In the release build none is possible.
 */

#ifndef DESKTOP_FAULTS_H
#define DESKTOP_FAULTS_H

#include <stdbool.h>

/* Whether this build has faults. */
bool desktopFaultsPossible(void);

enum DesktopStress {
	DESKTOP_STRESS_NONE,
	/* At every allocation of XS while native code runs, and at the first after it has returned or called a
	   script. What native code forgot to mark, or holds though it moves, is found as well as by the next, in
	   a third of the time. */
	DESKTOP_STRESS_NATIVE,
	DESKTOP_STRESS_ALL, /* at every allocation of XS */
};

/* Collect garbage so from here on. */
void desktopFaultsStress(enum DesktopStress stress);

/* Of the allocations of native code from here on, let number `count` fail, counted from 1. 0: none. */
void desktopFaultsFailAllocation(unsigned long count);

/* Whether the allocation that was to fail has been reached. */
bool desktopFaultsReached(void);

#endif
