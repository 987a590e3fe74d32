/* SPDX-License-Identifier: MIT */
/*
 * What the heap is made of at its peak: which function asked for each block. For an image that is linked with
 * --wrap=tlsMemoryAllocate.
 */

#ifndef HEAP_BLOCKS_H
#define HEAP_BLOCKS_H

/* Forgets what came before, and begins with a new peak. */
void heapBlocksBegin(void);

/* Prints the blocks that came since, those at the peak and those that are there now, as members of a JSON
   object: "peak":[[caller, bytes], ...],"now":[...]. A caller is an address in the image, or 0 for what is
   not allocated for TLS. */
void heapBlocksPrint(void);

#endif
