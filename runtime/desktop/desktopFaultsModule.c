/* SPDX-License-Identifier: MIT */
/*
 * The module "faults": faults under the control of a test.
 */

#include "desktopFaults.h"
#include "runtime.h"

/* possible() */
void xs_faults_possible(xsMachine *the)
{
	xsmcSetBoolean(xsResult, desktopFaultsPossible());
}

static void require(xsMachine *the)
{
	if (!desktopFaultsPossible())
		xsUnknownError("faults need the checked build");
}

/* stress(boolean) */
void xs_faults_stress(xsMachine *the)
{
	require(the);
	desktopFaultsStress(xsmcToBoolean(xsArg(0)) ? DESKTOP_STRESS_ALL : DESKTOP_STRESS_NONE);
}

/* failAllocation(count) */
void xs_faults_failAllocation(xsMachine *the)
{
	xsIntegerValue count = xsmcToInteger(xsArg(0));
	require(the);
	if (count < 0)
		xsRangeError("count: must not be negative");
	desktopFaultsFailAllocation((unsigned long)count);
}

/* reached() */
void xs_faults_reached(xsMachine *the)
{
	xsmcSetBoolean(xsResult, desktopFaultsReached());
}
