/* SPDX-License-Identifier: MIT */
/*
 * The shape of DER: is it DER at all, and are two names the same.
 */

#include "tlsDer.h"

#include <string.h>

#define SEQUENCE (MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE)
#define SET      (MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SET)
#define VERSION  (MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED | 0)

/* The kind by the tags of the first two parts of what is inside the outermost SEQUENCE. */
static enum TlsDerKind kindOf(unsigned char *at, const unsigned char *end)
{
	unsigned char first = *at++, second;
	size_t length;

	if (mbedtls_asn1_get_len(&at, end, &length) != 0 || length >= (size_t)(end - at))
		return TLS_DER_OTHER;
	second = at[length];
	if (first == SEQUENCE && second == SEQUENCE)
		return TLS_DER_CERTIFICATE;
	if (first == SEQUENCE && second == MBEDTLS_ASN1_OCTET_STRING)
		return TLS_DER_ENCRYPTED_KEY;
	if (first != MBEDTLS_ASN1_INTEGER)
		return TLS_DER_OTHER;
	switch (second) {
	case SEQUENCE:
		return TLS_DER_PKCS8;
	case MBEDTLS_ASN1_INTEGER:
		return TLS_DER_PKCS1;
	case MBEDTLS_ASN1_OCTET_STRING:
		return TLS_DER_SEC1;
	default:
		return TLS_DER_OTHER;
	}
}

const char *tlsDerProblem(const uint8_t *der, size_t length, size_t *size, enum TlsDerKind *kind)
{
	static const char pem[] = "-----BEGIN";
	unsigned char *at = (unsigned char *)der;
	size_t inner;
	int error;

	if (length == 0)
		return TLS_DETAIL("it is empty");
	if (length >= sizeof(pem) - 1 && memcmp(der, pem, sizeof(pem) - 1) == 0)
		return "this is PEM, and DER is wanted"; /* so often that every build says it */
	if (der[0] != SEQUENCE)
		return TLS_DETAIL("this is not DER");
	error = mbedtls_asn1_get_tag(&at, der + length, &inner, SEQUENCE);
	if (error == MBEDTLS_ERR_ASN1_OUT_OF_DATA)
		return TLS_DETAIL("it is truncated");
	if (error != 0) /* a length that DER does not have */
		return TLS_DETAIL("this is not DER");
	*size = (size_t)(at - der) + inner;
	*kind = inner > 0 ? kindOf(at, at + inner) : TLS_DER_OTHER;
	return NULL;
}

/* Goes into an element of that tag. */
static bool enter(unsigned char **at, const unsigned char **end, int tag)
{
	size_t length;

	if (mbedtls_asn1_get_tag(at, *end, &length, tag) != 0)
		return false;
	*end = *at + length;
	return true;
}

/* Goes over an element of that tag, which is `whole`. */
static bool skip(unsigned char **at, const unsigned char *end, int tag, struct TlsBytes *whole)
{
	size_t length;

	whole->bytes = *at;
	if (mbedtls_asn1_get_tag(at, end, &length, tag) != 0)
		return false;
	*at += length;
	whole->length = (size_t)(*at - whole->bytes);
	return true;
}

bool tlsDerReadNames(struct TlsBytes certificate, struct TlsDerNames *names)
{
	unsigned char *at = (unsigned char *)certificate.bytes;
	const unsigned char *end = at + certificate.length;
	struct TlsBytes other;

	if (!enter(&at, &end, SEQUENCE) || !enter(&at, &end, SEQUENCE))
		return false;
	(void)skip(&at, end, VERSION, &other);
	return skip(&at, end, MBEDTLS_ASN1_INTEGER, &other) && skip(&at, end, SEQUENCE, &other) &&
		   skip(&at, end, SEQUENCE, &names->issuer) && skip(&at, end, SEQUENCE, &other) &&
		   skip(&at, end, SEQUENCE, &names->subject) && skip(&at, end, SEQUENCE, &names->key);
}

/* SubjectPublicKeyInfo ::= SEQUENCE { algorithm, subjectPublicKey BIT STRING }. Goes to what is inside the
   latter, if it has anything. */
static bool enterKey(unsigned char **at, const unsigned char **end)
{
	struct TlsBytes other;

	if (!enter(at, end, SEQUENCE) || !skip(at, *end, SEQUENCE, &other) ||
		!enter(at, end, MBEDTLS_ASN1_BIT_STRING) || *end - *at < 2)
		return false;
	++*at; /* no unused bits */
	return true;
}

bool tlsDerIsCompressed(struct TlsBytes publicKey)
{
	unsigned char *at = (unsigned char *)publicKey.bytes;
	const unsigned char *end = at + publicKey.length;

	return enterKey(&at, &end) && (*at == 2 || *at == 3);
}

