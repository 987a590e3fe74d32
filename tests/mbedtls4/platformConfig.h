/* SPDX-License-Identifier: MIT */
/*
 * What a platform changes in the configuration that Mbed TLS 4.x comes with: as ESP-IDF 6 does in its own,
 * and with the options that the class asks an app for (tlsMbedtls.h). Used as MBEDTLS_USER_CONFIG_FILE and as
 * that of TF-PSA-Crypto.
 */

#ifndef PLATFORM_CONFIG_H
#define PLATFORM_CONFIG_H

#define MBEDTLS_X509_TRUSTED_CERTIFICATE_CALLBACK

/* Random numbers come from the platform (tlsEntropy.c), memory from where it says at run time. */
#undef MBEDTLS_PSA_BUILTIN_GET_ENTROPY
#define MBEDTLS_PSA_DRIVER_GET_ENTROPY
#define MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG
#define MBEDTLS_PSA_ASSUME_EXCLUSIVE_BUFFERS
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_THREADING_C
#define MBEDTLS_THREADING_PTHREAD

/* The clock may not be right: the class checks dates by its own. */
#undef MBEDTLS_HAVE_TIME_DATE
#undef MBEDTLS_DEBUG_C

/* The tests' server compares the age of a session, which the tests make up, with its own clock. */
#define MBEDTLS_SSL_TLS1_3_TICKET_AGE_TOLERANCE 0x7FFFFFFF

#endif
