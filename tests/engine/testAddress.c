/* SPDX-License-Identifier: MIT */
/*
 * Addresses as text, against the C library of this computer, which is a strict one; and names that look like
 * them.
 */

#define _DEFAULT_SOURCE

#include "tap.h"
#include "tlsAddress.h"

#include <arpa/inet.h>
#include <string.h>

#define RANDOM_TEXTS 200000

static const char *const addresses[] = {"0.0.0.0", "127.0.0.1", "255.255.255.255", "192.0.2.7",
	"1:2:3:4:5:6:7:8", "0001:0002:0003:0004:0005:0006:0007:0008", "::", "::1", "1::", "1::8", "1:2:3::6:7:8",
	"1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3:4:5:6:192.0.2.1", "::ffff:192.0.2.1", "::192.0.2.1",
	"64:ff9b::192.0.2.33", "2001:DB8::a:B", "fe80::1"};

static const char *const neither[] = {"", "1", "1.2", "1.2.3", "1.2.3.4.5", "256.0.0.1", "1.2.3.256", "127.1",
	"2130706433", "0x7f.1", "0x7f000001", "0X7F.0.0.1", "0177.0.0.1", "01.2.3.4", "1.2.3.04", "00.0.0.0",
	"1.2.3.4.", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.1000", "device.1", "device.0x1", "device.0X1f",
	"device.0x", "a..", ".", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", ":::", ":", ":1",
	"1:", "::1:", "12345::", "::g", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:192.0.2.1",
	"::192.0.2", "::192.0.2.1:1", "fe80::1%eth0", "::1%1", "device.test:443", "-1.2.3.4x1:"};

static const char *const names[] = {"device", "device.test", "device.test.", "3dprinter", "1a.test", "0xtest",
	"1.2.3.4.in-addr.arpa", "x1", "127.0.0.1.test", "cafe.beef", "1.2.3.4x"};

/* As the system has it. */
static size_t systemParse(const char *text, uint8_t address[TLS_ADDRESS_BYTES])
{
	if (inet_pton(AF_INET, text, address) == 1)
		return 4;
	return inet_pton(AF_INET6, text, address) == 1 ? TLS_ADDRESS_BYTES : 0;
}

static bool agrees(const char *text)
{
	uint8_t own[TLS_ADDRESS_BYTES], system[TLS_ADDRESS_BYTES];
	size_t size = tlsAddressParse(text, own);

	return size == systemParse(text, system) && memcmp(own, system, size) == 0;
}

/* Numbers that are the same in every run. */
static uint32_t next(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 16;
}

/* A text of pieces that addresses are made of. */
static void makeText(uint32_t *state, char *text, size_t size)
{
	static const char *const pieces[] = {":", ":", ":", "::", ".", ".", ".", "0", "1", "9", "25", "255",
		"256", "01", "a", "F", "ffff", "10000", "%", "x"};
	size_t count = 1 + next(state) % 20;

	text[0] = 0;
	for (size_t i = 0; i < count; i++) {
		const char *piece = pieces[next(state) % (sizeof(pieces) / sizeof(pieces[0]))];

		if (strlen(text) + strlen(piece) + 1 < size)
			strcat(text, piece);
	}
}

static void testRandomTexts(void)
{
	uint32_t state = 1;
	long known = 0, wrong = 0;
	uint8_t address[TLS_ADDRESS_BYTES];
	char text[64];

	for (long i = 0; i < RANDOM_TEXTS; i++) {
		makeText(&state, text, sizeof(text));
		known += tlsAddressParse(text, address) > 0;
		if (!agrees(text)) {
			wrong++;
			note("%s", text);
		}
	}
	ok(wrong == 0 && known > 100, "%d texts are judged as the system judges them, %ld of them are addresses",
		RANDOM_TEXTS, known);
}

void testAddressTexts(void)
{
	uint8_t address[TLS_ADDRESS_BYTES];

	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		ok(tlsAddressParse(addresses[i], address) > 0 && agrees(addresses[i]), "\"%s\" is an address",
			addresses[i]);
	for (size_t i = 0; i < sizeof(neither) / sizeof(neither[0]); i++)
		ok(tlsAddressParse(neither[i], address) == 0 && agrees(neither[i]) && tlsAddressResembles(neither[i]),
			"\"%s\" is neither address nor name", neither[i]);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		ok(tlsAddressParse(names[i], address) == 0 && !tlsAddressResembles(names[i]), "\"%s\" is a name",
			names[i]);
	testRandomTexts();
}
