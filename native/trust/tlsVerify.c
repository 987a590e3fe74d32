/* SPDX-License-Identifier: MIT */
/*
 * The rules for the certificates on a way to an anchor, but for signatures: tlsPath.c.
 */

#include "tlsTrustInternal.h"
#include "tlsWork.h"

/* Of an RSA key. The time of a signature's check grows with it: with 65,537 it takes 17 squarings. 2^64 + 1
   is in use. Those that have many ones as well are too much for the largest keys: TLS_WORK_KEY_MAX. */
#define EXPONENT_BITS_MAX 65

/* Days from 1 January 1970 to a day of the proleptic Gregorian calendar, for years from 0. Years begin in
   March, so that a leap day is the last of its year. */
static int32_t daysFrom1970(int year, int month, int day)
{
	int32_t y = month <= 2 ? year - 1 : year;
	int32_t dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return y * 365 + y / 4 - y / 100 + y / 400 + dayOfYear - 719468;
}

static int64_t secondsFrom1970(const mbedtls_x509_time *time)
{
	int32_t hours = daysFrom1970(time->year, time->mon, time->day) * 24 + time->hour;

	return (int64_t)hours * 3600 + (time->min * 60 + time->sec);
}

enum TlsCode tlsVerifyDates(const mbedtls_x509_crt *certificate, int64_t now)
{
	if (now > secondsFrom1970(&certificate->valid_to))
		return TLS_CERTIFICATE_EXPIRED;
	return now < secondsFrom1970(&certificate->valid_from) ? TLS_CERTIFICATE_NOT_YET_VALID : TLS_OK;
}

bool tlsVerifyKey(const mbedtls_x509_crt *certificate)
{
	size_t bits = mbedtls_pk_get_bitlen(&certificate->pk);
	struct TlsBytes key = {certificate->pk_raw.p, certificate->pk_raw.len};
	size_t ones;

	if (tlsMbedtlsIsEcKey(&certificate->pk))
		return tlsMbedtlsIsOnKnownCurve(&certificate->pk);
	return bits >= 2048 && bits <= MBEDTLS_MPI_MAX_SIZE * 8 &&
		   tlsDerExponentBits(key, &ones) <= EXPONENT_BITS_MAX &&
		   tlsWorkOfKey(certificate) <= TLS_WORK_KEY_MAX;
}

static bool refuse(struct TlsTrust *trust, enum TlsCode code, const char *detail)
{
	tlsFailDetail(&trust->failure, code, 0, detail);
	return false;
}

/* As mbedtls_x509_crt_check_key_usage, but encipherOnly and decipherOnly, which mean nothing here, forbid
   nothing. */
static bool hasUsage(const mbedtls_x509_crt *certificate, unsigned usage)
{
	return !mbedtls_x509_crt_has_ext_type(certificate, MBEDTLS_X509_EXT_KEY_USAGE) ||
		   (tlsMbedtlsKeyUsage(certificate) & usage) != 0;
}

static bool isInTime(struct TlsTrust *trust, const mbedtls_x509_crt *certificate)
{
	enum TlsCode code = tlsVerifyDates(certificate, trust->now);
	char name[TLS_DETAIL_SIZE];

	tlsDerNameText(&certificate->subject, name, sizeof(name));
	if (trust->now < TLS_RELEASE_TIME)
		return refuse(trust, TLS_CLOCK, "");
	return code == TLS_OK || refuse(trust, code, name);
}

bool tlsVerifyAny(struct TlsTrust *trust, const mbedtls_x509_crt *certificate)
{
	if (!tlsVerifyKey(certificate))
		return refuse(trust, TLS_CERTIFICATE_WEAK, TLS_DETAIL("kind or size of key"));
	if (certificate->version != 3)
		return refuse(trust, TLS_CERTIFICATE_USAGE, TLS_DETAIL("it is not of version 3"));
	/* On an issuer it limits what its certificates may be used for. */
	if (mbedtls_x509_crt_check_extended_key_usage(
			certificate, MBEDTLS_OID_SERVER_AUTH, MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)) != 0)
		return refuse(trust, TLS_CERTIFICATE_USAGE, TLS_DETAIL("extended key usage is not for servers"));
	return isInTime(trust, certificate);
}

bool tlsVerifyIssuer(struct TlsTrust *trust, const mbedtls_x509_crt *certificate, int intermediates)
{
	int most = tlsMbedtlsPathLength(certificate);

	if (mbedtls_x509_crt_get_ca_istrue(certificate) != 1)
		return refuse(trust, TLS_CERTIFICATE_USAGE, TLS_DETAIL("its issuer is not a CA"));
	if (!hasUsage(certificate, MBEDTLS_X509_KU_KEY_CERT_SIGN))
		return refuse(trust, TLS_CERTIFICATE_USAGE, TLS_DETAIL("its issuer may not sign certificates"));
	return most < 0 || most >= intermediates || refuse(trust, TLS_CERTIFICATE_CHAIN, "");
}

/* Constraints of all certificates above apply, but to no issuer of itself (RFC 5280, section 6.1.3). Then
   come its own. */
