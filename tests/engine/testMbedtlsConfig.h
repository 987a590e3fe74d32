/* SPDX-License-Identifier: MIT */
/*
 * The product's configuration of Mbed TLS, and what its tests need besides: a server to talk to, a writer of certificates,
 * and allocations that can be counted and made to fail.
 */

#ifndef TEST_MBEDTLS_CONFIG_H
#define TEST_MBEDTLS_CONFIG_H

#include "tlsMbedtlsConfig.h"

#define MBEDTLS_PLATFORM_MEMORY

#define MBEDTLS_SSL_SRV_C
#define MBEDTLS_SSL_TICKET_C

#define MBEDTLS_PK_WRITE_C
#define MBEDTLS_GENPRIME
#define MBEDTLS_X509_CREATE_C
#define MBEDTLS_X509_CRT_WRITE_C

#endif
