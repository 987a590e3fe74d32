/* SPDX-License-Identifier: MIT */
/*
 * The library's source of ciphertext. It hands on what the transport has, and keeps track of where records begin: that
 * tells whether another record waits, how long one claims to be, and how many came without anything useful in them.
 */

#include "tlsEngineParts.h"

/* So many records in a row without data or progress of the handshake are put up with: alerts of level warning, session
   tickets, empty records. It leaves room for the longest handshake message cut into the smallest records that a
   negotiation can ask for (16384 / 512, with a margin of four). */
#define TLS_IDLE_RECORDS 128

/* RFC 8446, section 5.1: change_cipher_spec 20, alert 21, handshake 22, application_data 23; major version 3. */
static bool looksLikeTls(const uint8_t *header)
{
	return header[0] >= 20 && header[0] <= 23 && header[1] == 3;
}

/* Takes what is there of a record's header. */
static void fillHeader(struct TlsEngine *engine)
{
	struct TlsInput *input = &engine->input;

	while (input->held < TLS_RECORD_HEADER) {
		size_t count = engine->transport->operations->receive(
			engine->transport, input->header + input->held, (size_t)(TLS_RECORD_HEADER - input->held));

		if (count == 0)
			return;
		input->held = (uint8_t)(input->held + count);
	}
}

bool tlsInputWaits(struct TlsEngine *engine)
{
	if (engine->input.payload > 0)
		return false;
	fillHeader(engine);
	return engine->input.held == TLS_RECORD_HEADER;
}

void tlsInputProgress(struct TlsEngine *engine)
{
	engine->input.idle = 0;
}

/* The library took a whole header: its record begins. */
static int beginRecord(struct TlsEngine *engine)
{
	struct TlsInput *input = &engine->input;

	input->payload = input->length = (uint16_t)(input->header[3] << 8 | input->header[4]);
	input->type = input->header[0];
	input->held = input->given = 0;
	if (looksLikeTls(input->header))
		input->spoken = true;
	if (++input->idle > TLS_IDLE_RECORDS) {
		tlsFailDetail(&engine->failure, TLS_PROTOCOL, 0, TLS_DETAIL("too many records without data"));
		return MBEDTLS_ERR_SSL_UNEXPECTED_RECORD;
	}
	return 0;
}

static int giveHeader(struct TlsEngine *engine, uint8_t *bytes, size_t length)
{
	struct TlsInput *input = &engine->input;
	size_t count;
	int error;

	fillHeader(engine);
	count = (size_t)(input->held - input->given);
	if (count > length)
		count = length;
	if (count == 0)
		return MBEDTLS_ERR_SSL_WANT_READ;
	memcpy(bytes, input->header + input->given, count);
	input->given = (uint8_t)(input->given + count);
	if (input->given == TLS_RECORD_HEADER) {
		error = beginRecord(engine);
		if (error != 0)
			return error;
	}
	return (int)count;
}

static int givePayload(struct TlsEngine *engine, uint8_t *bytes, size_t length)
{
	size_t count = length < engine->input.payload ? length : engine->input.payload;

	count = engine->transport->operations->receive(engine->transport, bytes, count);
	if (count == 0)
		return MBEDTLS_ERR_SSL_WANT_READ;
	engine->input.payload = (uint16_t)(engine->input.payload - count);
	tlsWatchRecord(&engine->watch, engine->input.type, bytes, count);
	return (int)count;
}

int tlsInputReceive(void *context, unsigned char *bytes, size_t length)
{
	struct TlsEngine *engine = context;
	int count;

	if (engine->input.payload > 0)
		count = givePayload(engine, bytes, length);
	else
		count = giveHeader(engine, bytes, length);
	engine->input.starved = count == MBEDTLS_ERR_SSL_WANT_READ;
	return count;
}
