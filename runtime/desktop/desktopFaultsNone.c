/* SPDX-License-Identifier: MIT */
/*
 * The release build has no faults.
 */

#include "desktopFaults.h"

bool desktopFaultsPossible(void)
{
	return false;
}

void desktopFaultsStress(enum DesktopStress stress)
{
	(void)stress;
}

void desktopFaultsFailAllocation(unsigned long count)
{
	(void)count;
}

bool desktopFaultsReached(void)
{
	return false;
}
