/* SPDX-License-Identifier: MIT */
/* The module "board": measurements, and faults of the network. */

#include "board.h"
#include "mc.xs.h"

#include "boardClock.h"
#include "boardHeap.h"
#include "boardLink.h"
#include "boardMachine.h"
#include "boardNetwork.h"
#include "boardStack.h"

/* mark() */
void xs_board_mark(xsMachine *the)
{
	(void)the;
	boardHeapMark();
	boardLoopMark();
	boardStackPaint();
}

static void setNumber(xsMachine *the, xsIdentifier id, double value)
{
	xsmcSetNumber(xsVar(0), value);
	xsmcSet(xsResult, id, xsVar(0));
}

/* usage(): an object of numbers */
void xs_board_usage(xsMachine *the)
{
	double stack = (double)boardStackPeak();

	xsmcVars(1);
	xsmcSetNewObject(xsResult);
	setNumber(the, xsID_heap, (double)boardHeapUsed());
	setNumber(the, xsID_heapPeak, (double)boardHeapPeak());
	setNumber(the, xsID_blocks, (double)boardHeapBlocks());
	setNumber(the, xsID_stackPeak, stack);
	setNumber(the, xsID_longest, (double)boardLoopLongest());
	setNumber(the, xsID_work, (double)boardWorkingNanoseconds());
}

/* slots, chunks: alone, since an object takes some of them */
void xs_board_slots(xsMachine *the)
{
	xsmcSetInteger(xsResult, (xsIntegerValue)boardMachineSlots(the));
}

void xs_board_chunks(xsMachine *the)
{
	xsmcSetInteger(xsResult, (xsIntegerValue)boardMachineChunks(the));
}

/* limitHeap(bytes) */
void xs_board_limitHeap(xsMachine *the)
{
	boardHeapLimit((size_t)xsmcToInteger(xsArg(0)));
}

/* setFaults(text) */
void xs_board_setFaults(xsMachine *the)
{
	struct BoardFaults faults;

	if (!boardLinkParseFaults(xsmcToString(xsArg(0)), &faults))
		xsRangeError("faults: not understood");
	boardLinkSetFaults(&faults);
}

/* setLink(up) */
void xs_board_setLink(xsMachine *the)
{
	boardNetworkSetUp(xsmcTest(xsArg(0)));
}
