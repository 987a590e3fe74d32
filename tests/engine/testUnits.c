/* SPDX-License-Identifier: MIT */
/*
 * Small parts on their own: failures and their texts, names, suites.
 */

#include "tap.h"
#include "tlsEngineParts.h"
#include "tlsTrustInternal.h"

#include <stdio.h>
#include <string.h>

static void testFailure(void)
{
	struct TlsFailure failure;
	char text[512], large[300];
	bool named = true, told = true;

	tlsFailureClear(&failure);
	ok(failure.code == TLS_OK && failure.alert == TLS_NO_ALERT, "an empty failure");
	ok(tlsFailDetail(&failure, TLS_CERTIFICATE_NAME, -7, "for a\x1B[2Jb") &&
			strcmp(failure.detail, "for a?[2Jb") == 0,
		"control characters in the detail are replaced");
	tlsFailureClear(&failure);
	ok(tlsFailDetail(&failure, TLS_CERTIFICATE_NAME, -7, "\x1F\x7F\x80\x9B b~\xFC") &&
			strcmp(failure.detail, "???? b~?") == 0,
		"and so is what is not ASCII: XS, which takes it for UTF-8, may not read on behind the end");
	ok(!tlsFail(&failure, TLS_MEMORY, -8) && failure.code == TLS_CERTIFICATE_NAME && failure.library == -7,
		"the first failure sticks");
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = 0;
	tlsFailureClear(&failure);
	tlsFailDetail(&failure, TLS_ALERT, 0, large);
	failure.alert = 40;
	ok(strlen(failure.detail) == TLS_DETAIL_SIZE - 1, "a long detail is cut");
	tlsFailureMessage(&failure, "host.example", text, sizeof(text));
	ok(strstr(text, "host.example: ") == text && strstr(text, "handshake_failure") != NULL &&
			strstr(text, "See the server's log.") != NULL,
		"the message has host, alert and cure");
	note("%s", text);
	tlsFailureMessage(&failure, NULL, text, 10);
	ok(strlen(text) == 9, "a message is cut to its buffer");
	strcpy(text, "as it was");
	tlsFailureMessage(&failure, NULL, text, 0);
	ok(strcmp(text, "as it was") == 0, "nothing is written to a buffer without room");
	tlsFailureClear(&failure);
	tlsFail(&failure, TLS_RESET, 104);
	tlsFailureMessage(&failure, "", text, sizeof(text));
	ok(strcmp(text, "the connection was reset by the peer or the network. Connect again.") == 0,
		"a message without host, alert and detail");
	failure.code = TLS_CODE_COUNT;
	tlsFailureMessage(&failure, NULL, text, sizeof(text));
	ok(strstr(text, "an internal error") == text && strcmp(tlsCodeName(TLS_CODE_COUNT), "internal") == 0,
		"a code that there is not");
	for (int code = 0; code < TLS_CODE_COUNT; code++) {
		const char *name = tlsCodeName((enum TlsCode)code);

		named &= name != NULL && name[0] != 0 && strspn(name, "abcdefghijklmnopqrstuvwxyz-") == strlen(name);
		for (int other = 0; other < code; other++)
			named &= strcmp(name, tlsCodeName((enum TlsCode)other)) != 0;
		tlsFailureClear(&failure);
		tlsFail(&failure, (enum TlsCode)code, 0);
		tlsFailureMessage(&failure, NULL, text, sizeof(text));
		told &= code == TLS_OK || strlen(text) > 20;
	}
	ok(named, "every code has a name of its own");
	ok(told, "every code has a message");
	tlsFailureClear(&failure);
	tlsFail(&failure, TLS_ALERT, 0);
	failure.alert = 116;
	tlsFailureMessage(&failure, NULL, text, sizeof(text));
	ok(strstr(text, "(alert certificate_required)") != NULL, "alerts have names");
	failure.alert = 233;
	tlsFailureMessage(&failure, NULL, text, sizeof(text));
	ok(strstr(text, "(alert unknown)") != NULL, "unknown alerts are unknown");
}

