/* SPDX-License-Identifier: MIT */
/*
 * Name constraints. DNS names, IP addresses and directory names are compared; names of other kinds are
 * refused if the constraints speak of that kind.
 */

#include "tlsNameConstraints.h"

#include <string.h>

#define SEQUENCE  (MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE)
#define PERMITTED (MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED | 0)
#define EXCLUDED  (MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED | 1)
#define DIRECTORY 4 /* the tag of a directoryName in GeneralName */

static const char malformed[] = TLS_DETAIL("name constraints are malformed");
static const char forbidden[] = TLS_DETAIL("an issuer's name constraints forbid it");

/* Of policies, whoever asks for none takes any, however they are mapped (RFC 5280, section 6.1.1); only
   policyConstraints can ask for one. */
enum { NAME_CONSTRAINTS = 30, POLICIES = 32, POLICY_MAPPINGS = 33, INHIBIT_ANY_POLICY = 54 };

/* The number of the extension 2.5.29.number, or 0 for another. */
static uint8_t numberOf(const uint8_t *oid, size_t length)
{
	return length == 3 && oid[0] == 0x55 && oid[1] == 0x1D ? oid[2] : 0;
}

/* Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING
   }. Its identifier and value, if it can be read. */
static bool readExtension(
	unsigned char *at, const unsigned char *end, struct TlsBytes *oid, struct TlsBytes *value)
{
	int critical;
	size_t length;

	if (mbedtls_asn1_get_tag(&at, end, &length, MBEDTLS_ASN1_OID) != 0)
		return false;
	oid->bytes = at;
	oid->length = length;
	at += length;
	(void)mbedtls_asn1_get_bool(&at, end, &critical);
	if (mbedtls_asn1_get_tag(&at, end, &length, MBEDTLS_ASN1_OCTET_STRING) != 0)
		return false;
	value->bytes = at;
	value->length = length;
	return true;
}

struct TlsBytes tlsNameConstraintsOf(const mbedtls_x509_crt *certificate)
{
	struct TlsBytes none = {NULL, 0}, oid, value;
	unsigned char *at = certificate->v3_ext.p;
	const unsigned char *end;
	size_t length;

	if (at == NULL)
		return none;
	end = at + certificate->v3_ext.len;
	if (mbedtls_asn1_get_tag(&at, end, &length, SEQUENCE) != 0)
		return none;
	while (at < end && mbedtls_asn1_get_tag(&at, end, &length, SEQUENCE) == 0) {
		if (readExtension(at, at + length, &oid, &value) &&
			numberOf(oid.bytes, oid.length) == NAME_CONSTRAINTS)
			return value;
		at += length;
	}
	return none;
}

int tlsNameConstraintsAccept(void *context, const mbedtls_x509_crt *certificate, const mbedtls_x509_buf *oid,
	int critical, const unsigned char *at, const unsigned char *end)
{
	(void)context;
	(void)certificate;
	(void)at;
	(void)end;
	switch (numberOf(oid->p, oid->len)) {
	case NAME_CONSTRAINTS:
	case POLICIES:
	case POLICY_MAPPINGS:
	case INHIBIT_ANY_POLICY:
		return 0;
	default:
		return critical ? MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE : 0;
	}
}

/* True if `name` is `base` or below it; an empty base stands for all. */
static bool matchesDns(struct TlsBytes base, struct TlsBytes name)
{
	size_t before;

	if (base.length > name.length)
		return false;
	before = name.length - base.length;
	for (size_t i = 0; i < base.length; i++) {
		if (tlsDerLower(base.bytes[i]) != tlsDerLower(name.bytes[before + i]))
			return false;
	}
	return before == 0 || base.length == 0 || name.bytes[before - 1] == '.';
}

/* "*.example.com" also stands for "a.example.com", which is what an exclusion may be about. */
static bool wildcardCovers(struct TlsBytes pattern, struct TlsBytes base)
{
	struct TlsBytes rest = {pattern.bytes + 2, pattern.length - 2};

	return pattern.length > 2 && pattern.bytes[0] == '*' && matchesDns(rest, base);
}

/* The base of an iPAddress is an address and a mask. */
static bool matchesAddress(struct TlsBytes base, struct TlsBytes name)
{
	if (base.length != 2 * name.length)
		return false;
	for (size_t i = 0; i < name.length; i++) {
		if ((name.bytes[i] ^ base.bytes[i]) & base.bytes[name.length + i])
			return false;
	}
	return true;
}

/* True if the name has a kind and value within `base`. Names are given by the tag of their kind in
   GeneralName. */
