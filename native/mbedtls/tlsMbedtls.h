/* SPDX-License-Identifier: MIT */
/*
 * Mbed TLS, and the one place that tells 3.6 from 4.x. It also checks that the library's configuration, which
 * may be the platform's own, has what this project cannot do without.
 */

#ifndef TLS_MBEDTLS_H
#define TLS_MBEDTLS_H

#include "tlsConfiguration.h"
#include "tlsFailure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What ESP-IDF compiles its Mbed TLS with: with another configuration, structures would have another layout.
   The SDK does not pass it on. */
#if defined(ESP_PLATFORM)
#if !defined(MBEDTLS_CONFIG_FILE)
#define MBEDTLS_CONFIG_FILE "mbedtls/esp_config.h"
#endif
#if !defined(TF_PSA_CRYPTO_USER_CONFIG_FILE)
#define TF_PSA_CRYPTO_USER_CONFIG_FILE "mbedtls/esp_config.h"
#endif
#endif

#if defined(__has_include)
#if !__has_include("mbedtls/build_info.h")
#error "Mbed TLS is missing: run `npm run vendor` in the folder of moddable-tls"
#endif
#endif

#include "mbedtls/build_info.h"
#include "mbedtls/asn1.h"
#include "mbedtls/oid.h"
#include "mbedtls/pk.h"
#include "mbedtls/platform.h"
#include "mbedtls/platform_util.h"
#include "mbedtls/psa_util.h"
#include "mbedtls/ssl.h"
#include "mbedtls/ssl_ciphersuites.h"
#include "mbedtls/x509_crt.h"
#include "psa/crypto.h"

#include "tlsMemory.h" /* the library may say where its memory is */

#define TLS_MBEDTLS_4 (MBEDTLS_VERSION_NUMBER >= 0x04000000)

#if !TLS_MBEDTLS_4
#include "mbedtls/entropy.h"
#include "mbedtls/error.h"
#endif

#if MBEDTLS_VERSION_NUMBER < 0x03060300
#error "Mbed TLS is too old: take 3.6.7 or later, or 4.x"
#endif
#if !defined(MBEDTLS_SSL_CLI_C) || !defined(MBEDTLS_SSL_PROTO_TLS1_2)
#error "Mbed TLS has no TLS 1.2 client: ESP-IDF needs CONFIG_MBEDTLS_TLS_CLIENT=y in sdkconfig.defaults"
#endif
#if !defined(MBEDTLS_SSL_PROTO_TLS1_3)
#error "Mbed TLS has no TLS 1.3: ESP-IDF needs CONFIG_MBEDTLS_SSL_PROTO_TLS1_3=y in sdkconfig.defaults"
#endif
#if !defined(MBEDTLS_SSL_ALPN)
#error "Mbed TLS has no ALPN: ESP-IDF needs CONFIG_MBEDTLS_SSL_ALPN=y in sdkconfig.defaults"
#endif
#if !defined(MBEDTLS_X509_TRUSTED_CERTIFICATE_CALLBACK)
#error                                                                                                       \
	"Mbed TLS has no CA callback: ESP-IDF needs CONFIG_MBEDTLS_X509_TRUSTED_CERT_CALLBACK=y in sdkconfig.defaults"
#endif
#if !defined(MBEDTLS_SSL_EXTENDED_MASTER_SECRET)
#error "Mbed TLS has no extended master secret: define MBEDTLS_SSL_EXTENDED_MASTER_SECRET"
#endif
/* With the first, a TLS 1.2 client's input buffer shrinks and the next large record fails; the second is
   ESP-IDF's own and frees records that this project still reads. */
#if defined(MBEDTLS_SSL_VARIABLE_BUFFER_LENGTH) || defined(CONFIG_MBEDTLS_DYNAMIC_BUFFER)
#error                                                                                                       \
	"Mbed TLS changes its buffers: take MBEDTLS_SSL_VARIABLE_BUFFER_LENGTH or MBEDTLS_DYNAMIC_BUFFER out of the configuration"
#endif

/* Makes the library ready: before any other call, as often as one likes. False: it is not, and `failure` says
   why. */
