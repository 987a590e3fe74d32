/* SPDX-License-Identifier: MIT */
/*
 * What the library keeps of a handshake. After one of TLS 1.3 it keeps all, for the session tickets that may
 * come later, and needs none of it then but an empty structure.
 */

#ifndef TLS_HANDSHAKE_MEMORY_H
#define TLS_HANDSHAKE_MEMORY_H

#include "tlsMbedtls.h"

/* Frees what an established connection does not need. Also while it reads no ticket any more. */
void tlsHandshakeMemoryDrop(mbedtls_ssl_context *ssl);

/* Gives the library the empty structure if it is about to read a ticket. False: no memory. */
bool tlsHandshakeMemoryLend(mbedtls_ssl_context *ssl);

#endif
