/* SPDX-License-Identifier: MIT */
/*
 * The client's certificate chain and private key. The certificates are the server's to judge: they are sent
 * as they came, and of the client's own only the key is read.
 */

#include "tlsDer.h"
#include "tlsIdentityForEngine.h"
#include "tlsOpaqueKeyInternal.h"
#include "tlsTrustForEngine.h"

#include <string.h>

struct TlsIdentity {
	mbedtls_x509_crt *chain; /* of each only `raw`, and of the first `pk` */
	mbedtls_pk_context key;
	bool hasKey;
#if TLS_OPAQUE_KEYS
	struct TlsOpaqueKey opaque; /* what `key` is, if it is the platform's */
#endif
};

struct TlsIdentity *tlsIdentityCreate(void)
{
	struct TlsIdentity *identity = mbedtls_calloc(1, sizeof(*identity));

	if (identity == NULL)
		return NULL;
	mbedtls_pk_init(&identity->key);
	return identity;
}

void tlsIdentityFree(struct TlsIdentity *identity)
{
	if (identity == NULL)
		return;
	mbedtls_x509_crt_free(identity->chain); /* but the first one's memory */
	mbedtls_free(identity->chain);
	mbedtls_pk_free(&identity->key);
#if TLS_OPAQUE_KEYS
	tlsOpaqueKeyRelease(&identity->opaque);
#endif
	mbedtls_free(identity);
}

static bool fail(struct TlsFailure *failure, int error, const char *detail)
{
	tlsFailDetail(failure, TLS_CERTIFICATE_MALFORMED, error, detail);
	return false;
}

/* Puts a certificate at the end of the chain, not parsed. False: no memory. */
static bool append(struct TlsIdentity *identity, struct TlsBytes der, bool copy)
{
	mbedtls_x509_crt **end = &identity->chain;
	mbedtls_x509_crt *added =
		mbedtls_calloc(1, sizeof(*added) + (copy ? der.length : 0)); /* all zero is an empty one */

	if (added == NULL)
		return false;
	added->raw.p = (unsigned char *)der.bytes;
	added->raw.len = der.length;
	if (copy)
		added->raw.p = memcpy(added + 1, der.bytes, der.length);
	while (*end != NULL)
		end = &(*end)->next;
	*end = added;
	return true;
}

/* The client's own certificate: its key must be one that the library has. */
static bool readKey(struct TlsIdentity *identity, struct TlsBytes der, struct TlsFailure *failure)
{
	struct TlsDerNames parts;
	uint32_t before = tlsMemoryFailures();
	int error;

	if (!tlsDerReadNames(der, &parts))
		return tlsFail(failure, TLS_CERTIFICATE_MALFORMED, 0), false;
	error = tlsMbedtlsParsePublicKey(&identity->chain->pk, parts.key.bytes, parts.key.length);
	if (error != 0 && tlsMbedtlsRanOut(error, before))
		tlsFail(failure, TLS_MEMORY, error);
	else if (error != 0)
		tlsVerifyParseFailure(failure, error);
	return error == 0;
}

/* One certificate at the beginning of `der`; its size goes to `size`. */
static bool addOne(struct TlsIdentity *identity, const uint8_t *der, size_t length, bool copy, size_t *size,
	struct TlsFailure *failure)
{
	struct TlsBytes one = {der, 0};
	bool first;
	enum TlsDerKind kind;
	const char *problem = tlsDerProblem(der, length, size, &kind);

	if (problem == NULL && kind != TLS_DER_CERTIFICATE)
		problem = kind == TLS_DER_OTHER ? TLS_DETAIL("this is no certificate")
										: TLS_DETAIL("this is a private key, and a certificate is wanted");
	if (problem != NULL)
		return fail(failure, 0, problem);
	one.length = *size;
	if (!tlsMbedtlsStart(failure))
		return false;
	first = identity->chain == NULL;
	if (!append(identity, one, copy))
		return tlsFail(failure, TLS_MEMORY, 0), false;
	return !first || readKey(identity, one, failure);
}

bool tlsIdentityAddCertificate(
	struct TlsIdentity *identity, const uint8_t *der, size_t length, bool copy, struct TlsFailure *failure)
{
	do {
		size_t size = 0;

		if (!addOne(identity, der, length, copy, &size, failure))
			return false;
		der += size;
		length -= size;
	} while (length > 0);
	return true;
}

/* Why the library could not parse a key of that kind. It tries all formats, and its error is that of the
   last. */