static inline bool tlsMbedtlsStart(struct TlsFailure *failure)
{
	psa_status_t status;

	tlsMemoryStart();
	status = psa_crypto_init();
	if (status != PSA_SUCCESS)
		tlsFail(failure, status == PSA_ERROR_INSUFFICIENT_MEMORY ? TLS_MEMORY : TLS_RANDOM, status);
	return status == PSA_SUCCESS;
}

/* Lets `configuration` draw random numbers. 4.x takes them from PSA by itself. */
static inline void tlsMbedtlsUseRandom(mbedtls_ssl_config *configuration)
{
#if TLS_MBEDTLS_4
	(void)configuration;
#else
	mbedtls_ssl_conf_rng(configuration, mbedtls_psa_get_random, MBEDTLS_PSA_RANDOM_STATE);
#endif
}

/* Parses a private key in DER: PKCS#8, PKCS#1 or SEC1. */
static inline int tlsMbedtlsParseKey(mbedtls_pk_context *key, const uint8_t *der, size_t length)
{
#if TLS_MBEDTLS_4
	return mbedtls_pk_parse_key(key, der, length, NULL, 0);
#else
	return mbedtls_pk_parse_key(key, der, length, NULL, 0, mbedtls_psa_get_random, MBEDTLS_PSA_RANDOM_STATE);
#endif
}

/* Parses a public key in DER: SubjectPublicKeyInfo. */
static inline int tlsMbedtlsParsePublicKey(mbedtls_pk_context *key, const uint8_t *der, size_t length)
{
#if TLS_MBEDTLS_4
	return mbedtls_pk_parse_public_key(key, der, length);
#else
	unsigned char *at = (unsigned char *)der;

	return mbedtls_pk_parse_subpubkey(&at, der + length, key);
#endif
}

/* 0 if the private key `secret` belongs to the public key `open`. */
static inline int tlsMbedtlsCheckPair(const mbedtls_pk_context *open, const mbedtls_pk_context *secret)
{
#if TLS_MBEDTLS_4
	return mbedtls_pk_check_pair(open, secret);
#else
	return mbedtls_pk_check_pair(open, secret, mbedtls_psa_get_random, MBEDTLS_PSA_RANDOM_STATE);
#endif
}

/* The description of the fatal alert that made a function return MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE. Before
   4.1 the library has no function for it; the alert is the last message it read. */
static inline uint8_t tlsMbedtlsAlert(const mbedtls_ssl_context *ssl)
{
#if MBEDTLS_VERSION_NUMBER >= 0x04010000
	return (uint8_t)mbedtls_ssl_get_fatal_alert(ssl);
#else
	return ssl->MBEDTLS_PRIVATE(in_msg)[1];
#endif
}

/* The type of the record that was opened last: in TLS 1.3, of what was sealed in it. */
static inline int tlsMbedtlsContent(const mbedtls_ssl_context *ssl)
{
	return ssl->MBEDTLS_PRIVATE(in_msgtype);
}

/* True if the last that was read is an alert: the library returns that error in place of others, too. */
static inline bool tlsMbedtlsHasAlert(const mbedtls_ssl_context *ssl)
{
	return tlsMbedtlsContent(ssl) == MBEDTLS_SSL_MSG_ALERT;
}

/* Frees the peer's chain, which the library keeps for the life of the connection and only its handshake
   needs. */
static inline void tlsMbedtlsDropPeerChain(mbedtls_ssl_context *ssl)
{
#if defined(MBEDTLS_SSL_KEEP_PEER_CERTIFICATE)
	mbedtls_ssl_session *session = ssl->MBEDTLS_PRIVATE(session);

	if (session == NULL || session->MBEDTLS_PRIVATE(peer_cert) == NULL)
		return;
	mbedtls_x509_crt_free(session->MBEDTLS_PRIVATE(peer_cert));
	mbedtls_free(session->MBEDTLS_PRIVATE(peer_cert));
	session->MBEDTLS_PRIVATE(peer_cert) = NULL;
#else
	(void)ssl;
#endif
}

/* True while a client signs with its own key to prove that it has it. */
static inline bool tlsMbedtlsIsSigning(const mbedtls_ssl_context *ssl)
{
	bool is13 = mbedtls_ssl_get_version_number(ssl) == MBEDTLS_SSL_VERSION_TLS1_3;

	return ssl->MBEDTLS_PRIVATE(state) ==
		   (is13 ? MBEDTLS_SSL_CLIENT_CERTIFICATE_VERIFY : MBEDTLS_SSL_CERTIFICATE_VERIFY);
}

