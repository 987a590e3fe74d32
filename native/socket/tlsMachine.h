/* SPDX-License-Identifier: MIT */
/*
 * All that native/socket needs of the machine it runs in. Three runtimes provide it: the Moddable SDK, the
 * desktop runtime and the emulated board.
 *
 *   xsmc.h          the XS C API for microcontrollers: slots, buffers, host data and hooks, exceptions, callbacks
 *   mc.xs.h         xsID_name for every name used here
 *   c_gettimeofday  the clock
 *   modTimer.h      timers of the event loop, where that is not GLib's (see tlsAlarm.c)
 *   mcGetResource   a resource that the manifest names
 *   xsHost.h        modMessagePostToMachine, where the transport is lwIP; on a board
 *                   without an SDK, tlsBoardInFlash
 */

#ifndef TLS_MACHINE_H
#define TLS_MACHINE_H

#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"
#include "tlsConfiguration.h"
#include "tlsHeap.h"

/* An SDK's build has mc.defines.h. In an older SDK, JavaScript lacks what the module is written in, and
   nothing says so. */
#if defined(__has_include)
#if __has_include("mc.defines.h") && !defined(xsmcSetUnsigned)
#error "moddable-tls needs version 8.2 of the Moddable SDK, or a later one"
#endif
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(ESP32)
#include <sys/time.h> /* c_gettimeofday and c_timeval stand for what is in here, and the SDK leaves it out */
#endif

#if !defined(xsGetHostDataIf) /* older headers leave it out */
extern void *fxGetHostDataIf(xsMachine *the, xsSlot *slot);
#define xsGetHostDataIf(slot) fxGetHostDataIf(the, &(slot))
#endif

/* The bytes of a resource, which live as long as the program; NULL: there is none of that name. */
extern const void *mcGetResource(xsMachine *the, const char *name, size_t *size);

/* Which transport connects to an address; 0 for both: the stream over the platform's own TCP class. */
#if defined(__linux__) && !defined(TLS_LWIP_THREAD) /* which is for tests */
#define TLS_TRANSPORT_POSIX 1
#define TLS_TRANSPORT_LWIP  0
#elif defined(ESP32) || defined(PICO_BUILD) || defined(TLS_BOARD) || defined(TLS_LWIP_THREAD)
#define TLS_TRANSPORT_POSIX 0
#define TLS_TRANSPORT_LWIP  1
#else
#define TLS_TRANSPORT_POSIX 0
#define TLS_TRANSPORT_LWIP  0
#endif

/* Whether bytes are of the program in flash: they never move, change or go away, and can be used in place.
   The linker tells where the program is. Flash's range of addresses would not do: on some chips the heap can
   be in RAM of the same range. */
#if defined(ESP32)
extern const char _rodata_reserved_start[], _rodata_reserved_end[];
#define TLS_IN_FLASH(bytes)                                                                                  \
	((const char *)(bytes) >= _rodata_reserved_start && (const char *)(bytes) < _rodata_reserved_end)
#elif defined(PICO_BUILD)
extern const char __flash_binary_start[], __flash_binary_end[];
#define TLS_IN_FLASH(bytes)                                                                                  \
	((const char *)(bytes) >= __flash_binary_start && (const char *)(bytes) < __flash_binary_end)
#elif defined(TLS_BOARD)
#define TLS_IN_FLASH(bytes) tlsBoardInFlash(bytes)
#else
#define TLS_IN_FLASH(bytes) false
#endif

#endif
