/* SPDX-License-Identifier: MIT */
/*
 * OpenSSL's judgement. It gets the path as it is, and does not search for one: which certificate issued which
 * is said by the path, and OpenSSL then judges names, times, usages, constraints and signatures.
 */

#include "secondOpinion.h"
#include "fuzz.h"

#include <string.h>

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#define PATH_MAX 8

struct Opinion {
	const struct AcceptedPath *path;
	X509 *certificates[PATH_MAX]; /* the anchor first */
};

/* Stands in for OpenSSL's own rule, which takes key identifiers for more than the hint that they are (RFC
   5280, section 4.2.1.1). */
static int isIssued(X509_STORE_CTX *context, X509 *child, X509 *issuer)
{
	const struct Opinion *opinion = X509_STORE_CTX_get_app_data(context);

	for (size_t i = 1; i < opinion->path->count; i++) {
		if (opinion->certificates[i] == child && opinion->certificates[i - 1] == issuer)
			return X509_NAME_cmp(X509_get_issuer_name(child), X509_get_subject_name(issuer)) == 0;
	}
	return 0;
}

/* What OpenSSL refuses and this project does not, each for a reason. */
static bool isKnown(const struct Opinion *opinion, X509_STORE_CTX *context, int error)
{
	bool isAnchor = X509_STORE_CTX_get_error_depth(context) + 1 == (int)opinion->path->count;

	switch (error) {
	case X509_V_ERR_CERT_SIGNATURE_FAILURE:
	case X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY:
		return !opinion->path->signaturesCount;
	case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION: /* nothing is asked of an anchor but its name and key (RFC 5280, 6.1.1) */
		return isAnchor && opinion->path->count > 1;
	default:
		return false;
	}
}

static int judgeError(int good, X509_STORE_CTX *context)
{
	return good || isKnown(X509_STORE_CTX_get_app_data(context), context, X509_STORE_CTX_get_error(context));
}

static void setHost(X509_VERIFY_PARAM *wish, const char *host)
{
	size_t length = strlen(host);

	if (X509_VERIFY_PARAM_set1_ip_asc(wish, host) == 1)
		return;
	if (host[length - 1] == '.') /* the root */
		length--;
	FUZZ_CHECK(X509_VERIFY_PARAM_set1_host(wish, host, length) == 1);
	X509_VERIFY_PARAM_set_hostflags(
		wish, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
}

/* An anchor need not have signed itself. */
static void setWishes(X509_STORE_CTX *context, const struct AcceptedPath *path)
{
	X509_VERIFY_PARAM *wish = X509_STORE_CTX_get0_param(context);

	FUZZ_CHECK(X509_STORE_CTX_set_default(context, "ssl_server") == 1);
	FUZZ_CHECK(X509_VERIFY_PARAM_set_flags(wish, X509_V_FLAG_PARTIAL_CHAIN) == 1);
	X509_VERIFY_PARAM_set_time(wish, (time_t)path->now);
	setHost(wish, path->host);
}

static void verify(struct Opinion *opinion)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	STACK_OF(X509) *anchors = sk_X509_new_null(), *presented = sk_X509_new_null();
	size_t count = opinion->path->count;

	FUZZ_CHECK(store != NULL && context != NULL && anchors != NULL && presented != NULL);
	X509_STORE_set_check_issued(store, isIssued);
	FUZZ_CHECK(sk_X509_push(anchors, opinion->certificates[0]) > 0);
	for (size_t i = 1; i + 1 < count; i++)
		FUZZ_CHECK(sk_X509_push(presented, opinion->certificates[i]) > 0);
	FUZZ_CHECK(X509_STORE_CTX_init(context, store, opinion->certificates[count - 1], presented) == 1);
	X509_STORE_CTX_set0_trusted_stack(context, anchors);
	FUZZ_CHECK(X509_STORE_CTX_set_app_data(context, opinion) == 1);
	setWishes(context, opinion->path);
	X509_STORE_CTX_set_verify_cb(context, judgeError);
	if (X509_verify_cert(context) != 1) {
		fprintf(stderr, "OpenSSL refuses what is accepted: %s, %d above the peer's certificate of %zu\n",
			X509_verify_cert_error_string(X509_STORE_CTX_get_error(context)),
			X509_STORE_CTX_get_error_depth(context), count);
		abort();
	}
	X509_STORE_CTX_free(context);
	X509_STORE_free(store);
	sk_X509_free(anchors);
	sk_X509_free(presented);
}

/* Whether an extension's value is DER: each library reads in its own way what is not, such as a bit behind
   the end of its string. */
static bool isProper(X509_EXTENSION *extension)
{
	const X509V3_EXT_METHOD *method = X509V3_EXT_get(extension);
	const ASN1_OCTET_STRING *given = X509_EXTENSION_get_data(extension);
	unsigned char *bytes = NULL;
	void *value;
	int length;
	bool same;

	if (method == NULL || method->it == NULL) /* OpenSSL does not look into it */
		return true;
	value = X509V3_EXT_d2i(extension);
	if (value == NULL)
		return false;
	length = ASN1_item_i2d(value, &bytes, ASN1_ITEM_ptr(method->it));
	same = length == ASN1_STRING_length(given) &&
		   memcmp(bytes, ASN1_STRING_get0_data(given), (size_t)length) == 0;
	OPENSSL_free(bytes);
	ASN1_item_free(value, ASN1_ITEM_ptr(method->it));
	return same;
}

/* Whether times and extensions are as DER and RFC 5280 want them. */
static bool isProperThroughout(const X509 *certificate)
{
	bool proper = X509_cmp_current_time(X509_get0_notBefore(certificate)) != 0 &&
				  X509_cmp_current_time(X509_get0_notAfter(certificate)) != 0;

	for (int i = 0; proper && i < X509_get_ext_count(certificate); i++)
		proper = isProper(X509_get_ext(certificate, i));
	return proper;
}

/* NULL: OpenSSL cannot read all of it. */
static X509 *read(struct TlsBytes der)
{
	const unsigned char *at = der.bytes;
	X509 *certificate = d2i_X509(NULL, &at, (long)der.length);

	if (certificate != NULL && isProperThroughout(certificate))
		return certificate;
	X509_free(certificate);
	return NULL;
}

void secondOpinion(const struct AcceptedPath *path)
{
	struct Opinion opinion = {path, {NULL}};
	bool readable = true;

	FUZZ_CHECK(path->count > 0 && path->count <= PATH_MAX);
	for (size_t i = 0; i < path->count; i++) {
		opinion.certificates[i] = read(path->certificates[i]);
		readable &= opinion.certificates[i] != NULL;
	}
	if (readable)
		verify(&opinion);
	for (size_t i = 0; i < path->count; i++)
		X509_free(opinion.certificates[i]);
}