/* True while a client reads what proves that the server has its key, and saw the same handshake. */
static inline bool tlsMbedtlsIsReadingProof(const mbedtls_ssl_context *ssl)
{
	return ssl->MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_CERTIFICATE_VERIFY ||
		   ssl->MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_SERVER_FINISHED;
}

/* True while a client reads and verifies the server's certificates. */
static inline bool tlsMbedtlsIsReadingCertificates(const mbedtls_ssl_context *ssl)
{
	return ssl->MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_SERVER_CERTIFICATE;
}

/* True if the next step of the handshake reads, and writes nothing but perhaps an alert. */
static inline bool tlsMbedtlsOnlyReads(const mbedtls_ssl_context *ssl)
{
	switch (ssl->MBEDTLS_PRIVATE(state)) {
	case MBEDTLS_SSL_SERVER_HELLO:
	case MBEDTLS_SSL_ENCRYPTED_EXTENSIONS:
	case MBEDTLS_SSL_SERVER_CERTIFICATE:
	case MBEDTLS_SSL_SERVER_KEY_EXCHANGE:
	case MBEDTLS_SSL_CERTIFICATE_REQUEST:
	case MBEDTLS_SSL_SERVER_HELLO_DONE:
	case MBEDTLS_SSL_SERVER_CHANGE_CIPHER_SPEC:
	case MBEDTLS_SSL_SERVER_FINISHED:
		return true;
	case MBEDTLS_SSL_CERTIFICATE_VERIFY: /* the server's in TLS 1.3, the client's in 1.2 */
		return mbedtls_ssl_get_version_number(ssl) == MBEDTLS_SSL_VERSION_TLS1_3;
	default:
		return false;
	}
}

/* True while a client waits for a ServerHello that may be a HelloRetryRequest. */
static inline bool tlsMbedtlsAwaitsHello(const mbedtls_ssl_context *ssl)
{
	return ssl->MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_SERVER_HELLO &&
		   mbedtls_ssl_get_version_number(ssl) == MBEDTLS_SSL_VERSION_TLS1_3;
}

/* Bytes that a buffer of the library has at most besides plaintext and header: ssl_misc.h refuses more. */
#if defined(TLS_VENDORED)
#define TLS_RECORD_EXPANSION 64
#else
#define TLS_RECORD_EXPANSION 2048
#endif

/* Bytes of a handshake message in several records that are there already. */
static inline size_t tlsMbedtlsFragment(const mbedtls_ssl_context *ssl)
{
#if TLS_MBEDTLS_4
	return ssl->MBEDTLS_PRIVATE(in_hsfraglen);
#else
	return ssl->MBEDTLS_PRIVATE(badmac_seen_or_in_hsfraglen);
#endif
}

/* Begins the library's count of empty records in a row anew: it has a limit of its own, and takes the fourth
   for forged. */
static inline void tlsMbedtlsAllowEmpty(mbedtls_ssl_context *ssl)
{
	ssl->MBEDTLS_PRIVATE(nb_zero) = 0;
}

/* True if a client asks for a maximum fragment length (RFC 6066). */
static inline bool tlsMbedtlsAsksForFragments(const mbedtls_ssl_config *configuration)
{
#if defined(MBEDTLS_SSL_MAX_FRAGMENT_LENGTH)
	return configuration->MBEDTLS_PRIVATE(mfl_code) != MBEDTLS_SSL_MAX_FRAG_LEN_NONE;
#else
	(void)configuration;
	return false;
#endif
}

/* True while what comes in is encrypted by TLS 1.3. */
static inline bool tlsMbedtlsIsSealed13(const mbedtls_ssl_context *ssl)
{
	return ssl->MBEDTLS_PRIVATE(transform_in) != NULL &&
		   mbedtls_ssl_get_version_number(ssl) == MBEDTLS_SSL_VERSION_TLS1_3;
}

/* True if a client's next step sends its certificates. */
static inline bool tlsMbedtlsIsSendingCertificates(const mbedtls_ssl_context *ssl)
{
	return ssl->MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_CLIENT_CERTIFICATE;
}

/* The number of the hash that ECDSA goes with in TLS 1.3 for the curve of the server's key: SHA-256,
   SHA-384. */
