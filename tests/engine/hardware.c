/* SPDX-License-Identifier: MIT */
/*
 * Hardware in software.
 */

#include "hardware.h"

#include <string.h>

#if TLS_OPAQUE_KEYS

struct Hardware hardware;

void hardwarePut(const char *name, mbedtls_pk_context *key)
{
	memset(&hardware, 0, sizeof(hardware));
	hardware.name = name;
	hardware.key = key;
	hardware.usage = PSA_KEY_USAGE_SIGN_HASH;
}

static psa_status_t import(mbedtls_svc_key_id_t *key)
{
	psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;

	if (mbedtls_pk_get_psa_attributes(hardware.key, PSA_KEY_USAGE_SIGN_HASH, &attributes) != 0)
		return PSA_ERROR_INVALID_ARGUMENT;
	psa_set_key_usage_flags(&attributes, hardware.usage);
	if (psa_get_key_type(&attributes) == PSA_KEY_TYPE_RSA_KEY_PAIR) {
		psa_set_key_algorithm(&attributes, PSA_ALG_RSA_PKCS1V15_SIGN(PSA_ALG_ANY_HASH));
		psa_set_key_enrollment_algorithm(&attributes, PSA_ALG_RSA_PSS(PSA_ALG_ANY_HASH));
	} else
		psa_set_key_algorithm(&attributes, PSA_ALG_ECDSA(PSA_ALG_ANY_HASH));
	/* The only way for this to fail is lack of memory: the key is a good one. */
	return mbedtls_pk_import_into_psa(hardware.key, &attributes, key) == 0 ? PSA_SUCCESS
																		   : PSA_ERROR_INSUFFICIENT_MEMORY;
}

psa_status_t tlsOpaqueKeyOpen(const uint8_t *name, size_t length, mbedtls_svc_key_id_t *key)
{
	psa_status_t status;

	if (hardware.name == NULL || length != strlen(hardware.name) || memcmp(name, hardware.name, length) != 0)
		return PSA_ERROR_DOES_NOT_EXIST;
	status = hardware.answer == PSA_SUCCESS ? import(key) : hardware.answer;
	if (status == PSA_SUCCESS) {
		hardware.id = *key;
		hardware.opened++;
	}
	return status;
}

void tlsOpaqueKeyClose(mbedtls_svc_key_id_t key)
{
	(void)psa_destroy_key(key);
	hardware.closed++;
}

#endif
