/* SPDX-License-Identifier: MIT */
/*
 * What the listener needs of the TCP class.
 */

#ifndef DESKTOP_TCP_H
#define DESKTOP_TCP_H

#include "runtime.h"

/* Sets xsResult to a host object that the TCP class takes as `from`: an accepted connection. Throws when out of memory;
   the descriptor is then closed. */
void desktopTcpSetConnection(xsMachine *the, int descriptor);

#endif