size_t tlsDerExponentBits(struct TlsBytes publicKey, size_t *ones)
{
	unsigned char *at = (unsigned char *)publicKey.bytes;
	const unsigned char *end = at + publicKey.length;
	struct TlsBytes other;
	size_t bits = 0;

	*ones = 0;
	/* SEQUENCE { modulus INTEGER, exponent INTEGER } */
	if (!enterKey(&at, &end) || !enter(&at, &end, SEQUENCE) ||
		!skip(&at, end, MBEDTLS_ASN1_INTEGER, &other) || !enter(&at, &end, MBEDTLS_ASN1_INTEGER))
		return 0;
	for (; at < end; at++) {
		for (int shift = 7; shift >= 0; shift--) {
			*ones += *at >> shift & 1;
			bits += *ones > 0;
		}
	}
	return bits;
}

uint8_t tlsDerLower(uint8_t letter)
{
	return letter >= 'A' && letter <= 'Z' ? (uint8_t)(letter | 0x20) : letter;
}

static bool isText(int tag)
{
	return tag == MBEDTLS_ASN1_UTF8_STRING || tag == MBEDTLS_ASN1_PRINTABLE_STRING;
}

/* Two values of attributes. Texts compare without letter case, as far as ASCII goes; everything else byte for
   byte. */
static bool sameValue(int tagA, const uint8_t *a, int tagB, const uint8_t *b, size_t length)
{
	if (isText(tagA) && isText(tagB)) {
		for (size_t i = 0; i < length; i++) {
			if (tlsDerLower(a[i]) != tlsDerLower(b[i]))
				return false;
		}
		return true;
	}
	return tagA == tagB && memcmp(a, b, length) == 0;
}

/*
 * RDNSequence ::= SEQUENCE OF (SET OF (SEQUENCE { type OBJECT IDENTIFIER, value ANY }))
 *
 * Two names are walked side by side, entering constructed elements and comparing the others: the same tags
 * and lengths on both sides make the same structure. Stops where `start` ends; returns how much of `name` it
 * took, or -1.
 */
static long walkNames(struct TlsBytes name, struct TlsBytes start)
{
	unsigned char *atA = (unsigned char *)name.bytes, *atB = (unsigned char *)start.bytes;
	const unsigned char *endA = atA + name.length, *endB = atB + start.length;

	while (atA < endA && atB < endB) {
		int tagA = *atA++, tagB = *atB++;
		size_t lengthA, lengthB;

		if (mbedtls_asn1_get_len(&atA, endA, &lengthA) != 0 ||
			mbedtls_asn1_get_len(&atB, endB, &lengthB) != 0 || lengthA != lengthB)
			return -1;
		if (tagA == tagB && (tagA == SEQUENCE || tagA == SET))
			continue;
		if (!sameValue(tagA, atA, tagB, atB, lengthA))
			return -1;
		atA += lengthA;
		atB += lengthB;
	}
	return atB == endB ? (long)(atA - name.bytes) : -1;
}

bool tlsDerSameName(struct TlsBytes a, struct TlsBytes b)
{
	return walkNames(a, b) == (long)a.length;
}

bool tlsDerNameBegins(struct TlsBytes name, struct TlsBytes start)
{
	return walkNames(name, start) >= 0;
}

bool tlsDerOpenName(struct TlsBytes *name)
{
	unsigned char *at = (unsigned char *)name->bytes;
	size_t length;

	if (name->length == 0 || mbedtls_asn1_get_tag(&at, at + name->length, &length, SEQUENCE) != 0)
		return false;
	name->bytes = at;
	name->length = length;
	return true;
}

static const mbedtls_x509_name *findAttribute(const mbedtls_x509_name *name, const char *oid, size_t length)
{
	for (; name != NULL; name = name->next) {
		if (name->oid.len == length && memcmp(name->oid.p, oid, length) == 0)
			return name;
	}
	return NULL;
}

void tlsDerNameText(const mbedtls_x509_name *name, char *text, size_t size)
{
	const mbedtls_x509_name *found =
		findAttribute(name, MBEDTLS_OID_AT_CN, MBEDTLS_OID_SIZE(MBEDTLS_OID_AT_CN));
	size_t length;

	if (found == NULL)
		found =
			findAttribute(name, MBEDTLS_OID_AT_ORGANIZATION, MBEDTLS_OID_SIZE(MBEDTLS_OID_AT_ORGANIZATION));
	length = found != NULL ? found->val.len : 0;
	if (length > size - 1)
		length = size - 1;
	if (length > 0)
		memcpy(text, found->val.p, length);
	text[length] = 0;
}