static bool isWithinConstraints(struct TlsTrust *trust, const mbedtls_x509_crt *certificate, bool peer)
{
	struct TlsBytes subject = {certificate->subject_raw.p, certificate->subject_raw.len};
	struct TlsBytes issuer = {certificate->issuer_raw.p, certificate->issuer_raw.len};
	struct TlsBytes own = tlsNameConstraintsOf(certificate);
	bool exempt = !peer && tlsDerSameName(subject, issuer);

	for (size_t i = 0; i < trust->constraintCount && !exempt; i++) {
		const char *problem = tlsNameConstraintsProblem(trust->constraints[i], certificate);

		if (problem != NULL)
			return refuse(trust, TLS_CERTIFICATE_CONSTRAINTS, problem);
	}
	if (own.bytes != NULL && !peer)
		trust->constraints[trust->constraintCount++] = own;
	return true;
}

bool tlsVerifyBelow(struct TlsTrust *trust, const mbedtls_x509_crt *certificate, bool top, bool peer)
{
	int64_t end = secondsFrom1970(&certificate->valid_to);

	if (top) {
		trust->pinned = false;
#if defined(TLS_TELLS_ANCHOR)
		trust->anchor.bytes = certificate->raw.p;
		trust->anchor.length = peer ? 0 : certificate->raw.len;
#endif
	}
	/* The verdict holds as long as each of the certificates. */
	if (top || end < trust->validUntil)
		trust->validUntil = end;
	trust->pinned |= tlsPinsHave(trust, certificate);
	return isWithinConstraints(trust, certificate, peer);
}

static bool keep(struct TlsTrust *trust, const mbedtls_x509_crt *certificate)
{
	uint8_t *bytes = mbedtls_calloc(1, certificate->raw.len);

	if (bytes == NULL)
		return refuse(trust, TLS_MEMORY, "");
	memcpy(bytes, certificate->raw.p, certificate->raw.len);
	mbedtls_free((void *)trust->peerCertificate.bytes);
	trust->peerCertificate.bytes = bytes;
	trust->peerCertificate.length = certificate->raw.len;
	return true;
}

bool tlsVerifyPeer(struct TlsTrust *trust, const mbedtls_x509_crt *certificate)
{
	char names[TLS_DETAIL_SIZE];

	if (!tlsVerifyAny(trust, certificate))
		return false;
	if (mbedtls_x509_crt_get_ca_istrue(certificate) == 1)
		return refuse(trust, TLS_CERTIFICATE_USAGE,
			TLS_DETAIL("a CA's certificate is not a server's: it needs basicConstraints CA:FALSE"));
	if (!hasUsage(certificate, MBEDTLS_X509_KU_DIGITAL_SIGNATURE))
		return refuse(trust, TLS_CERTIFICATE_USAGE, TLS_DETAIL("key usage is not digital signature"));
	if (!tlsPeerNameMatches(&trust->host, certificate)) {
		tlsPeerNameList(certificate, names, sizeof(names));
		return refuse(trust, TLS_CERTIFICATE_NAME,
			names[0] != 0 ? names : TLS_DETAIL("it has no subject alternative name"));
	}
	if (trust->pins != NULL && !trust->pinned)
		return refuse(trust, TLS_CERTIFICATE_PIN, "");
	trust->peerHasEcKey = tlsMbedtlsIsEcKey(&certificate->pk);
	return !TLS_PEER_CERTIFICATE || keep(trust, certificate);
}

static int acceptAny(void *context, const mbedtls_x509_crt *certificate, const mbedtls_x509_buf *oid,
	int critical, const unsigned char *at, const unsigned char *end)
{
	(void)context;
	(void)certificate;
	(void)oid;
	(void)critical;
	(void)at;
	(void)end;
	return 0;
}

int tlsVerifyParse(
	struct TlsFailure *failure, mbedtls_x509_crt *certificate, struct TlsBytes der, bool anchor)
{
	uint32_t before = tlsMemoryFailures();
	int error = mbedtls_x509_crt_parse_der_with_ext_cb(
		certificate, der.bytes, der.length, 0, anchor ? acceptAny : tlsNameConstraintsAccept, NULL);

	if (error == 0 && certificate->raw.len != der.length)
		error = MBEDTLS_ERR_X509_INVALID_FORMAT;
	if (error != 0 && tlsMbedtlsRanOut(error, before))
		tlsFail(failure, TLS_MEMORY, error);
	else if (error != 0)
		tlsVerifyParseFailure(failure, error);
	return error;
}

void tlsVerifyParseFailure(struct TlsFailure *failure, int error)
{
	int above = tlsMbedtlsErrorAbove(error);

	if (error == MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE)
		tlsFailDetail(failure, TLS_CERTIFICATE_CONSTRAINTS, error,
			TLS_DETAIL("a critical extension, such as name constraints, is not supported"));
	else if (tlsMbedtlsIsUnknownSignature(error))
		tlsFailDetail(failure, TLS_CERTIFICATE_WEAK, error, TLS_DETAIL("signature algorithm"));
	else if (above == MBEDTLS_ERR_PK_UNKNOWN_PK_ALG || above == MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE)
		tlsFailDetail(failure, TLS_CERTIFICATE_WEAK, error, TLS_DETAIL("kind of key"));
	else
		tlsFail(failure, TLS_CERTIFICATE_MALFORMED, error);
}
