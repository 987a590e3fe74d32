/* SPDX-License-Identifier: MIT */
/*
 * Between UTF-8 and strings of XS. These hold U+0000 as C0 80, and a lone surrogate as if it were a
 * character.
 */

#include "runtime.h"
#include "mc.xs.h"

#define REPLACEMENT 0xFFFDu

static size_t putCharacter(uint32_t character, uint8_t *bytes)
{
	if (character < 0x80) {
		bytes[0] = (uint8_t)character;
		return 1;
	}
	if (character < 0x800) {
		bytes[0] = (uint8_t)(0xC0 | character >> 6);
		bytes[1] = (uint8_t)(0x80 | (character & 0x3F));
		return 2;
	}
	if (character < 0x10000) {
		bytes[0] = (uint8_t)(0xE0 | character >> 12);
		bytes[1] = (uint8_t)(0x80 | (character >> 6 & 0x3F));
		bytes[2] = (uint8_t)(0x80 | (character & 0x3F));
		return 3;
	}
	bytes[0] = (uint8_t)(0xF0 | character >> 18);
	bytes[1] = (uint8_t)(0x80 | (character >> 12 & 0x3F));
	bytes[2] = (uint8_t)(0x80 | (character >> 6 & 0x3F));
	bytes[3] = (uint8_t)(0x80 | (character & 0x3F));
	return 4;
}

static bool isHighSurrogate(uint32_t character)
{
	return character >= 0xD800 && character <= 0xDBFF;
}

static bool isLowSurrogate(uint32_t character)
{
	return character >= 0xDC00 && character <= 0xDFFF;
}

size_t runtimeEncodeText(const char *string, uint8_t *bytes)
{
	uint8_t sequence[4];
	size_t length = 0, count;
	xsIntegerValue next;
	char *rest = fxUTF8Decode((char *)string, &next);
	while (next != C_EOF) {
		uint32_t character = (uint32_t)next;
		rest = fxUTF8Decode(rest, &next);
		if (isHighSurrogate(character) && next != C_EOF && isLowSurrogate((uint32_t)next)) {
			character = 0x10000 + ((character & 0x3FF) << 10) + ((uint32_t)next & 0x3FF);
			rest = fxUTF8Decode(rest, &next);
		} else if (isHighSurrogate(character) || isLowSurrogate(character))
			character = REPLACEMENT;
		count = putCharacter(character, sequence);
		if (bytes)
			c_memcpy(bytes + length, sequence, count);
		length += count;
	}
	return length;
}

/* What the first byte of a sequence says about the bytes that follow (RFC 3629; Unicode 15, table 3-7). */
struct Lead {
	uint8_t following;
	uint8_t lowest; /* bounds of the second byte */
	uint8_t highest;
};

/* False: no sequence begins with `byte`. */
static bool readLead(uint8_t byte, struct Lead *lead)
{
	lead->lowest = 0x80;
	lead->highest = 0xBF;
	if (byte < 0x80)
		lead->following = 0;
	else if (byte >= 0xC2 && byte <= 0xDF)
		lead->following = 1;
	else if (byte >= 0xE0 && byte <= 0xEF) {
		lead->following = 2;
		if (byte == 0xE0)
			lead->lowest = 0xA0;
		else if (byte == 0xED)
			lead->highest = 0x9F;
	} else if (byte >= 0xF0 && byte <= 0xF4) {
		lead->following = 3;
		if (byte == 0xF0)
			lead->lowest = 0x90;
		else if (byte == 0xF4)
			lead->highest = 0x8F;
	} else
		return false;
	return true;
}

/*
 * How many bytes at `bytes` are the beginning of a sequence, at most `length`; `complete` tells whether they
 * are all of it. 0: none.
 */
static size_t measureSequence(const uint8_t *bytes, size_t length, bool *complete)
{
	struct Lead lead;
	size_t i;
	*complete = false;
	if (!length || !readLead(bytes[0], &lead))
		return 0;
	for (i = 1; i <= lead.following; i++) {
		uint8_t lowest = (i == 1) ? lead.lowest : 0x80, highest = (i == 1) ? lead.highest : 0xBF;
		if (i == length || bytes[i] < lowest || bytes[i] > highest)
			return i;
	}
	*complete = true;
	return i;
}

/*
 * Writes the string of XS for `bytes` to `string`, unless NULL, without its end. Returns its length. What is
 * no UTF-8 becomes U+FFFD, one for each maximal part (WHATWG Encoding), and is counted in `errors`.
 */
static size_t decodeText(const uint8_t *bytes, size_t length, char *string, size_t *errors)
{
	static const uint8_t replacement[] = {0xEF, 0xBF, 0xBD}, zero[] = {0xC0, 0x80};
	size_t used = 0, i = 0;
	*errors = 0;
	while (i < length) {
		bool complete;
		size_t count = measureSequence(bytes + i, length - i, &complete), size = count;
		const uint8_t *from = bytes + i;
		if (!complete) {
			from = replacement;
			size = sizeof(replacement);
			++*errors;
		} else if (!*from) {
			from = zero;
			size = sizeof(zero);
		}
		if (string)
			c_memcpy(string + used, from, size);
		used += size;
		i += count ? count : 1;
	}
	return used;
}

static const uint8_t *getBytes(xsMachine *the, xsSlot *slot, size_t *length)
{
	void *data;
	xsUnsignedValue count;
	(void)_xsmcGetBuffer(the, slot, &data, &count, 0);
	*length = count;
	return data;
}

/* encode(string): an ArrayBuffer */
void xs_text_encode(xsMachine *the)
{
	size_t length = runtimeEncodeText(xsmcToString(xsArg(0)), NULL);
	void *bytes;
	if (length > INT32_MAX)
		xsRangeError("encode: the string is too long");
	xsmcSetArrayBuffer(xsResult, NULL, (xsIntegerValue)length);
	bytes = xsmcToArrayBuffer(xsResult);
	(void)runtimeEncodeText(xsmcToString(xsArg(0)), bytes);
}

/* decode(bytes, fatal): a string */
void xs_text_decode(xsMachine *the)
{
	size_t length, errors;
	const uint8_t *bytes = getBytes(the, &xsArg(0), &length);
	size_t size = decodeText(bytes, length, NULL, &errors);
	if (errors && xsmcTest(xsArg(1)))
		xsTypeError("decode: not UTF-8");
	if (size > INT32_MAX)
		xsRangeError("decode: too many bytes");
	xsmcSetStringBuffer(xsResult, NULL, (xsIntegerValue)size);
	bytes = getBytes(the, &xsArg(0), &length); /* the new string may have moved them */
	(void)decodeText(bytes, length, xsmcToString(xsResult), &errors);
}

/* tail(bytes): how many bytes at the end are a sequence that may go on */
void xs_text_tail(xsMachine *the)
{
	size_t length, count;
	const uint8_t *bytes = getBytes(the, &xsArg(0), &length);
	xsmcSetInteger(xsResult, 0);
	for (count = 1; count <= 3 && count <= length; count++) {
		bool complete;
		if (measureSequence(bytes + length - count, count, &complete) == count && !complete) {
			xsmcSetInteger(xsResult, (xsIntegerValue)count);
			return;
		}
	}
}
