/* SPDX-License-Identifier: MIT */
/* The only part of the board that looks into the engine. */

#include "boardMachine.h"

#include "xsAll.h"

size_t boardMachineSlots(const void *the)
{
	return (size_t)((const txMachine *)the)->currentHeapCount * sizeof(txSlot);
}

size_t boardMachineChunks(const void *the)
{
	return (size_t)((const txMachine *)the)->currentChunksSize;
}
