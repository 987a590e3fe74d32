/* SPDX-License-Identifier: MIT */
/*
 * IP addresses as text: see the header.
 */

#include "tlsAddress.h"

#include <string.h>

#define IPV4_SIZE 4
#define NO_GAP    (TLS_ADDRESS_BYTES + 1)

/* The value of a digit to that base, or -1. */
static int digitOf(char c, int base)
{
	int value = -1;

	if (c >= '0' && c <= '9')
		value = c - '0';
	else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		value = (c | 0x20) - 'a' + 10;
	return value < base ? value : -1;
}

/* Reads up to `most` digits. Returns what is behind them, or NULL if there are none. */
static const char *readNumber(const char *at, int base, int most, unsigned *value)
{
	const char *start = at;

	for (*value = 0; at - start < most && digitOf(*at, base) >= 0; at++)
		*value = *value * (unsigned)base + (unsigned)digitOf(*at, base);
	return at > start ? at : NULL;
}

static bool readIpv4(const char *at, uint8_t *bytes)
{
	for (int i = 0; i < IPV4_SIZE; i++) {
		const char *start = at;
		unsigned value;

		at = readNumber(at, 10, 3, &value);
		if (at == NULL || value > 255 || (*start == '0' && at - start > 1))
			return false;
		bytes[i] = (uint8_t)value;
		if (*at++ != (i < IPV4_SIZE - 1 ? '.' : '\0'))
			return false;
	}
	return true;
}

/* Makes room for the groups that "::" at `gap` stands for. False: there are none, or would have to be. */
static bool fillGap(uint8_t *bytes, size_t count, size_t gap)
{
	size_t behind = count - gap;

	if (gap == NO_GAP)
		return count == TLS_ADDRESS_BYTES;
	if (count == TLS_ADDRESS_BYTES)
		return false;
	memmove(bytes + TLS_ADDRESS_BYTES - behind, bytes + gap, behind);
	memset(bytes + gap, 0, TLS_ADDRESS_BYTES - count);
	return true;
}

static bool readIpv6(const char *at, uint8_t *bytes)
{
	size_t count = 0, gap = NO_GAP;
	unsigned group;

	if (at[0] == ':' && at[1] == ':') {
		gap = 0;
		at += 2;
	}
	while (*at != '\0' || gap == NO_GAP) {
		if (count + IPV4_SIZE <= TLS_ADDRESS_BYTES && readIpv4(at, bytes + count)) {
			count += IPV4_SIZE;
			break;
		}
		at = readNumber(at, 16, 4, &group);
		if (at == NULL || count == TLS_ADDRESS_BYTES)
			return false;
		bytes[count++] = (uint8_t)(group >> 8);
		bytes[count++] = (uint8_t)group;
		if (*at == '\0')
			break;
		if (*at++ != ':')
			return false;
		if (*at == ':') {
			if (gap != NO_GAP)
				return false;
			gap = count;
			at++;
		} else if (*at == '\0')
			return false;
	}
	return fillGap(bytes, count, gap);
}

size_t tlsAddressParse(const char *text, uint8_t address[TLS_ADDRESS_BYTES])
{
	if (readIpv4(text, address))
		return IPV4_SIZE;
	return readIpv6(text, address) ? TLS_ADDRESS_BYTES : 0;
}

int tlsAddressInet(int family, const char *text, void *address)
{
	enum { IPV4 = 2 }; /* AF_INET everywhere */

	return tlsAddressParse(text, address) == (family == IPV4 ? IPV4_SIZE : TLS_ADDRESS_BYTES);
}

bool tlsAddressResembles(const char *text)
{
	const char *digits = "0123456789";
	const char *dot = strchr(text, '.');

	if (strchr(text, ':') != NULL)
		return true;
	for (; dot != NULL && dot[1] != '\0'; dot = strchr(text, '.')) /* one at the end is the root's */
		text = dot + 1;
	if (text[0] == '0' && (text[1] | 0x20) == 'x') {
		digits = "0123456789abcdefABCDEF";
		text += 2;
	}
	text += strspn(text, digits);
	return *text == '\0' || *text == '.';
}
