/* SPDX-License-Identifier: MIT */
/* Of the Moddable SDK's header of this name, what the class needs. */

#ifndef BOARD_XS_HOST_H
#define BOARD_XS_HOST_H

#include "boardMessages.h"

#include <stdbool.h>

/* Whether `bytes` never move, change or go away: those of resources, and the image's own. */
bool tlsBoardInFlash(const void *bytes);

#endif
