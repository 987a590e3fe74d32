/* SPDX-License-Identifier: MIT */
/*
 * The rules for every certificate of a chain. The library builds the chain and checks signatures, CA bits and path
 * lengths; what it leaves to the caller, or takes lightly, is done here.
 */

#include "tlsTrustInternal.h"

#define WEAK_FLAGS (MBEDTLS_X509_BADCERT_BAD_MD | MBEDTLS_X509_BADCERT_BAD_PK | MBEDTLS_X509_BADCERT_BAD_KEY)

/* Days from 1 January 1970 to a day of the proleptic Gregorian calendar, for years from 0. Years begin in March, so that
   a leap day is the last of its year; 400 of them have 146,097 days. */
static int32_t daysFrom1970(int year, int month, int day)
{
	int32_t y = month <= 2 ? year - 1 : year;
	int32_t era = y / 400;
	int32_t yearOfEra = y - era * 400;
	int32_t dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468;
}

static int64_t secondsFrom1970(const mbedtls_x509_time *time)
{
	int64_t hours = (int64_t)daysFrom1970(time->year, time->mon, time->day) * 24 + time->hour;

	return (hours * 60 + time->min) * 60 + time->sec;
}

static bool isExpiredAt(const mbedtls_x509_crt *certificate, int64_t now)
{
	return now > secondsFrom1970(&certificate->valid_to);
}

/* How long the verdict on the chain holds: as long as each of its certificates. */
static void noteEnd(struct TlsTrust *trust, const mbedtls_x509_crt *certificate)
{
	int64_t end = secondsFrom1970(&certificate->valid_to);

	if (trust->above == NULL || end < trust->validUntil)
		trust->validUntil = end;
}

static bool isEarlyAt(const mbedtls_x509_crt *certificate, int64_t now)
{
	return now < secondsFrom1970(&certificate->valid_from);
}

bool tlsVerifyIsValidAt(const mbedtls_x509_crt *certificate, int64_t now)
{
	return !isExpiredAt(certificate, now) && !isEarlyAt(certificate, now);
}

/* As the library's default profile has it: RSA from 2048 bits, curves from 250. */
bool tlsVerifyIsStrong(const mbedtls_x509_crt *certificate)
{
	size_t bits = mbedtls_pk_get_bitlen(&certificate->pk);

	return bits >= (tlsMbedtlsIsEcKey(&certificate->pk) ? 250 : 2048);
}

static void refuse(
	struct TlsTrust *trust, uint32_t *flags, uint32_t flag, enum TlsCode code, const char *detail)
{
	tlsFailDetail(&trust->failure, code, 0, detail);
	*flags |= flag;
}

static void checkDates(struct TlsTrust *trust, const mbedtls_x509_crt *certificate, uint32_t *flags)
{
	char name[TLS_DETAIL_SIZE];

	tlsDerNameText(&certificate->subject, name, sizeof(name));
	if (trust->now < TLS_RELEASE_TIME)
		refuse(trust, flags, MBEDTLS_X509_BADCERT_FUTURE, TLS_CLOCK, "");
	else if (isExpiredAt(certificate, trust->now))
		refuse(trust, flags, MBEDTLS_X509_BADCERT_EXPIRED, TLS_CERTIFICATE_EXPIRED, name);
	else if (isEarlyAt(certificate, trust->now))
		refuse(trust, flags, MBEDTLS_X509_BADCERT_FUTURE, TLS_CERTIFICATE_NOT_YET_VALID, name);
}

