/* SPDX-License-Identifier: MIT */
/*
 * What the tests need of Mbed TLS besides the product: keys, certificates, a server. The one place of the
 * tests that tells 3.6 from 4.x.
 */

#ifndef SERVER_MBEDTLS_H
#define SERVER_MBEDTLS_H

#include "tlsMbedtls.h"

#include "mbedtls/ssl_ticket.h"

#if !TLS_MBEDTLS_4
#include "mbedtls/ecp.h"
#include "mbedtls/rsa.h"
#endif

/* How many of the allocations of a TLS 1.3 client may fail with a loss of memory. When there is no memory for
   the second of two keys, or of their ciphers, the library loses the first: once those of the handshake, and
   once those of the data. */
#define SERVER_MBEDTLS_LEAKS 2

/* 4.x has few object identifiers for others. */
#if !defined(MBEDTLS_OID_SUBJECT_ALT_NAME)
#define MBEDTLS_OID_SUBJECT_ALT_NAME         "\x55\x1D\x11"
#define MBEDTLS_OID_SUBJECT_KEY_IDENTIFIER   "\x55\x1D\x0E"
#define MBEDTLS_OID_AUTHORITY_KEY_IDENTIFIER "\x55\x1D\x23"
#define MBEDTLS_OID_EXTENDED_KEY_USAGE       "\x55\x1D\x25"
#endif

#if !TLS_MBEDTLS_4
static inline int serverMbedtlsRandom(void *context, unsigned char *bytes, size_t length)
{
	(void)context;
	return mbedtls_psa_get_random(MBEDTLS_PSA_RANDOM_STATE, bytes, length);
}
#endif

#if TLS_MBEDTLS_4
/* A key that PSA made and the library copies. */
static inline int serverMbedtlsMakeKey(
	mbedtls_pk_context *key, psa_key_type_t type, size_t bits, psa_algorithm_t algorithm)
{
	psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
	mbedtls_svc_key_id_t id;
	int error;

	psa_set_key_type(&attributes, type);
	psa_set_key_bits(&attributes, bits);
	psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_EXPORT);
	psa_set_key_algorithm(&attributes, algorithm);
	error = psa_generate_key(&attributes, &id);
	if (error != PSA_SUCCESS)
		return error;
	error = mbedtls_pk_copy_from_psa(id, key);
	(void)psa_destroy_key(id);
	return error;
}
#endif

/* Makes a key of the curve P-256 or P-384. `key` is initialized and empty. Returns 0 or an error of the
   library. */
static inline int serverMbedtlsMakeEcKey(mbedtls_pk_context *key, size_t bits)
{
#if TLS_MBEDTLS_4
	return serverMbedtlsMakeKey(
		key, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1), bits, PSA_ALG_ECDSA(PSA_ALG_ANY_HASH));
#else
	int error = mbedtls_pk_setup(key, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY));

	return error != 0 ? error
					  : mbedtls_ecp_gen_key(bits == 256 ? MBEDTLS_ECP_DP_SECP256R1 : MBEDTLS_ECP_DP_SECP384R1,
							mbedtls_pk_ec(*key), serverMbedtlsRandom, NULL);
#endif
}

/* Curves that the library knows and the class does not, as a platform's library may: how many, and a key on
   one of them. */
#if TLS_MBEDTLS_4
#define SERVER_MBEDTLS_ODD_CURVES 2
#else
#define SERVER_MBEDTLS_ODD_CURVES 0
#endif

static inline int serverMbedtlsMakeOddKey(mbedtls_pk_context *key, int curve)
{
#if TLS_MBEDTLS_4
	psa_ecc_family_t family = curve == 0 ? PSA_ECC_FAMILY_SECP_R1 : PSA_ECC_FAMILY_BRAINPOOL_P_R1;

	return serverMbedtlsMakeKey(
		key, PSA_KEY_TYPE_ECC_KEY_PAIR(family), curve == 0 ? 521 : 256, PSA_ALG_ECDSA(PSA_ALG_ANY_HASH));
#else
	(void)key;
	return curve + 1; /* there is none */
#endif
}

