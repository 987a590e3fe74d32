/* SPDX-License-Identifier: MIT */
/*
 * The product's configuration of Mbed TLS, and what its tests need besides: a server to talk to, a writer of
 * certificates, and a heap of their own.
 */

#ifndef TEST_MBEDTLS_CONFIG_H
#define TEST_MBEDTLS_CONFIG_H

#include "testHeap.h"
#include "tlsMbedtlsConfig.h"

/* The server renews the keys of its tickets by this clock; and it would compare the age of a session by
   another, which stands still. */
#undef MBEDTLS_PLATFORM_TIME_MACRO
#define MBEDTLS_SSL_TLS1_3_TICKET_AGE_TOLERANCE 0x7FFFFFFF

#undef MBEDTLS_SSL_CIPHERSUITES /* the server takes the library's whole list */
#define MBEDTLS_SSL_SRV_C
#define MBEDTLS_SSL_TICKET_C

#define MBEDTLS_PK_WRITE_C
#define MBEDTLS_GENPRIME
#define MBEDTLS_X509_CREATE_C
#define MBEDTLS_X509_CRT_WRITE_C

#endif
