/* SPDX-License-Identifier: MIT */
/*
 * A stand-in for hardware with a private key in it, as tlsOpaqueKey.h wants it: a PSA key that can sign and
 * cannot be exported.
 */

#ifndef HARDWARE_H
#define HARDWARE_H

#include "tlsOpaqueKey.h"

struct Hardware {
	const char *name;        /* by which the key is asked for; NULL: there is none */
	mbedtls_pk_context *key; /* what it is */
	psa_key_usage_t usage;   /* what it may be used for */
	psa_status_t answer;     /* what opening it says */
	mbedtls_svc_key_id_t id; /* of the key that was opened last */
	int opened, closed;      /* how often */
};
extern struct Hardware hardware;

/* Puts a key into the hardware, which has room for one. NULL takes it out. */
void hardwarePut(const char *name, mbedtls_pk_context *key);

#endif
