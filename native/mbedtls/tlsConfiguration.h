/* SPDX-License-Identifier: MIT */
/*
 * The project's own defines and their defaults. An app sets them in its manifest ("defines": {"tls":
 * {"input": 4096}}), which the Moddable SDK turns into MODDEF_TLS_INPUT and so on in mc.defines.h; a CMake
 * build passes -DMODDEF_TLS_INPUT.
 */

#ifndef TLS_CONFIGURATION_H
#define TLS_CONFIGURATION_H

#if defined(__has_include)
#if __has_include("mc.defines.h")
#include "mc.defines.h"
#endif
#endif

/* A computer with megabytes to spare, as opposed to a microcontroller. */
#if defined(__linux__) || defined(__APPLE__) || defined(_WIN32)
#define TLS_DESKTOP 1
#else
#define TLS_DESKTOP 0
#endif

/* Bytes of plaintext in the largest record that can be received, and in the largest handshake message (a
   certificate chain is one). 16384 is what TLS allows: with less, a peer that ignores what is negotiated
   cannot be talked to. */
#if defined(MODDEF_TLS_INPUT)
#define TLS_INPUT MODDEF_TLS_INPUT
#else
#define TLS_INPUT 16384
#endif

/* Bytes of plaintext in the largest record sent. A device's TCP window takes no more at a time, so a larger
   buffer would cost memory and gain nothing. It must hold the longest handshake message sent: the client's
   own certificate chain. */
#if defined(MODDEF_TLS_OUTPUT)
#define TLS_OUTPUT MODDEF_TLS_OUTPUT
#elif TLS_DESKTOP
#define TLS_OUTPUT 16384
#else
#define TLS_OUTPUT 4096
#endif

/* 1: each connection has both buffers for its life, as Mbed TLS makes them; 0: only while there is a
   record. */
#if defined(MODDEF_TLS_RESERVE)
#define TLS_RESERVE MODDEF_TLS_RESERVE
#else
#define TLS_RESERVE 0
#endif

/* Milliseconds that a connection waits for the memory for a record, before it ends with an error. */
#if defined(MODDEF_TLS_PATIENCE)
#define TLS_PATIENCE MODDEF_TLS_PATIENCE
#else
#define TLS_PATIENCE 5000
#endif

/* Bytes that a script may leave unread in one record and still get the next: enough for the head of a message
   of any protocol above (an HTTP header block, an MQTT packet header), so that a reader that waits for the
   rest does not wait for ever. Allocated only while it is in use. */
#if defined(MODDEF_TLS_CARRY)
#define TLS_CARRY MODDEF_TLS_CARRY
#else
#define TLS_CARRY 4096
#endif

/* 1: a failure's message says what happened and what to do; 0: it has names only. Release builds on a device
   have no console, and know a failure by its code. The SDK defines mxDebug in debug builds. */
#if defined(MODDEF_TLS_MESSAGES)
#define TLS_MESSAGES MODDEF_TLS_MESSAGES
#elif TLS_DESKTOP || defined(mxDebug)
#define TLS_MESSAGES 1
#else
#define TLS_MESSAGES 0
#endif

/* 1: the peer's certificate (DER, about 1 KB) is kept for the life of the connection. */
#if defined(MODDEF_TLS_PEERCERTIFICATE)
#define TLS_PEER_CERTIFICATE MODDEF_TLS_PEERCERTIFICATE
#else
#define TLS_PEER_CERTIFICATE TLS_DESKTOP
#endif

/* 1: ChaCha20-Poly1305 is preferred to AES-GCM: a third of the instructions on a processor without AES
   hardware. */
#if defined(MODDEF_TLS_CHACHA)
#define TLS_CHACHA_FIRST MODDEF_TLS_CHACHA
#elif defined(ESP_PLATFORM)
#define TLS_CHACHA_FIRST 0
#else
#define TLS_CHACHA_FIRST 1
#endif

/* 1: elliptic curves are calculated with by native/curves, three times as quick on a processor that
   multiplies 32 by 32 bits to 32 only, up to twice on a Cortex-M33 (tests/device/cortexM33), and smaller; 0:
   by the library, whose code stays where nothing was measured. Has no say where the library is the
   platform's. */
#if defined(MODDEF_TLS_CURVES)
#define TLS_CURVES MODDEF_TLS_CURVES
#elif defined(__ARM_ARCH_6M__) || defined(__ARM_ARCH_8M_MAIN__)
#define TLS_CURVES 1
#else
#define TLS_CURVES 0
#endif

/* 1: the library has multiples of the base points of P-256 and P-384 in flash; 0: it computes them each time,
   which makes a handshake with such certificates longer where TLS_CURVES is 0, and one with P-256 or P-384 as
   the key exchange where it is 1. docs/memory.md has the figures. */
#if defined(MODDEF_TLS_CURVETABLES)
#define TLS_CURVE_TABLES MODDEF_TLS_CURVETABLES
#else
#define TLS_CURVE_TABLES (!TLS_CURVES)
#endif

/* 1: a private key may be one of the platform's, which never leaves its hardware: see tlsOpaqueKey.h. */
#if defined(MODDEF_TLS_OPAQUEKEYS)
#define TLS_OPAQUE_KEYS MODDEF_TLS_OPAQUEKEYS
#else
#define TLS_OPAQUE_KEYS 0
#endif

/* Sessions kept in RAM for later connections: each has its keys, and the server's ticket. 0: none. */
#if defined(MODDEF_TLS_SESSIONS)
#define TLS_SESSIONS MODDEF_TLS_SESSIONS
#elif TLS_DESKTOP
#define TLS_SESSIONS 16
#else
#define TLS_SESSIONS 4
#endif

/* 1: there can be a key log, see tlsKeyLog.h. The SDK defines mxDebug in debug builds. Nothing else sets
   it. */
#if TLS_DESKTOP && defined(mxDebug)
#define TLS_KEY_LOG 1
#else
#define TLS_KEY_LOG 0
#endif

/* A clock that shows less was never set: 1 November 2026, when this was written, in seconds since 1970. */
#define TLS_RELEASE_TIME INT64_C(1793491200)

#endif
