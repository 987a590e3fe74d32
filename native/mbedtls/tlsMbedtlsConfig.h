/* SPDX-License-Identifier: MIT */
/*
 * Configuration of the vendored Mbed TLS 3.6: a TLS 1.2 and 1.3 client over TCP, and nothing else. Used as
 * MBEDTLS_CONFIG_FILE. A platform that brings its own Mbed TLS (ESP-IDF) keeps its own configuration; what
 * this project needs of that one is checked in tlsMbedtls.h.
 */

#ifndef TLS_MBEDTLS_CONFIG_H
#define TLS_MBEDTLS_CONFIG_H

#include "tlsConfiguration.h"
#include "tlsMemory.h"
#include "tlsTime.h"
#include "tlsGhash.h"
#include "tlsWords.h"

#define TLS_VENDORED /* as opposed to a platform's own library */

/* Platform. No dates: they are checked by the project's own verify callback. Clocks that show no time: see
   tlsTime.h. No files, no entropy module: random bytes come from the platform (tlsEntropy.c). */
#define MBEDTLS_HAVE_ASM
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_CALLOC_MACRO tlsMemoryAllocate
#define MBEDTLS_PLATFORM_FREE_MACRO   TLS_FREE
#define MBEDTLS_HAVE_TIME
#define MBEDTLS_PLATFORM_TIME_MACRO tlsTimeRandom
#define MBEDTLS_PLATFORM_MS_TIME_ALT
#define MBEDTLS_NO_PLATFORM_ENTROPY
#define MBEDTLS_PSA_CRYPTO_C
#define MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG
#define MBEDTLS_PSA_KEY_STORE_DYNAMIC
#if defined(__linux__) || defined(__APPLE__)
/* Machines of one program (workers) are threads there, and share the library's store of keys. */
#define MBEDTLS_THREADING_C
#define MBEDTLS_THREADING_PTHREAD
#endif
#define MBEDTLS_PSA_ASSUME_EXCLUSIVE_BUFFERS /* nobody else writes to them, so they need no copies */
#if TLS_OPAQUE_KEYS /* the library signs by PSA then, and so with keys that only PSA has */
#define MBEDTLS_USE_PSA_CRYPTO
#else
#define MBEDTLS_PSA_CRYPTO_CONFIG
#define MBEDTLS_PSA_CRYPTO_CONFIG_FILE "tlsPsaConfig.h"
#endif

/* Protocol: RFC 5246 with ECDHE and AEAD only, and RFC 8446 with (EC)DHE always, also when resuming. */
#define MBEDTLS_SSL_TLS_C
#define MBEDTLS_SSL_CLI_C
#define MBEDTLS_SSL_PROTO_TLS1_2
#define MBEDTLS_SSL_PROTO_TLS1_3
#define MBEDTLS_SSL_TLS1_3_COMPATIBILITY_MODE
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ENABLED
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_EPHEMERAL_ENABLED
#define MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA_ENABLED
#define MBEDTLS_KEY_EXCHANGE_ECDHE_RSA_ENABLED
#define MBEDTLS_SSL_EXTENDED_MASTER_SECRET
#define MBEDTLS_SSL_SERVER_NAME_INDICATION
#define MBEDTLS_SSL_ALPN
#define MBEDTLS_SSL_MAX_FRAGMENT_LENGTH
#define MBEDTLS_SSL_RECORD_SIZE_LIMIT
#define MBEDTLS_SSL_SESSION_TICKETS
#define MBEDTLS_SSL_ALL_ALERT_MESSAGES
#define MBEDTLS_SSL_KEEP_PEER_CERTIFICATE /* TLS 1.3 wants it; the engine frees the chain after the handshake */

/* The engine says which suites it wants: one stands for the library's own list, which nobody uses. */
#define MBEDTLS_SSL_CIPHERSUITES MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256

/* Without this, TLS 1.3 records are padded to a multiple of 16 bytes. */
#define MBEDTLS_SSL_CID_TLS1_3_PADDING_GRANULARITY 1

#define MBEDTLS_SSL_IN_CONTENT_LEN  TLS_INPUT
#define MBEDTLS_SSL_OUT_CONTENT_LEN TLS_OUTPUT

/* Ciphers and digests. Counter modes only encrypt, so AES needs no decryption tables. */
#define MBEDTLS_CIPHER_C
#define MBEDTLS_AES_C
#define MBEDTLS_GCM_C
#define MBEDTLS_CHACHA20_C
#define MBEDTLS_POLY1305_C
#define MBEDTLS_CHACHAPOLY_C
#define MBEDTLS_BLOCK_CIPHER_NO_DECRYPT
#define MBEDTLS_MD_C
#define MBEDTLS_SHA256_C
#define MBEDTLS_SHA384_C
#define MBEDTLS_SHA512_C
#define MBEDTLS_HKDF_C
/* The name of SHA-1, without SHA-1: many a root has signed itself with it, which nobody verifies, and could
   not be parsed. */
#define MBEDTLS_MD_CAN_SHA1

