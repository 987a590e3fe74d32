/* SPDX-License-Identifier: MIT */
/*
 * The sizes of a machine for the desktop: memory is no concern. A small heap at the start makes stress
 * bearable.
 */

#include "desktop.h"

xsMachine *desktopMachineCreate(void)
{
	xsCreation creation = {
		.initialChunkSize = 256 * 1024,
		.incrementalChunkSize = 1024 * 1024,
		.initialHeapCount = 16 * 1024,
		.incrementalHeapCount = 64 * 1024,
		.stackCount = 8 * 1024,
		.initialKeyCount = 4 * 1024,
		.incrementalKeyCount = 1024,
		.nameModulo = 1993,
		.symbolModulo = 127,
		.parserBufferSize = 256 * 1024,
		.parserTableModulo = 1993,
	};
	return runtimeCreate(&creation, NULL);
}