static inline uint8_t tlsMbedtlsPeerHash(const mbedtls_ssl_context *ssl)
{
	const mbedtls_x509_crt *peer = NULL;

#if defined(MBEDTLS_SSL_KEEP_PEER_CERTIFICATE)
	peer = ssl->MBEDTLS_PRIVATE(session_negotiate)->MBEDTLS_PRIVATE(peer_cert);
#endif
	return peer != NULL && mbedtls_pk_get_bitlen(&peer->pk) == 256 ? 4 : 5;
}

/* The server's limit to the plaintext of records during the handshake (RFC 8449); 0: none. */
static inline size_t tlsMbedtlsRecordLimit(const mbedtls_ssl_context *ssl)
{
#if defined(MBEDTLS_SSL_RECORD_SIZE_LIMIT)
	const mbedtls_ssl_session *session = ssl->MBEDTLS_PRIVATE(session_negotiate);

	return session != NULL ? session->MBEDTLS_PRIVATE(record_size_limit) : 0;
#else
	(void)ssl;
	return 0;
#endif
}

/* Sets it, in TLS 1.2, where the library does not. */
static inline void tlsMbedtlsLimitRecords(mbedtls_ssl_context *ssl, uint16_t limit)
{
#if defined(MBEDTLS_SSL_RECORD_SIZE_LIMIT)
	mbedtls_ssl_session *session = ssl->MBEDTLS_PRIVATE(session_negotiate);

	if (session != NULL)
		session->MBEDTLS_PRIVATE(record_size_limit) = limit;
#else
	(void)ssl;
	(void)limit;
#endif
}

/* True for an elliptic curve key, false for RSA: there are no others in a certificate that was parsed. */
static inline bool tlsMbedtlsIsEcKey(const mbedtls_pk_context *key)
{
#if TLS_MBEDTLS_4
	return mbedtls_pk_can_do_psa(key, PSA_ALG_ECDSA(PSA_ALG_SHA_256), PSA_KEY_USAGE_VERIFY_HASH) == 1;
#else
	return mbedtls_pk_can_do(key, MBEDTLS_PK_ECKEY) != 0;
#endif
}

/* True if an elliptic curve key is on P-256 or P-384. A platform's library may know more curves than are
   offered. */
static inline bool tlsMbedtlsIsOnKnownCurve(const mbedtls_pk_context *key)
{
#if TLS_MBEDTLS_4
	psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
	size_t bits = mbedtls_pk_get_bitlen(key);

	return (bits == 256 || bits == 384) &&
		   mbedtls_pk_get_psa_attributes(key, PSA_KEY_USAGE_VERIFY_HASH, &attributes) == 0 &&
		   psa_get_key_type(&attributes) == PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1);
#else
	(void)key;
	return true; /* it has no others, or its certificate would not have been parsed: tlsMbedtlsConfig.h */
#endif
}

/* The bits of a certificate's key usage, MBEDTLS_X509_KU_*. */
static inline unsigned tlsMbedtlsKeyUsage(const mbedtls_x509_crt *certificate)
{
	return certificate->MBEDTLS_PRIVATE(key_usage);
}

/* The digest that a certificate is signed with. */
static inline mbedtls_md_type_t tlsMbedtlsSignatureDigest(const mbedtls_x509_crt *certificate)
{
	return certificate->MBEDTLS_PRIVATE(sig_md);
}

/* Checks the signature of `child`, whose signed part has that digest, with the key of `issuer`. Returns 0 or
   an error. */
static inline int tlsMbedtlsVerifySignature(
	const mbedtls_x509_crt *child, mbedtls_x509_crt *issuer, const uint8_t *digest, size_t length)
{
	mbedtls_md_type_t kind = child->MBEDTLS_PRIVATE(sig_md);
	const mbedtls_x509_buf *signature = &child->MBEDTLS_PRIVATE(sig);

#if TLS_MBEDTLS_4
	return mbedtls_pk_verify_ext(
		child->MBEDTLS_PRIVATE(sig_pk), &issuer->pk, kind, digest, length, signature->p, signature->len);
#else
	if (!mbedtls_pk_can_do(&issuer->pk, child->MBEDTLS_PRIVATE(sig_pk)))
		return MBEDTLS_ERR_PK_TYPE_MISMATCH;
	return mbedtls_pk_verify_ext(child->MBEDTLS_PRIVATE(sig_pk), child->MBEDTLS_PRIVATE(sig_opts),
		&issuer->pk, kind, digest, length, signature->p, signature->len);
#endif
}

