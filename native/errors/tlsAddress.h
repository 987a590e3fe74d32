/* SPDX-License-Identifier: MIT */
/*
 * IP addresses as text. The one judge of what is an address, what is a name, and what is neither: the same on
 * every platform, whose own functions differ ("1" and "1.2" are addresses to some).
 */

#ifndef TLS_ADDRESS_H
#define TLS_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TLS_ADDRESS_BYTES 16

/*
 * Writes an address in network order. Returns its size: 4 for IPv4, four decimal numbers without leading
 * zeros; 16 for IPv6, as RFC 4291, section 2.2, has it, without a zone; 0 for anything else.
 */
size_t tlsAddressParse(const char *text, uint8_t address[TLS_ADDRESS_BYTES]);

/* As POSIX's inet_pton, but that `address` has TLS_ADDRESS_BYTES in either case: for Mbed TLS
   (tlsMbedtlsConfig.h). */
int tlsAddressInet(int family, const char *text, void *address);

/* True for text that somebody could take for an address: its last label is a number, in decimal or
   hexadecimal, or it has a colon. If it is none, it is no name either. */
bool tlsAddressResembles(const char *text);

#endif