/* The same for an RSA key. */
static inline int serverMbedtlsMakeRsaKey(mbedtls_pk_context *key, size_t bits)
{
#if TLS_MBEDTLS_4
	return serverMbedtlsMakeKey(
		key, PSA_KEY_TYPE_RSA_KEY_PAIR, bits, PSA_ALG_RSA_PKCS1V15_SIGN(PSA_ALG_ANY_HASH));
#else
	int error = mbedtls_pk_setup(key, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA));

	return error != 0
			   ? error
			   : mbedtls_rsa_gen_key(mbedtls_pk_rsa(*key), serverMbedtlsRandom, NULL, (unsigned)bits, 65537);
#endif
}

/* Signs a certificate and writes it to the end of `der`. Returns its length or an error of the library. */
static inline int serverMbedtlsWriteCertificate(mbedtls_x509write_cert *writer, uint8_t *der, size_t size)
{
#if TLS_MBEDTLS_4
	return mbedtls_x509write_crt_der(writer, der, size);
#else
	return mbedtls_x509write_crt_der(writer, der, size, serverMbedtlsRandom, NULL);
#endif
}

/* Makes a server's keys for its tickets, by which it seals them with AES-256-GCM for so many seconds. */
static inline int serverMbedtlsSetUpTickets(mbedtls_ssl_ticket_context *ticket, uint32_t lifetime)
{
#if TLS_MBEDTLS_4
	return mbedtls_ssl_ticket_setup(ticket, PSA_ALG_GCM, PSA_KEY_TYPE_AES, 256, lifetime);
#else
	return mbedtls_ssl_ticket_setup(
		ticket, mbedtls_psa_get_random, MBEDTLS_PSA_RANDOM_STATE, MBEDTLS_CIPHER_AES_256_GCM, lifetime);
#endif
}

/* Signs a digest, as a server of TLS 1.2 does. */
static inline int serverMbedtlsSign(mbedtls_pk_context *key, mbedtls_md_type_t digest, const uint8_t *hash,
	size_t hashSize, uint8_t *signature, size_t size, size_t *length)
{
#if TLS_MBEDTLS_4
	return mbedtls_pk_sign(key, digest, hash, hashSize, signature, size, length);
#else
	return mbedtls_pk_sign(key, digest, hash, hashSize, signature, size, length, serverMbedtlsRandom, NULL);
#endif
}

/* The function that signs for a TLS 1.3 server, for one that stands in for it: its type, its parameters and
   what its first one says, which is the kind of signature. */
#if TLS_MBEDTLS_4
#define SERVER_MBEDTLS_PSS   MBEDTLS_PK_SIGALG_RSA_PSS
#define SERVER_MBEDTLS_PKCS1 MBEDTLS_PK_SIGALG_RSA_PKCS1V15
#define SERVER_MBEDTLS_SIGN(name)                                                                            \
	int name(mbedtls_pk_sigalg_t type, mbedtls_pk_context *key, mbedtls_md_type_t digest,                    \
		const unsigned char *hash, size_t hashSize, unsigned char *signature, size_t size, size_t *length)
#define SERVER_MBEDTLS_SIGN_ARGUMENTS key, digest, hash, hashSize, signature, size, length
#else
#define SERVER_MBEDTLS_PSS   MBEDTLS_PK_RSASSA_PSS
#define SERVER_MBEDTLS_PKCS1 MBEDTLS_PK_RSA
#define SERVER_MBEDTLS_SIGN(name)                                                                            \
	int name(mbedtls_pk_type_t type, mbedtls_pk_context *key, mbedtls_md_type_t digest,                      \
		const unsigned char *hash, size_t hashSize, unsigned char *signature, size_t size, size_t *length,   \
		int (*random)(void *, unsigned char *, size_t), void *context)
#define SERVER_MBEDTLS_SIGN_ARGUMENTS key, digest, hash, hashSize, signature, size, length, random, context
#endif

#endif
