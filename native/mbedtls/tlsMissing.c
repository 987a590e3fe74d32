/* SPDX-License-Identifier: MIT */
/*
 * A cookie in a HelloRetryRequest, and KeyUpdate: RFC 8446, sections 4.2.2, 4.6.3 and 7.2.
 */

#define MBEDTLS_ALLOW_PRIVATE_ACCESS /* before the first of the library's headers */

#include "tlsMissing.h"

#if defined(TLS_VENDORED)

#include "library/ssl_misc.h"
#include "library/ssl_tls13_keys.h"

enum { KEY_UPDATE = 24, NOT_REQUESTED = 0, REQUESTED = 1 };

void tlsMissingCookie(mbedtls_ssl_context *ssl)
{
	/* The library has all of it, and refuses it as an answer to an extension that was not sent. */
	if (ssl->state == MBEDTLS_SSL_SERVER_HELLO)
		ssl->handshake->sent_extensions |= mbedtls_ssl_get_extension_mask(MBEDTLS_TLS_EXT_COOKIE);
}

bool tlsMissingIsKeyUpdate(const mbedtls_ssl_context *ssl)
{
	return ssl->tls_version == MBEDTLS_SSL_VERSION_TLS1_3 && ssl->in_msgtype == MBEDTLS_SSL_MSG_HANDSHAKE &&
		   ssl->in_hslen > 0 && ssl->in_msg[0] == KEY_UPDATE;
}

/* Keys for both directions from the secrets that there are now. The old ones stay if that fails. */
static int makeKeys(mbedtls_ssl_context *ssl, psa_algorithm_t hash)
{
	const mbedtls_ssl_tls13_application_secrets *secrets = &ssl->session->app_secrets;
	int suite = ssl->session->ciphersuite;
	mbedtls_ssl_transform *made = mbedtls_calloc(1, sizeof(*made));
	mbedtls_ssl_key_set keys;
	int error;

	if (made == NULL)
		return MBEDTLS_ERR_SSL_ALLOC_FAILED;
	mbedtls_ssl_transform_init(made);
	error = mbedtls_ssl_tls13_make_traffic_keys(hash, secrets->client_application_traffic_secret_N,
		secrets->server_application_traffic_secret_N, PSA_HASH_LENGTH(hash),
		suite == MBEDTLS_TLS1_3_AES_128_GCM_SHA256 ? 16 : 32, 12, &keys);
	if (error == 0)
		error = mbedtls_ssl_tls13_populate_transform(made, MBEDTLS_SSL_IS_CLIENT, suite, &keys, ssl);
	mbedtls_platform_zeroize(&keys, sizeof(keys));
	if (error == 0) {
		mbedtls_ssl_transform *old = ssl->transform_application;

		ssl->transform_application = ssl->transform_in = ssl->transform_out = made;
		made = old;
	}
	mbedtls_ssl_transform_free(made);
	mbedtls_free(made);
	return error;
}

/* The next of one direction's secrets, and the keys from it. */
static int update(mbedtls_ssl_context *ssl, uint8_t *secret)
{
	psa_algorithm_t hash =
		ssl->session->ciphersuite == MBEDTLS_TLS1_3_AES_256_GCM_SHA384 ? PSA_ALG_SHA_384 : PSA_ALG_SHA_256;
	uint8_t next[MBEDTLS_TLS1_3_MD_MAX_SIZE];
	int error = mbedtls_ssl_tls13_hkdf_expand_label(hash, secret, PSA_HASH_LENGTH(hash),
		MBEDTLS_SSL_TLS1_3_LBL_WITH_LEN(traffic_upd), NULL, 0, next, PSA_HASH_LENGTH(hash));

	if (error == 0) {
		memcpy(secret, next, PSA_HASH_LENGTH(hash));
		error = makeKeys(ssl, hash);
	}
	mbedtls_platform_zeroize(next, sizeof(next));
	return error;
}

int tlsMissingTakeKeyUpdate(mbedtls_ssl_context *ssl, bool *asked)
{
	int error;

	/* The next byte has other keys: nothing may follow in the same record (RFC 8446, section 5.1). */
	if (ssl->in_msglen != ssl->in_hslen)
		return MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE;
	if (ssl->in_hslen != TLS_KEY_UPDATE_SIZE)
		return MBEDTLS_ERR_SSL_DECODE_ERROR;
	if (ssl->in_msg[4] > REQUESTED)
		return MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER;
	*asked = ssl->in_msg[4] == REQUESTED;
	error = update(ssl, ssl->session->app_secrets.server_application_traffic_secret_N);
	if (error == 0)
		memset(ssl->in_ctr, 0, MBEDTLS_SSL_SEQUENCE_NUMBER_LEN);
	return error;
}

int tlsMissingSendKeyUpdate(mbedtls_ssl_context *ssl)
{
	static const uint8_t message[TLS_KEY_UPDATE_SIZE] = {KEY_UPDATE, 0, 0, 1, NOT_REQUESTED};
	int sent, error;

	ssl->out_msgtype = MBEDTLS_SSL_MSG_HANDSHAKE;
	ssl->out_msglen = sizeof(message);
	memcpy(ssl->out_msg, message, sizeof(message));
	sent = mbedtls_ssl_write_record(ssl, 1);
	if (sent != 0 && sent != MBEDTLS_ERR_SSL_WANT_WRITE)
		return sent;
	error = update(ssl, ssl->session->app_secrets.client_application_traffic_secret_N);
	if (error != 0)
		return error;
	memset(ssl->cur_out_ctr, 0, sizeof(ssl->cur_out_ctr));
	return sent;
}

#else

void tlsMissingCookie(mbedtls_ssl_context *ssl)
{
	(void)ssl;
}

bool tlsMissingIsKeyUpdate(const mbedtls_ssl_context *ssl)
{
	(void)ssl;
	return false;
}

int tlsMissingTakeKeyUpdate(mbedtls_ssl_context *ssl, bool *asked)
{
	(void)ssl;
	(void)asked;
	return MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE;
}

int tlsMissingSendKeyUpdate(mbedtls_ssl_context *ssl)
{
	(void)ssl;
	return MBEDTLS_ERR_SSL_INTERNAL_ERROR;
}

#endif
