/* SPDX-License-Identifier: MIT */
/*
 * What is offered, best first: cipher suites, groups for the key exchange, signature algorithms. Nothing here
 * is configurable: every entry is secure, and a server chooses by its own preference anyway.
 */

#include "tlsEngineParts.h"

#define CHACHA_SUITES                                                                                        \
	MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256, MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,          \
		MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256

#define AES_SUITES                                                                                           \
	MBEDTLS_TLS1_3_AES_128_GCM_SHA256, MBEDTLS_TLS1_3_AES_256_GCM_SHA384,                                    \
		MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,      \
		MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384

const int tlsSuites[] = {
#if TLS_CHACHA_FIRST
	CHACHA_SUITES, AES_SUITES,
#else
	AES_SUITES, CHACHA_SUITES,
#endif
	0};

/* X25519 first: the cheapest, and the one that nearly every server takes, so that the first key share
   fits. */
const uint16_t tlsGroups[] = {MBEDTLS_SSL_IANA_TLS_GROUP_X25519, MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1,
	MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1, MBEDTLS_SSL_IANA_TLS_GROUP_NONE};

/* PKCS#1 v1.5 is for TLS 1.2 and for signatures in certificates. */
const uint16_t tlsSignatures[] = {MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256,
	MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384, MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,
	MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384, MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512,
	MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256, MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA384,
	MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA512, MBEDTLS_TLS1_3_SIG_NONE};

/* The key of a server's certificate: 'E' elliptic curve, 'R' RSA, '*' either. */
static const struct {
	uint16_t suite;
	char key;
} keys[] = {
	{MBEDTLS_TLS1_3_AES_128_GCM_SHA256, '*'},
	{MBEDTLS_TLS1_3_AES_256_GCM_SHA384, '*'},
	{MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256, '*'},
	{MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, 'E'},
	{MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, 'E'},
	{MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, 'E'},
	{MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, 'R'},
	{MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, 'R'},
	{MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, 'R'},
};

bool tlsSuiteFits(int suite, bool ecKey)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (keys[i].suite == suite)
			return keys[i].key == '*' || (keys[i].key == 'E') == ecKey;
	}
	return false;
}

void tlsSuiteName(int suite, char *name)
{
	static const char newer[] = "TLS1-3-"; /* where IANA's have "TLS_" */
	const char *from = mbedtls_ssl_get_ciphersuite_name(suite);
	size_t length = 0;

	if (strncmp(from, newer, sizeof(newer) - 1) == 0) {
		from += sizeof(newer) - 1;
		memcpy(name, "TLS_", 4);
		length = 4;
	}
	for (; *from != 0 && length < TLS_SUITE_NAME_SIZE - 1; from++)
		name[length++] = *from == '-' ? '_' : *from;
	name[length] = 0;
}