static const char *keyProblem(enum TlsDerKind kind)
{
	switch (kind) {
	case TLS_DER_CERTIFICATE:
		return TLS_DETAIL("this is a certificate, and a private key is wanted");
	case TLS_DER_ENCRYPTED_KEY:
		return TLS_DETAIL("the private key is encrypted, and a plain one is wanted");
	case TLS_DER_SEC1:
		return TLS_DETAIL("the private key's curve is not supported");
	case TLS_DER_PKCS8:
		return TLS_DETAIL("this kind of private key, or its curve, is not supported");
	default:
		return TLS_DETAIL("this is no private key");
	}
}

static bool parseKey(
	struct TlsIdentity *identity, const uint8_t *der, size_t length, struct TlsFailure *failure)
{
	enum TlsDerKind kind = TLS_DER_OTHER;
	size_t size = 0;
	const char *problem = tlsDerProblem(der, length, &size, &kind);
	uint32_t before = tlsMemoryFailures();
	int error;

	if (problem == NULL && size != length)
		problem = TLS_DETAIL("there are bytes behind the end of the private key");
	if (problem != NULL)
		return fail(failure, 0, problem);
	error = tlsMbedtlsParseKey(&identity->key, der, length);
	if (error == 0)
		return true;
	if (tlsMbedtlsRanOut(error, before))
		return tlsFail(failure, TLS_MEMORY, error), false;
	return fail(failure, error, keyProblem(kind));
}

/* A key in DER, of the identity's own. */
static bool setOwnKey(
	struct TlsIdentity *identity, const uint8_t *der, size_t length, struct TlsFailure *failure)
{
	uint32_t before = tlsMemoryFailures();
	int error;

	if (!parseKey(identity, der, length, failure))
		return false;
	error = tlsMbedtlsCheckPair(&identity->chain->pk, &identity->key);
	if (error != 0 && tlsMbedtlsRanOut(error, before))
		return tlsFail(failure, TLS_MEMORY, error), false;
	return error == 0 ||
		   fail(failure, error, TLS_DETAIL("the private key does not belong to the certificate"));
}

/* A key in DER, or one that the platform knows by these bytes. */
static bool setKey(
	struct TlsIdentity *identity, const uint8_t *der, size_t length, struct TlsFailure *failure)
{
#if TLS_OPAQUE_KEYS
	struct TlsBytes name = {der, length};
	enum TlsOpaqueAnswer answer =
		tlsOpaqueKeyTake(&identity->opaque, name, &identity->chain->pk, &identity->key, failure);

	if (answer != TLS_OPAQUE_NONE)
		return answer == TLS_OPAQUE_TAKEN;
#endif
	return setOwnKey(identity, der, length, failure);
}

bool tlsIdentitySetKey(
	struct TlsIdentity *identity, const uint8_t *der, size_t length, struct TlsFailure *failure)
{
	if (identity->chain == NULL)
		return fail(failure, 0, TLS_DETAIL("the private key has no certificate"));
	identity->hasKey = tlsMbedtlsStart(failure) && setKey(identity, der, length, failure);
	return identity->hasKey;
}

int tlsIdentityUse(struct TlsIdentity *identity, mbedtls_ssl_config *configuration)
{
	(void)mbedtls_ssl_conf_own_cert(configuration, NULL, NULL); /* takes back what there was */
	if (identity == NULL)
		return 0;
	if (!identity->hasKey)
		return MBEDTLS_ERR_SSL_BAD_CONFIG;
	return mbedtls_ssl_conf_own_cert(configuration, identity->chain, &identity->key);
}

size_t tlsIdentityCurve(const struct TlsIdentity *identity)
{
	return tlsMbedtlsIsEcKey(&identity->chain->pk) ? mbedtls_pk_get_bitlen(&identity->chain->pk) : 0;
}

size_t tlsIdentityMessageSize(const struct TlsIdentity *identity)
{
	size_t size = 4 + 1 + 3; /* the message's header, an empty context, the length of the list */

	for (const mbedtls_x509_crt *own = identity->chain; own != NULL; own = own->next)
		size += 3 + own->raw.len + 2; /* length, certificate, no extensions */
	return size;
}

void tlsIdentityBind(const struct TlsIdentity *identity, struct TlsDigest *digest)
{
	if (identity == NULL)
		tlsDigestAdd(digest, "", 0);
	else
		tlsDigestAdd(digest, identity->chain->raw.p, identity->chain->raw.len);
}