/* GCM goes to AES itself, and not by the library's layer of ciphers, which takes more heap for each key. */
#define MBEDTLS_BLOCK_CIPHER_C

/* What AES, and GCM by its table, look up at places that depend on key and data: in RAM (1,280 bytes of
   .data, 32 more for GCM), where every place takes the same time, and not in flash, which has a cache. On a
   desktop, the processor's instructions are used, which want round keys at a multiple of 16. Those of a key
   of 256 bits are 64 words: the last four are only made. */
#if TLS_DESKTOP
#define TLS_SECRET_TABLE static const
#define TLS_AES_WORDS    (64 + 4)
#else
#define TLS_SECRET_TABLE static __attribute__((section(".data.tlsSecretTable")))
#define TLS_AES_WORDS    64
#endif

/* The product of GCM by native/curves, and what it keeps of a key, in elements of 16 bytes; or by the
   library's table, which is quicker on other processors. */
#if TLS_CURVES && TLS_WORDS_ASSEMBLY
#define TLS_GHASH     1
#define TLS_GCM_TABLE TLS_GHASH_KEY
#else
#define TLS_GHASH     0
#define TLS_GCM_TABLE 16
#endif

/* For ChaCha20-Poly1305 on ARMv6-M, by places that scripts/lib/mbedtlsSource.mjs makes: a product of two
   words, where the compiler would call one of twice as many, and ChaCha20 compiled for speed where all else
   is for size. */
#if TLS_CURVES && TLS_WORDS_ASSEMBLY
#define TLS_PRODUCT(a, b) tlsWordsProduct(a, b)
#define TLS_QUICK         _Pragma("GCC optimize (\"O2\")")
#else
#define TLS_PRODUCT(a, b) ((uint64_t)(a) * (b))
#define TLS_QUICK
#endif

/* Public keys. Points of the curves are calculated with by native/curves (tlsCurveHooks.c), or by the
   library: its fast reduction for the NIST curves is worth a factor of 4 to 8 on a Cortex-M. */
#define MBEDTLS_BIGNUM_C
#define MBEDTLS_ECP_C
#if TLS_CURVES
#define MBEDTLS_ECDSA_VERIFY_ALT
#define MBEDTLS_ECP_INTERNAL_ALT
#define MBEDTLS_ECP_NO_FALLBACK
#define MBEDTLS_ECP_DOUBLE_JAC_ALT
#define MBEDTLS_ECP_ADD_MIXED_ALT
#define MBEDTLS_ECP_NORMALIZE_JAC_ALT
#define MBEDTLS_ECP_DOUBLE_ADD_MXZ_ALT
#define MBEDTLS_ECP_NORMALIZE_MXZ_ALT
#else
#define MBEDTLS_ECP_NIST_OPTIM
#endif
#define MBEDTLS_ECP_FIXED_POINT_OPTIM TLS_CURVE_TABLES
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_DP_SECP384R1_ENABLED
#define MBEDTLS_ECP_DP_CURVE25519_ENABLED
#define MBEDTLS_ECDH_C
#define MBEDTLS_ECDSA_C
#define MBEDTLS_RSA_C
#define MBEDTLS_PKCS1_V15
#define MBEDTLS_PKCS1_V21
#define MBEDTLS_PK_C
#define MBEDTLS_PK_PARSE_C
#define MBEDTLS_PK_PARSE_EC_COMPRESSED

/* Certificates: DER only. Text of certificates, errors and debugging output is left out. */
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C
#define MBEDTLS_OID_C
#define MBEDTLS_X509_USE_C
#define MBEDTLS_X509_CRT_PARSE_C
#define MBEDTLS_X509_RSASSA_PSS_SUPPORT
#define MBEDTLS_X509_REMOVE_INFO
#define MBEDTLS_X509_TRUSTED_CERTIFICATE_CALLBACK

#if !TLS_DESKTOP
/* Where the system cannot read addresses, the library brings code for it, unless this is there: ours does
   it. */
#define AF_INET   2
#define AF_INET6  10
#define inet_pton tlsAddressInet
int tlsAddressInet(int family, const char *text, void *address);
#endif

/* A chain longer than this is refused; public ones have one or two intermediates. */
#define MBEDTLS_X509_MAX_INTERMEDIATE_CA 6

#if TLS_DESKTOP
/* RSA up to 8192 bits; AES and carry-less multiplication instructions where the processor has them. */
#define MBEDTLS_MPI_MAX_SIZE 1024
#define MBEDTLS_AESNI_C
#define MBEDTLS_AESCE_C
#else
/* RSA up to 4096 bits. Tables in flash, and one AES table of four: RAM and flash before speed. The smaller
   window makes a handshake a little longer, and its heap smaller at the peak. */
#define MBEDTLS_MPI_MAX_SIZE    512
#define MBEDTLS_ECP_WINDOW_SIZE 3
#define MBEDTLS_AES_ROM_TABLES
#define MBEDTLS_AES_FEWER_TABLES
#define MBEDTLS_SHA256_SMALLER
#define MBEDTLS_SHA512_SMALLER
#endif

#endif