/* Constraints of all certificates above apply, but to no issuer of itself (RFC 5280, section 6.1.3). Then come its own. */
static void checkConstraints(struct TlsTrust *trust, const mbedtls_x509_crt *certificate, uint32_t *flags)
{
	struct TlsBytes subject = {certificate->subject_raw.p, certificate->subject_raw.len};
	struct TlsBytes issuer = {certificate->issuer_raw.p, certificate->issuer_raw.len};
	struct TlsBytes own = tlsNameConstraintsOf(certificate);
	bool exempt = trust->depth > 0 && tlsDerSameName(subject, issuer);

	for (size_t i = 0; i < trust->constraintCount && !exempt; i++) {
		const char *problem = tlsNameConstraintsProblem(trust->constraints[i], certificate);

		if (problem != NULL)
			refuse(trust, flags, MBEDTLS_X509_BADCERT_OTHER, TLS_CERTIFICATE_CONSTRAINTS, problem);
	}
	if (own.bytes == NULL)
		return;
	if (trust->constraintCount == MBEDTLS_X509_MAX_VERIFY_CHAIN_SIZE)
		refuse(trust, flags, MBEDTLS_X509_BADCERT_OTHER, TLS_CERTIFICATE_CHAIN, "");
	else
		trust->constraints[trust->constraintCount++] = own;
}

/* Rules for the anchor, the intermediates and the leaf alike. */
static void checkAny(struct TlsTrust *trust, const mbedtls_x509_crt *certificate, uint32_t *flags)
{
	if (*flags & WEAK_FLAGS)
		tlsFailDetail(&trust->failure, TLS_CERTIFICATE_WEAK, 0,
			*flags & MBEDTLS_X509_BADCERT_BAD_MD ? TLS_DETAIL("signature algorithm")
												 : TLS_DETAIL("kind or size of key"));
	if (certificate->version != 3)
		refuse(trust, flags, MBEDTLS_X509_BADCERT_KEY_USAGE, TLS_CERTIFICATE_USAGE,
			TLS_DETAIL("it is not of version 3"));
	/* On an issuer it limits what its certificates may be used for. */
	if (mbedtls_x509_crt_check_extended_key_usage(
			certificate, MBEDTLS_OID_SERVER_AUTH, MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)) != 0)
		refuse(trust, flags, MBEDTLS_X509_BADCERT_EXT_KEY_USAGE, TLS_CERTIFICATE_USAGE,
			TLS_DETAIL("extended key usage is not for servers"));
	checkDates(trust, certificate, flags);
	checkConstraints(trust, certificate, flags);
}

/* Rules for the peer's own certificate. */
static void checkLeaf(struct TlsTrust *trust, const mbedtls_x509_crt *certificate, uint32_t *flags)
{
	if (mbedtls_x509_crt_get_ca_istrue(certificate) == 1)
		refuse(trust, flags, MBEDTLS_X509_BADCERT_KEY_USAGE, TLS_CERTIFICATE_USAGE,
			TLS_DETAIL("a CA's certificate is not a server's"));
	if (mbedtls_x509_crt_check_key_usage(certificate, MBEDTLS_X509_KU_DIGITAL_SIGNATURE) != 0)
		refuse(trust, flags, MBEDTLS_X509_BADCERT_KEY_USAGE, TLS_CERTIFICATE_USAGE,
			TLS_DETAIL("key usage is not digital signature"));
	if (!mbedtls_x509_crt_has_ext_type(certificate, MBEDTLS_X509_EXT_SUBJECT_ALT_NAME))
		refuse(trust, flags, MBEDTLS_X509_BADCERT_CN_MISMATCH, TLS_CERTIFICATE_NAME,
			TLS_DETAIL("it has no subject alternative name"));
	else if (!tlsPeerNameMatches(&trust->host, certificate))
		refuse(trust, flags, MBEDTLS_X509_BADCERT_CN_MISMATCH, TLS_CERTIFICATE_NAME, "");
	if (trust->pins != NULL && !trust->pinned)
		refuse(trust, flags, MBEDTLS_X509_BADCERT_OTHER, TLS_CERTIFICATE_PIN, "");
	trust->peerHasEcKey = tlsMbedtlsIsEcKey(&certificate->pk);
}

