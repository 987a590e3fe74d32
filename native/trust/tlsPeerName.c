/* SPDX-License-Identifier: MIT */
/*
 * The host against a certificate, by RFC 9525: subject alternative names only, never the common name; DNS
 * names against dNSName, addresses against iPAddress, and never one against the other.
 */

#include "tlsPeerName.h"
#include "tlsAddress.h"
#include "tlsDer.h"
#include "tlsTrust.h"

#include <string.h>

bool tlsPeerNameSet(struct TlsPeerName *host, const char *name)
{
	size_t length = strlen(name);

	host->addressSize = tlsAddressParse(name, host->address);
	/* A dot at the end makes a name absolute for the resolver; certificates and SNI do without (RFC 6066). */
	if (length > 0 && name[length - 1] == '.')
		length--;
	host->name = mbedtls_calloc(1, length + 1);
	if (host->name == NULL)
		return false;
	memcpy(host->name, name, length);
	return true;
}

void tlsPeerNameFree(struct TlsPeerName *host)
{
	mbedtls_free(host->name);
	host->name = NULL;
}

static bool sameText(const char *a, const uint8_t *b, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (tlsDerLower((uint8_t)a[i]) != tlsDerLower(b[i]))
			return false;
	}
	return true;
}

bool tlsPeerNameIs(const char *name, const uint8_t *pattern, size_t length)
{
	const char *rest;

	if (tlsAddressResembles(name))
		return false;
	if (length == strlen(name) && sameText(name, pattern, length))
		return true;
	/* "*.example.com" stands for one label; what follows the star has a dot of its own, so "*.com" is for
	   nobody. */
	if (length < 2 || pattern[0] != '*' || pattern[1] != '.' || memchr(pattern + 2, '.', length - 2) == NULL)
		return false;
	rest = strchr(name, '.');
	return rest != NULL && rest != name && strlen(rest) == length - 1 &&
		   sameText(rest, pattern + 1, length - 1);
}

static bool matchesEntry(const struct TlsPeerName *host, const mbedtls_x509_buf *entry)
{
	switch (entry->tag & MBEDTLS_ASN1_TAG_VALUE_MASK) {
	case MBEDTLS_X509_SAN_DNS_NAME:
		return host->addressSize == 0 && tlsPeerNameIs(host->name, entry->p, entry->len);
	case MBEDTLS_X509_SAN_IP_ADDRESS:
		return host->addressSize > 0 && entry->len == host->addressSize &&
			   memcmp(entry->p, host->address, entry->len) == 0;
	default:
		return false;
	}
}

bool tlsPeerNameMatches(const struct TlsPeerName *host, const mbedtls_x509_crt *certificate)
{
	const mbedtls_x509_sequence *names = &certificate->subject_alt_names;

	if (!mbedtls_x509_crt_has_ext_type(certificate, MBEDTLS_X509_EXT_SUBJECT_ALT_NAME))
		return false;
	for (; names != NULL; names = names->next) {
		if (names->buf.p != NULL && matchesEntry(host, &names->buf))
			return true;
	}
	return false;
}

/* The text of a name, cut to `size`. Addresses of IPv6 have their groups in full. Returns its length. */
static size_t nameText(const mbedtls_x509_buf *name, char *text, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	bool dns = (name->tag & MBEDTLS_ASN1_TAG_VALUE_MASK) == MBEDTLS_X509_SAN_DNS_NAME;
	size_t length = 0;

	for (size_t i = 0; i < name->len && length + 4 < size; i++) {
		uint8_t byte = name->p[i];

		if (dns) {
			text[length++] = byte > 0x20 && byte < 0x7F ? (char)byte : '?';
		} else if (name->len == 4) {
			if (i > 0)
				text[length++] = '.';
			if (byte >= 100)
				text[length++] = digits[byte / 100];
			if (byte >= 10)
				text[length++] = digits[byte / 10 % 10];
			text[length++] = digits[byte % 10];
		} else {
			if (i > 0 && i % 2 == 0)
				text[length++] = ':';
			text[length++] = digits[byte >> 4];
			text[length++] = digits[byte & 15];
		}
	}
	return length;
}

void tlsPeerNameList(const mbedtls_x509_crt *certificate, char *text, size_t size)
{
	const mbedtls_x509_sequence *name = &certificate->subject_alt_names;
	size_t at = 0;

	for (; name != NULL && at + 8 < size; name = name->next) {
		int kind = name->buf.tag & MBEDTLS_ASN1_TAG_VALUE_MASK;

		if (name->buf.p == NULL || (kind != MBEDTLS_X509_SAN_DNS_NAME && kind != MBEDTLS_X509_SAN_IP_ADDRESS))
			continue;
		if (at > 0) {
			text[at++] = ',';
			text[at++] = ' ';
		}
		at += nameText(&name->buf, text + at, size - at);
	}
	text[at] = 0;
}