static bool matches(int kind, struct TlsBytes base, struct TlsBytes name, bool excluding)
{
	switch (kind) {
	case MBEDTLS_X509_SAN_DNS_NAME:
		return matchesDns(base, name) || (excluding && wildcardCovers(name, base));
	case MBEDTLS_X509_SAN_IP_ADDRESS:
		return matchesAddress(base, name);
	case DIRECTORY:
		return tlsDerNameBegins(name, base);
	default:
		return excluding; /* forbids it either way */
	}
}

/* GeneralSubtree ::= SEQUENCE { base GeneralName, minimum [0] DEFAULT 0, maximum [1] OPTIONAL }. RFC 5280
   allows neither of the latter, and then the base fills the SEQUENCE. */
static bool readSubtree(unsigned char **at, const unsigned char *end, int *kind, struct TlsBytes *base)
{
	size_t length;

	if (mbedtls_asn1_get_tag(at, end, &length, SEQUENCE) != 0)
		return false;
	end = *at + length;
	if (*at >= end)
		return false;
	*kind = *(*at)++ & MBEDTLS_ASN1_TAG_VALUE_MASK;
	if (mbedtls_asn1_get_len(at, end, &length) != 0 || *at + length != end)
		return false;
	base->bytes = *at;
	base->length = length;
	*at += length;
	/* A leading period is a URI's (RFC 5280, section 4.2.1.10). */
	if (*kind == MBEDTLS_X509_SAN_DNS_NAME && length > 0 && base->bytes[0] == '.')
		return false;
	/* A directoryName is explicitly tagged, as Name is a CHOICE. */
	return *kind != DIRECTORY || tlsDerOpenName(base);
}

/* One name against one list of subtrees. */
static const char *checkList(struct TlsBytes list, bool excluding, int kind, struct TlsBytes name)
{
	unsigned char *at = (unsigned char *)list.bytes;
	const unsigned char *end = at + list.length;
	bool spoken = false, found = false;

	while (at < end) {
		struct TlsBytes base;
		int baseKind;

		if (!readSubtree(&at, end, &baseKind, &base))
			return malformed;
		if (baseKind != kind)
			continue;
		spoken = true;
		found |= matches(kind, base, name, excluding);
	}
	if (excluding)
		return found ? forbidden : NULL;
	return spoken && !found ? forbidden : NULL;
}

/* One name against all of the constraints. */
static const char *checkName(
	struct TlsBytes permitted, struct TlsBytes excluded, int kind, struct TlsBytes name)
{
	const char *problem = checkList(permitted, false, kind, name);

	return problem != NULL ? problem : checkList(excluded, true, kind, name);
}

/* NameConstraints ::= SEQUENCE { permittedSubtrees [0] OPTIONAL, excludedSubtrees [1] OPTIONAL }, which is
   not to be empty. */
static bool readLists(struct TlsBytes constraints, struct TlsBytes *permitted, struct TlsBytes *excluded)
{
	unsigned char *at = (unsigned char *)constraints.bytes;
	const unsigned char *end = at + constraints.length;
	size_t length;

	memset(permitted, 0, sizeof(*permitted));
	memset(excluded, 0, sizeof(*excluded));
	if (mbedtls_asn1_get_tag(&at, end, &length, SEQUENCE) != 0 || at + length != end)
		return false;
	if (mbedtls_asn1_get_tag(&at, end, &length, PERMITTED) == 0) {
		permitted->bytes = at;
		permitted->length = length;
		at += length;
	}
	if (mbedtls_asn1_get_tag(&at, end, &length, EXCLUDED) == 0) {
		excluded->bytes = at;
		excluded->length = length;
		at += length;
	}
	return at == end && permitted->length + excluded->length > 0;
}

const char *tlsNameConstraintsProblem(struct TlsBytes constraints, const mbedtls_x509_crt *certificate)
{
	struct TlsBytes permitted, excluded, name = {certificate->subject_raw.p, certificate->subject_raw.len};
	const mbedtls_x509_sequence *names = &certificate->subject_alt_names;
	const char *problem = NULL;

	if (!readLists(constraints, &permitted, &excluded))
		return malformed;
	/* An empty subject is no name. */
	if (tlsDerOpenName(&name) && name.length > 0)
		problem = checkName(permitted, excluded, DIRECTORY, name);
	for (; problem == NULL && names != NULL; names = names->next) {
		int kind = names->buf.tag & MBEDTLS_ASN1_TAG_VALUE_MASK;

		name.bytes = names->buf.p;
		name.length = names->buf.len;
		if (names->buf.p == NULL)
			continue;
		if (kind == DIRECTORY && !tlsDerOpenName(&name))
			return malformed;
		problem = checkName(permitted, excluded, kind, name);
	}
	return problem;
}
