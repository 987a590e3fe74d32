/* SPDX-License-Identifier: MIT */
/*
 * Faults for tests, in the checked build: garbage collection at every allocation of XS, and an allocation of native
 * code that fails. In the release build none is possible.
 */

#ifndef DESKTOP_FAULTS_H
#define DESKTOP_FAULTS_H

#include <stdbool.h>

/* Whether this build has faults. */
bool desktopFaultsPossible(void);

/* From here on, collect at every allocation of XS, or do not. */
void desktopFaultsStress(bool stress);

/* Of the allocations of native code from here on, let number `count` fail, counted from 1. 0: none. */
void desktopFaultsFailAllocation(unsigned long count);

/* Whether the allocation that was to fail has been reached. */
bool desktopFaultsReached(void);

#endif