/* Leaves of a parsed certificate its public key only. */
static inline void tlsMbedtlsKeepKey(mbedtls_x509_crt *certificate)
{
	mbedtls_pk_context key = certificate->pk;

	mbedtls_pk_init(&certificate->pk);
	mbedtls_x509_crt_free(certificate);
	mbedtls_x509_crt_init(certificate);
	certificate->pk = key;
}

/* The path length constraint of a CA certificate, or -1 for none (RFC 5280, section 4.2.1.9). */
static inline int tlsMbedtlsPathLength(const mbedtls_x509_crt *certificate)
{
	return certificate->MBEDTLS_PRIVATE(max_pathlen) - 1;
}

/* The part of an error code that says which: 3.6 adds a module's own code (above) and that of a module below
   it. */
static inline int tlsMbedtlsErrorAbove(int error)
{
	return TLS_MBEDTLS_4 ? error : -(-error & 0xFF80);
}
static inline int tlsMbedtlsErrorBelow(int error)
{
	return TLS_MBEDTLS_4 ? error : -(-error & 0x7F);
}

/* True for an error of the library's TLS, false for one of a module below it, as for certificates and
   keys. */
static inline bool tlsMbedtlsIsOfTls(int error)
{
	return error <= MBEDTLS_ERR_SSL_BAD_CONFIG;
}

/* True if `error` says that a certificate is signed in a way that the library does not know at all. */
static inline bool tlsMbedtlsIsUnknownSignature(int error)
{
	return tlsMbedtlsErrorAbove(error) ==
		   (TLS_MBEDTLS_4 ? MBEDTLS_ERR_X509_UNKNOWN_OID : MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG);
}

/* The error of reading the server's certificates. 4.x does not tell a critical extension that it does not
   know from another unexpected element: it is the former if the message has one of those that RFC 5280 wants
   critical and the library does not know. */
static inline int tlsMbedtlsCertificateError(const mbedtls_ssl_context *ssl, int error)
{
#if TLS_MBEDTLS_4
	enum { NAME_CONSTRAINTS = 30, POLICY_CONSTRAINTS = 36, INHIBIT_ANY_POLICY = 54 };
	const uint8_t *message = ssl->MBEDTLS_PRIVATE(in_msg);
	size_t length = ssl->MBEDTLS_PRIVATE(in_hslen);

	for (size_t i = 0; error == MBEDTLS_ERR_ASN1_UNEXPECTED_TAG && i + 8 <= length; i++) {
		uint8_t kind = message[i + 4];

		/* extnID 2.5.29.x, critical TRUE */
		if (memcmp(message + i, "\x06\x03\x55\x1D", 4) == 0 &&
			memcmp(message + i + 5, "\x01\x01\xFF", 3) == 0 &&
			(kind == NAME_CONSTRAINTS || kind == POLICY_CONSTRAINTS || kind == INHIBIT_ANY_POLICY))
			return MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE;
	}
#else
	(void)ssl;
#endif
	return error;
}

/* True if `error` says that an allocation failed, in whichever module. */
bool tlsMbedtlsIsMemory(int error);

/* True if `error` says that no random number could be drawn. */
static inline bool tlsMbedtlsIsRandom(int error)
{
#if !TLS_MBEDTLS_4
	if (error == MBEDTLS_ERR_ENTROPY_SOURCE_FAILED)
		return true;
#endif
	return error == MBEDTLS_ERR_SSL_NO_RNG || error == PSA_ERROR_INSUFFICIENT_ENTROPY ||
		   error == PSA_ERROR_HARDWARE_FAILURE;
}

/* True if `error` is the one that the library returns for what it believes cannot happen. */
static inline bool tlsMbedtlsIsCorruption(int error)
{
#if !TLS_MBEDTLS_4
	if (error == MBEDTLS_ERR_ERROR_CORRUPTION_DETECTED)
		return true;
#endif
	return error == PSA_ERROR_CORRUPTION_DETECTED;
}

/* True if a call of the library that returned `error` ran out of memory: it says so, or an allocation has
   failed since tlsMemoryFailures was `before`. */
bool tlsMbedtlsRanOut(int error, uint32_t before);

#endif
