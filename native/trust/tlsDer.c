/* SPDX-License-Identifier: MIT */
/*
 * The shape of DER: is it DER at all, and are two names the same.
 */

#include "tlsDer.h"


#include <string.h>

#define SEQUENCE (MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE)
#define SET      (MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SET)

const char *tlsDerProblem(const uint8_t *der, size_t length, size_t *size)
{
	static const char pem[] = "-----BEGIN";
	unsigned char *at = (unsigned char *)der;
	size_t inner;

	if (length == 0)
		return "it is empty";
	if (length >= sizeof(pem) - 1 && memcmp(der, pem, sizeof(pem) - 1) == 0)
		return "this is PEM, and DER is wanted";
	if (der[0] != SEQUENCE)
		return "this is not DER";
	if (mbedtls_asn1_get_tag(&at, der + length, &inner, SEQUENCE) != 0)
		return "it is truncated";
	*size = (size_t)(at - der) + inner;
	return NULL;
}

static uint8_t lower(uint8_t letter)
{
	return letter >= 'A' && letter <= 'Z' ? (uint8_t)(letter | 0x20) : letter;
}

static bool isText(int tag)
{
	return tag == MBEDTLS_ASN1_UTF8_STRING || tag == MBEDTLS_ASN1_PRINTABLE_STRING;
}

/* Two values of attributes. Texts compare without letter case, as far as ASCII goes; everything else byte for byte. */
static bool sameValue(int tagA, const uint8_t *a, int tagB, const uint8_t *b, size_t length)
{
	if (isText(tagA) && isText(tagB)) {
		for (size_t i = 0; i < length; i++) {
			if (lower(a[i]) != lower(b[i]))
				return false;
		}
		return true;
	}
	return tagA == tagB && memcmp(a, b, length) == 0;
}

/*
 * Name ::= SEQUENCE OF (SET OF (SEQUENCE { type OBJECT IDENTIFIER, value ANY }))
 *
 * Both names are walked side by side, entering constructed elements and comparing the others: the same tags and lengths
 * on both sides make the same structure.
 */
bool tlsDerSameName(struct TlsBytes a, struct TlsBytes b)
{
	unsigned char *atA = (unsigned char *)a.bytes, *atB = (unsigned char *)b.bytes;
	const unsigned char *endA = a.bytes + a.length, *endB = b.bytes + b.length;

	while (atA < endA && atB < endB) {
		int tagA = *atA++, tagB = *atB++;
		size_t lengthA, lengthB;

		if (mbedtls_asn1_get_len(&atA, endA, &lengthA) != 0 || mbedtls_asn1_get_len(&atB, endB, &lengthB) != 0 ||
			lengthA != lengthB)
			return false;
		if (tagA == tagB && (tagA == SEQUENCE || tagA == SET))
			continue;
		if (!sameValue(tagA, atA, tagB, atB, lengthA))
			return false;
		atA += lengthA;
		atB += lengthB;
	}
	return atA == endA && atB == endB;
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
	const mbedtls_x509_name *found = findAttribute(name, MBEDTLS_OID_AT_CN, MBEDTLS_OID_SIZE(MBEDTLS_OID_AT_CN));
	size_t length;

	if (found == NULL)
		found = findAttribute(name, MBEDTLS_OID_AT_ORGANIZATION, MBEDTLS_OID_SIZE(MBEDTLS_OID_AT_ORGANIZATION));
	length = found != NULL ? found->val.len : 0;
	if (length > size - 1)
		length = size - 1;
	if (length > 0)
		memcpy(text, found->val.p, length);
	text[length] = 0;
}
