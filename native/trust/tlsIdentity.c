/* SPDX-License-Identifier: MIT */
/*
 * The client's certificate chain and private key.
 */

#include "tlsDer.h"
#include "tlsIdentityUse.h"
#include "tlsTrustUse.h"

#include <string.h>

struct TlsIdentity {
	mbedtls_x509_crt chain; /* empty while its version is 0 */
	mbedtls_pk_context key;
	bool hasKey;
};

struct TlsIdentity *tlsIdentityCreate(void)
{
	struct TlsIdentity *identity = mbedtls_calloc(1, sizeof(*identity));

	if (identity == NULL)
		return NULL;
	mbedtls_x509_crt_init(&identity->chain);
	mbedtls_pk_init(&identity->key);
	return identity;
}

void tlsIdentityFree(struct TlsIdentity *identity)
{
	if (identity == NULL)
		return;
	mbedtls_x509_crt_free(&identity->chain);
	mbedtls_pk_free(&identity->key);
	mbedtls_free(identity);
}

static bool fail(struct TlsFailure *failure, int error, const char *detail)
{
	if (tlsMbedtlsIsMemory(error))
		tlsFail(failure, TLS_MEMORY, error);
	else
		tlsFailDetail(failure, TLS_CERTIFICATE_MALFORMED, error, detail);
	return false;
}

bool tlsIdentityAddCertificate(
	struct TlsIdentity *identity, const uint8_t *der, size_t length, bool copy, struct TlsFailure *failure)
{
	do {
		size_t size = 0;
		const char *problem = tlsDerProblem(der, length, &size);
		int error;

		if (problem != NULL)
			return fail(failure, 0, problem);
		error = copy ? mbedtls_x509_crt_parse_der(&identity->chain, der, size)
					 : mbedtls_x509_crt_parse_der_nocopy(&identity->chain, der, size);
		if (error != 0) {
			tlsVerifyParseFailure(failure, error);
			return false;
		}
		der += size;
		length -= size;
	} while (length > 0);
	return true;
}

/* EncryptedPrivateKeyInfo (RFC 5958) begins with the AlgorithmIdentifier of its encryption, all others with INTEGER. */
static bool isEncrypted(const uint8_t *der, size_t length)
{
	unsigned char *at = (unsigned char *)der;
	size_t inner;

	return mbedtls_asn1_get_tag(&at, der + length, &inner, MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE) == 0 &&
		   inner > 0 && *at == (MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE);
}

/* Certificate ::= SEQUENCE { SEQUENCE { version [0] or serialNumber INTEGER ...: as above, a SEQUENCE comes first. */
static bool isCertificate(const uint8_t *der, size_t length)
{
	mbedtls_x509_crt certificate;
	int error;

	mbedtls_x509_crt_init(&certificate);
	error = mbedtls_x509_crt_parse_der_nocopy(&certificate, der, length);
	mbedtls_x509_crt_free(&certificate);
	return error == 0;
}

static const char *keyProblem(const uint8_t *der, size_t length, int error)
{
	int above = tlsMbedtlsErrorAbove(error);

	if (isCertificate(der, length))
		return "this is a certificate, and a private key is wanted";
	if (isEncrypted(der, length))
		return "the private key is encrypted";
	if (above == MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE || above == MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE)
		return "the private key's curve is not supported";
	if (above == MBEDTLS_ERR_PK_UNKNOWN_PK_ALG)
		return "this kind of private key is not supported";
	return "this is no private key";
}

bool tlsIdentitySetKey(struct TlsIdentity *identity, const uint8_t *der, size_t length, struct TlsFailure *failure)
{
	size_t size = 0;
	const char *problem = tlsDerProblem(der, length, &size);
	int error;

	if (problem == NULL && size != length)
		problem = "there are bytes behind the end of the private key";
	if (problem != NULL)
		return fail(failure, 0, problem);
	if (psa_crypto_init() != PSA_SUCCESS)
		return tlsFail(failure, TLS_RANDOM, 0), false;
	error = tlsMbedtlsParseKey(&identity->key, der, length);
	if (error != 0)
		return fail(failure, error, keyProblem(der, length, error));
	if (identity->chain.version == 0)
		return fail(failure, 0, "the private key has no certificate");
	error = tlsMbedtlsCheckPair(&identity->chain.pk, &identity->key);
	if (error != 0)
		return fail(failure, error, "the private key does not belong to the certificate");
	identity->hasKey = true;
	return true;
}

int tlsIdentityUse(struct TlsIdentity *identity, mbedtls_ssl_config *configuration)
{
	if (!identity->hasKey)
		return MBEDTLS_ERR_SSL_BAD_CONFIG;
	return mbedtls_ssl_conf_own_cert(configuration, &identity->chain, &identity->key);
}