static void testPeerNames(void)
{
	static const struct {
		const char *name, *pattern;
		bool matches;
	} cases[] = {
		{"example.com", "example.com", true},
		{"EXAMPLE.com", "example.COM", true},
		{"example.com", "example.co", false},
		{"a.example.com", "*.example.com", true},
		{"A.Example.Com", "*.example.com", true},
		{"a.b.example.com", "*.example.com", false},
		{"a.example.com.evil.test", "*.example.com", false},
		{".example.com", "*.example.com", false},
		{"example.com", "*.example.com", false},
		{"example.com", "*.com", false},
		{"com", "*", false},
		{"a.example.com", "a*.example.com", false},
		{"a.example.com", "*a.example.com", false},
		{"b.a.example.com", "b.*.example.com", false},
		{"a.example.com", "*.*.com", false},
		{"a.example.com", "*.", false},
		{"a.example.com", "", false},
		{"1.2.3.4", "1.2.3.4", false},
		{"1.2.3.4", "*.2.3.4", false},
		{"1.2.3.256", "1.2.3.256", false},
		{"a.example.c0m", "*.example.c0m", true},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ok(tlsPeerNameIs(cases[i].name, (const uint8_t *)cases[i].pattern, strlen(cases[i].pattern)) ==
				cases[i].matches,
			"%s %s \"%s\"", cases[i].name, cases[i].matches ? "is" : "is not", cases[i].pattern);
	ok(!tlsPeerNameIs("a.example", (const uint8_t *)"a.example\0.evil", 15), "a NUL does not end a name");
}

/* Two names of one attribute each, as DER. */
static bool same(uint8_t tagA, const char *a, uint8_t tagB, const char *b)
{
	uint8_t derA[64], derB[64];
	const uint8_t tags[2] = {tagA, tagB};
	const char *const texts[2] = {a, b};
	uint8_t *const ders[2] = {derA, derB};
	struct TlsBytes names[2];

	for (int i = 0; i < 2; i++) {
		size_t length = strlen(texts[i]);
		const uint8_t head[] = {0x31, (uint8_t)(length + 9), 0x30, (uint8_t)(length + 7), 6, 3, 0x55, 4, 3,
			tags[i], (uint8_t)length};

		memcpy(ders[i], head, sizeof(head));
		memcpy(ders[i] + sizeof(head), texts[i], length);
		names[i].bytes = ders[i];
		names[i].length = sizeof(head) + length;
	}
	return tlsDerSameName(names[0], names[1]);
}

static void testDistinguishedNames(void)
{
	static const uint8_t cut[] = {0x31, 9, 0x30};
	/* C=CH, O=X */
	static const uint8_t parts[] = {0x31, 11, 0x30, 9, 6, 3, 0x55, 4, 6, 0x13, 2, 'C', 'H', 0x31, 10, 0x30, 8,
		6, 3, 0x55, 4, 10, 12, 1, 'X'};
	struct TlsBytes country = {parts, 13}, organization = {parts, sizeof(parts)};
	struct TlsBytes truncated = {cut, sizeof(cut)}, empty = {cut, 0};

	ok(same(12, "Example CA", 12, "Example CA"), "equal names");
	ok(same(12, "Example CA", 19, "EXAMPLE ca"), "UTF8String and PrintableString, letter case");
	ok(!same(12, "Example CA", 12, "Example CB"), "different names");
	ok(!same(12, "Example CA", 12, "Example C") && !same(12, "Example C", 12, "Example CA"),
		"names of different length");
	ok(!same(30, "ab", 12, "ab"), "BMPString is not UTF8String");
	ok(!tlsDerSameName(truncated, truncated) && tlsDerSameName(empty, empty) &&
			!tlsDerSameName(truncated, empty),
		"truncated and empty names");
	ok(!tlsDerSameName(country, organization) && !tlsDerSameName(organization, country),
		"a name and another that goes on are two");
	ok(tlsDerNameBegins(organization, country) && !tlsDerNameBegins(country, organization),
		"the longer begins like the shorter, and not the other way round");
}

static void testSuites(void)
{
	bool named = true;

	for (const int *suite = tlsSuites; *suite != 0; suite++) {
		char name[TLS_SUITE_NAME_SIZE];

		memset(name, 'x', sizeof(name));
		tlsSuiteName(*suite, name);
		named &= memchr(name, 0, sizeof(name)) != NULL;
		named &=
			strncmp(name, *suite >> 8 == 0x13 ? "TLS_" : "TLS_ECDHE_", *suite >> 8 == 0x13 ? 4 : 10) == 0 &&
			strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == strlen(name) &&
			tlsSuiteFits(*suite, true) == (strstr(name, "_RSA_") == NULL) &&
			tlsSuiteFits(*suite, false) == (strstr(name, "_ECDSA_") == NULL);
	}
	ok(named, "every suite that is offered has a name and its kinds of keys");
	ok(!tlsSuiteFits(0x1399, true), "others have not");
}

static void testDates(void)
{
	static const struct {
		mbedtls_x509_time time;
		int64_t seconds;
	} cases[] = {
		{{1970, 1, 1, 0, 0, 0}, 0},
		{{1969, 12, 31, 23, 59, 59}, -1},
		{{2000, 2, 29, 0, 0, 0}, INT64_C(951782400)},
		{{2000, 3, 1, 0, 0, 0}, INT64_C(951868800)},
		{{2038, 1, 19, 3, 14, 8}, INT64_C(2147483648)},
		{{2100, 3, 1, 0, 0, 0}, INT64_C(4107542400)},
		{{9999, 12, 31, 23, 59, 59}, INT64_C(253402300799)},
	};
	mbedtls_x509_crt certificate;
	bool right = true;

	mbedtls_x509_crt_init(&certificate);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		certificate.valid_from = certificate.valid_to = cases[i].time;
		right &= tlsVerifyDates(&certificate, cases[i].seconds) == TLS_OK;
		right &= tlsVerifyDates(&certificate, cases[i].seconds - 1) == TLS_CERTIFICATE_NOT_YET_VALID;
		right &= tlsVerifyDates(&certificate, cases[i].seconds + 1) == TLS_CERTIFICATE_EXPIRED;
	}
	ok(right, "dates are seconds since 1970, leap years and all");
}

void testUnits(void)
{
	testFailure();
	testPeerNames();
	testDistinguishedNames();
	testSuites();
	testDates();
}
