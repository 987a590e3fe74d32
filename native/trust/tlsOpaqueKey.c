/* SPDX-License-Identifier: MIT */
/*
 * Private keys of the platform's, as keys of the library.
 */

#include "tlsOpaqueKeyInternal.h"
#include "tlsMbedtlsOpaque.h"

#include <string.h>

#if TLS_OPAQUE_KEYS

/* Puts a public key into PSA's store of keys, from where it can be exported. */
static psa_status_t importPublic(const mbedtls_pk_context *open, mbedtls_svc_key_id_t *key)
{
	psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;

	if (mbedtls_pk_get_psa_attributes(open, PSA_KEY_USAGE_VERIFY_HASH, &attributes) != 0 ||
		mbedtls_pk_import_into_psa(open, &attributes, key) != 0)
		return PSA_ERROR_NOT_SUPPORTED;
	return PSA_SUCCESS;
}

/* True if both keys have one public key, which PSA exports in one format for all of a kind. `bytes` has room
   for two. */
static psa_status_t comparePublic(mbedtls_svc_key_id_t a, mbedtls_svc_key_id_t b, uint8_t *bytes, bool *same)
{
	const size_t room = PSA_EXPORT_PUBLIC_KEY_MAX_SIZE;
	size_t lengthA = 0, lengthB = 0;
	psa_status_t status = psa_export_public_key(a, bytes, room, &lengthA);

	if (status == PSA_SUCCESS)
		status = psa_export_public_key(b, bytes + room, room, &lengthB);
	*same = status == PSA_SUCCESS && lengthA == lengthB && memcmp(bytes, bytes + room, lengthA) == 0;
	return status;
}

static psa_status_t checkPair(const mbedtls_pk_context *open, mbedtls_svc_key_id_t secret, bool *same)
{
	uint8_t *bytes = mbedtls_calloc(2, PSA_EXPORT_PUBLIC_KEY_MAX_SIZE);
	mbedtls_svc_key_id_t key = MBEDTLS_SVC_KEY_ID_INIT;
	psa_status_t status = PSA_ERROR_INSUFFICIENT_MEMORY;

	*same = false;
	if (bytes != NULL)
		status = importPublic(open, &key);
	if (status == PSA_SUCCESS)
		status = comparePublic(key, secret, bytes, same);
	(void)psa_destroy_key(key);
	mbedtls_free(bytes);
	return status;
}

static bool maySign(mbedtls_svc_key_id_t key)
{
	psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
	bool may = psa_get_key_attributes(key, &attributes) == PSA_SUCCESS &&
			   (psa_get_key_usage_flags(&attributes) & PSA_KEY_USAGE_SIGN_HASH) != 0;

	psa_reset_key_attributes(&attributes);
	return may;
}

static enum TlsOpaqueAnswer fail(struct TlsFailure *failure, int error, uint32_t before, const char *detail)
{
	if (tlsMbedtlsRanOut(error, before))
		tlsFail(failure, TLS_MEMORY, error);
	else
		tlsFailDetail(failure, TLS_CERTIFICATE_MALFORMED, error, detail);
	return TLS_OPAQUE_FAILED;
}

enum TlsOpaqueAnswer tlsOpaqueKeyTake(struct TlsOpaqueKey *opaque, struct TlsBytes name,
	const mbedtls_pk_context *open, mbedtls_pk_context *key, struct TlsFailure *failure)
{
	uint32_t before = tlsMemoryFailures();
	psa_status_t status = tlsOpaqueKeyOpen(name.bytes, name.length, &opaque->id);
	bool same;
	int error;

	if (status == PSA_ERROR_DOES_NOT_EXIST)
		return TLS_OPAQUE_NONE;
	if (status != PSA_SUCCESS)
		return fail(failure, status, before, TLS_DETAIL("the platform cannot open its private key"));
	opaque->open = true;
	error = tlsMbedtlsWrapKey(key, opaque->id);
	if (error != 0)
		return fail(failure, error, before,
			TLS_DETAIL("the platform's key is no private key, RSA or of an elliptic curve"));
	if (!maySign(opaque->id))
		return fail(
			failure, PSA_ERROR_NOT_PERMITTED, before, TLS_DETAIL("the platform's private key may not sign"));
	status = checkPair(open, opaque->id, &same);
	if (status != PSA_SUCCESS)
		return fail(failure, status, before, TLS_DETAIL("the platform's public key cannot be compared"));
	if (!same)
		return fail(failure, 0, before, TLS_DETAIL("the private key does not belong to the certificate"));
	return TLS_OPAQUE_TAKEN;
}

void tlsOpaqueKeyRelease(struct TlsOpaqueKey *opaque)
{
	if (opaque->open)
		tlsOpaqueKeyClose(opaque->id);
	opaque->open = false;
}

#endif