static void keepPeer(struct TlsTrust *trust, const mbedtls_x509_crt *certificate, uint32_t *flags)
{
	uint8_t *bytes = mbedtls_calloc(1, certificate->raw.len);

	if (bytes == NULL) {
		refuse(trust, flags, MBEDTLS_X509_BADCERT_OTHER, TLS_MEMORY, "");
		return;
	}
	memcpy(bytes, certificate->raw.p, certificate->raw.len);
	mbedtls_free((void *)trust->peerCertificate.bytes);
	trust->peerCertificate.bytes = bytes;
	trust->peerCertificate.length = certificate->raw.len;
}

/*
 * Called from the top of the chain down to the peer's own certificate, at depth 0. The failure that is found first
 * sticks, so it is the one nearest to the anchor. What it sets in `flags` chooses the library's alert.
 */
int tlsVerifyCertificate(void *context, mbedtls_x509_crt *certificate, int depth, uint32_t *flags)
{
	struct TlsTrust *trust = context;

	/* In TLS 1.2 the library skips certificates with a signature algorithm that it does not know, and verifies what is
	   left: if that is nothing, it is this. */
	if (certificate->raw.p == NULL) {
		refuse(trust, flags, MBEDTLS_X509_BADCERT_BAD_MD, TLS_CERTIFICATE_WEAK,
			TLS_DETAIL("signature algorithm"));
		return 0;
	}
	trust->depth = depth;
	trust->now = trust->clock(trust->clockContext);
	/* A device's certificate that signs itself is not a CA's, but may be trusted as itself. */
	if (depth == 0 && trust->above == NULL && tlsIssuerIsAnchor(trust, certificate))
		*flags &= ~(uint32_t)MBEDTLS_X509_BADCERT_NOT_TRUSTED;
	/* A signature with a digest that is not there is not verified: no issuer is to blame. */
	if ((*flags & (MBEDTLS_X509_BADCERT_NOT_TRUSTED | MBEDTLS_X509_BADCERT_BAD_MD)) ==
		MBEDTLS_X509_BADCERT_NOT_TRUSTED)
		tlsIssuerExplain(trust, certificate);
	noteEnd(trust, certificate);
	checkAny(trust, certificate, flags);
	trust->pinned |= tlsPinsHave(trust, certificate);
	if (depth == 0)
		checkLeaf(trust, certificate, flags);
	if (depth == 0 && *flags == 0 && TLS_PEER_CERTIFICATE)
		keepPeer(trust, certificate, flags);
	trust->failure.flags |= *flags;
	/* A flag of the library's that none of the rules above explains, or a failure that left no flag. */
	if (*flags != 0)
		tlsFail(&trust->failure, TLS_CERTIFICATE_MALFORMED, 0);
	else if (trust->failure.code != TLS_OK)
		*flags = MBEDTLS_X509_BADCERT_OTHER;
	trust->verified = depth == 0 && *flags == 0;
	trust->above = certificate;
	return 0;
}

void tlsVerifyParseFailure(struct TlsFailure *failure, int error)
{
	int above = tlsMbedtlsErrorAbove(error);

	if (error == MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE ||
		error == MBEDTLS_ERR_X509_INVALID_EXTENSIONS + MBEDTLS_ERR_ASN1_UNEXPECTED_TAG)
		tlsFailDetail(failure, TLS_CERTIFICATE_CONSTRAINTS, error,
			TLS_DETAIL("a critical extension, such as name constraints, is not supported"));
	else if (tlsMbedtlsIsUnknownSignature(error))
		tlsFailDetail(failure, TLS_CERTIFICATE_WEAK, error, TLS_DETAIL("signature algorithm"));
	else if (above == MBEDTLS_ERR_PK_UNKNOWN_PK_ALG || above == MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE)
		tlsFailDetail(failure, TLS_CERTIFICATE_WEAK, error, TLS_DETAIL("kind of key"));
	else
		tlsFail(failure, TLS_CERTIFICATE_MALFORMED, error);
}
