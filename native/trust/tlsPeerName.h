/* SPDX-License-Identifier: MIT */
/*
 * The name or address that a peer must prove to be.
 */

#ifndef TLS_PEER_NAME_H
#define TLS_PEER_NAME_H

#include "tlsMbedtls.h"

struct TlsPeerName {
	char *name;          /* without a trailing dot; owned */
	uint8_t address[16]; /* in network order, if the host is an IP literal */
	size_t addressSize;  /* 4, 16, or 0 for a name */
};

/* Fills `host`. False: no memory. */
bool tlsPeerNameSet(struct TlsPeerName *host, const char *name);

void tlsPeerNameFree(struct TlsPeerName *host);

/* True if one of the certificate's subject alternative names is the host's (RFC 9525). */
bool tlsPeerNameMatches(const struct TlsPeerName *host, const mbedtls_x509_crt *certificate);

/* True if a dNSName of `length` bytes is for the DNS name `name`: equal, or a wildcard as its whole first
   label. */
bool tlsPeerNameIs(const char *name, const uint8_t *pattern, size_t length);

/* Writes the DNS names and addresses that the certificate has to `text`, NUL-terminated, as many as fit into
   `size` bytes: for a person. Empty: it has none. */
void tlsPeerNameList(const mbedtls_x509_crt *certificate, char *text, size_t size);

#endif
