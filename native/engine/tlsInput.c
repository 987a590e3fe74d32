/* SPDX-License-Identifier: MIT */
/*
 * The library's source of ciphertext. It hands on what the transport has, and keeps track of where records
 * begin: that tells whether another record waits, how long one claims to be, and how many came without
 * anything useful in them. A record's header is handed on when there is memory for the whole record; until
 * then it waits in the transport, and the peer behind the TCP window.
 */

#include "tlsEngineParts.h"

/* So many records in a row without data or progress of the handshake are put up with: alerts of level
   warning, session tickets, empty records. It leaves room for the longest handshake message cut into the
   smallest records that a negotiation can ask for (16384 / 512, which count twice before the peer is
   verified: see below). */
#define TLS_IDLE_RECORDS 128

/* Before the peer is verified, so many bytes of a record count as one more: else all records of a message
   could be full of padding, and each byte wants to be decrypted. */
#define TLS_IDLE_BYTES 512

#define USER_CANCELED 90 /* alert: RFC 8446, section 6.1 */

/* Bytes of the longest record of TLS 1.3: plaintext and padding, type, tag. */
#define TLS_SEALED_MOST ((1 << 14) + 1 + 16)

/* RFC 8446, section 5.1: change_cipher_spec 20, alert 21, handshake 22, application_data 23; major version
   3. */
static bool looksLikeTls(const uint8_t *header)
{
	return header[0] >= 20 && header[0] <= 23 && header[1] == 3;
}

/* RFC 8446, section 4.1.3: the random of a ServerHello that is a HelloRetryRequest. */
static const uint8_t retryRandom[32] = {0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C,
	0x02, 0x1E, 0x65, 0xB8, 0x91, 0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2,
	0xC8, 0xA8, 0x33, 0x9C};

static size_t lengthOf(const struct TlsInput *input)
{
	return (size_t)input->header[3] << 8 | input->header[4];
}

/* True for a record that may be, or end, a HelloRetryRequest. */
static bool mayBeHello(const struct TlsEngine *engine)
{
	return engine->input.header[0] == MBEDTLS_SSL_MSG_HANDSHAKE && tlsMbedtlsAwaitsHello(&engine->ssl);
}

/* Bytes to be taken from the transport before the library gets any. */
static size_t wantedOf(const struct TlsEngine *engine)
{
	size_t length = lengthOf(&engine->input);

	if (engine->input.held < TLS_RECORD_HEADER || !mayBeHello(engine) ||
		!tlsRecordBuffersMayHold(&engine->ssl, length))
		return TLS_RECORD_HEADER;
	return TLS_RECORD_HEADER + (length < TLS_HELLO_BEGINNING ? length : TLS_HELLO_BEGINNING);
}

/* Takes what is there of a record's beginning. True: it is complete. */
static bool fillHeader(struct TlsEngine *engine)
{
	struct TlsInput *input = &engine->input;

	while (input->held < wantedOf(engine)) {
		size_t count = engine->transport->operations->receive(
			engine->transport, input->header + input->held, wantedOf(engine) - input->held);

		if (count == 0)
			return false;
		input->held = (uint8_t)(input->held + count);
	}
	return true;
}

bool tlsInputHasHeader(const struct TlsEngine *engine)
{
	return engine->input.payload == 0 && engine->input.held >= TLS_RECORD_HEADER;
}

bool tlsInputWaits(struct TlsEngine *engine)
{
	return engine->input.payload == 0 && fillHeader(engine);
}

void tlsInputProgress(struct TlsEngine *engine)
{
	engine->input.idle = 0;
}

/* What TLS 1.3 asks of a record that is sealed, and the library does not: RFC 8446, sections 5, 5.1 and
   5.2. */
static bool isProper(struct TlsEngine *engine)
{
	const struct TlsInput *input = &engine->input;

	if (!tlsMbedtlsIsSealed13(&engine->ssl))
		return true;
	if (input->type == MBEDTLS_SSL_MSG_APPLICATION_DATA && input->length > TLS_SEALED_MOST)
		tlsOutputAlert(engine, TLS_ALERT_RECORD_OVERFLOW);
	else if (input->type == MBEDTLS_SSL_MSG_APPLICATION_DATA ||
			 (input->type == MBEDTLS_SSL_MSG_CHANGE_CIPHER_SPEC && !engine->connected))
		return true;
	tlsFailDetail(&engine->failure, TLS_PROTOCOL, 0, TLS_DETAIL("a record of the wrong type or size"));
	return false;
}

/* What was sealed in the record before, and the library has passed over: TLS 1.3 has no change_cipher_spec
   there, and no alert that is only a warning but one (RFC 8446, sections 5 and 6). Returns 0 or an error. */
static int judgeLast(struct TlsEngine *engine)
{
	uint8_t type = engine->input.type;

	engine->input.type = 0; /* before it is closed, and once */
	if (type != MBEDTLS_SSL_MSG_APPLICATION_DATA)
		return 0;
	if (tlsMbedtlsHasAlert(&engine->ssl))
		return tlsMbedtlsAlert(&engine->ssl) == USER_CANCELED ? 0 : MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE;
	return tlsMbedtlsContent(&engine->ssl) == MBEDTLS_SSL_MSG_CHANGE_CIPHER_SPEC
			   ? MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE
			   : 0;
}

/* The library is about to get the header: its record begins. */
static int beginRecord(struct TlsEngine *engine)
{
	struct TlsInput *input = &engine->input;

	input->payload = input->length = (uint16_t)lengthOf(input);
	input->type = input->header[0];
	input->given = TLS_RECORD_HEADER;
	if (input->payload == 0)
		input->held = 0;
	if (!isProper(engine))
		return MBEDTLS_ERR_SSL_UNEXPECTED_RECORD;
	input->idle = (uint16_t)(input->idle + 1 + (engine->connected ? 0 : input->length / TLS_IDLE_BYTES));
	if (input->idle > TLS_IDLE_RECORDS) {
		tlsFailDetail(&engine->failure, TLS_PROTOCOL, 0, TLS_DETAIL("too many records without data"));
		return MBEDTLS_ERR_SSL_UNEXPECTED_RECORD;
	}
	tlsMbedtlsAllowEmpty(&engine->ssl); /* the count above is the limit */
	return TLS_RECORD_HEADER;
}

/* True unless the record begins a ServerHello, in whole or in part, that certainly is no
   HelloRetryRequest. */
static bool mayBeRetry(const struct TlsEngine *engine)
{
	const uint8_t *hello = engine->input.header + TLS_RECORD_HEADER;

	return tlsMbedtlsFragment(&engine->ssl) > 0 || lengthOf(&engine->input) < TLS_HELLO_BEGINNING ||
		   hello[0] != MBEDTLS_SSL_HS_SERVER_HELLO ||
		   memcmp(hello + 6, retryRandom, sizeof(retryRandom)) == 0;
}

/* Memory for the record. */
static bool makeRoom(struct TlsEngine *engine)
{
	if (mayBeHello(engine) && mayBeRetry(engine))
		return tlsRecordBuffersReceiveRetry(&engine->buffers, &engine->ssl);
	return tlsRecordBuffersReceive(&engine->buffers, &engine->ssl, lengthOf(&engine->input));
}

/* The whole header at once. The buffer may be another one then: the library looks for the bytes where it
   wants the next. */
static int giveHeader(struct TlsEngine *engine)
{
	int error = judgeLast(engine);

	if (error != 0)
		return error;
	if (!fillHeader(engine))
		return MBEDTLS_ERR_SSL_WANT_READ;
	if (!looksLikeTls(engine->input.header))
		return MBEDTLS_ERR_SSL_INVALID_RECORD;
	engine->input.spoken = true;
	if (!tlsRecordBuffersMayHold(&engine->ssl, lengthOf(&engine->input))) {
		tlsFail(&engine->failure, TLS_RECORD_SIZE, 0);
		tlsOutputAlert(engine, TLS_ALERT_RECORD_OVERFLOW);
		return MBEDTLS_ERR_SSL_INVALID_RECORD;
	}
	engine->hungry = !makeRoom(engine);
	if (engine->hungry)
		return MBEDTLS_ERR_SSL_WANT_READ;
	memcpy(tlsRecordBuffersNext(&engine->ssl), engine->input.header, TLS_RECORD_HEADER);
	return beginRecord(engine);
}

/* Payload that was taken together with the header, or else is in the transport. */
static size_t takePayload(struct TlsEngine *engine, uint8_t *bytes, size_t length)
{
	struct TlsInput *input = &engine->input;
	size_t ahead = (size_t)(input->held - input->given);

	if (ahead == 0)
		return engine->transport->operations->receive(engine->transport, bytes, length);
	if (length > ahead)
		length = ahead;
	memcpy(bytes, input->header + input->given, length);
	input->given = (uint8_t)(input->given + length);
	return length;
}

static int givePayload(struct TlsEngine *engine, uint8_t *bytes, size_t length)
{
	size_t count = length < engine->input.payload ? length : engine->input.payload;

	/* A record that comes in pieces: while it was waited for, buffers with nothing in them were given
	   back. */
	if (mayBeHello(engine) && !makeRoom(engine)) {
		engine->hungry = true;
		return MBEDTLS_ERR_SSL_WANT_READ;
	}
	if (!tlsRecordBuffersHold(&engine->buffers, &engine->ssl, bytes, count))
		return MBEDTLS_ERR_SSL_INTERNAL_ERROR;
	count = takePayload(engine, bytes, count);
	if (count == 0)
		return MBEDTLS_ERR_SSL_WANT_READ;
	engine->input.payload = (uint16_t)(engine->input.payload - count);
	if (engine->input.payload == 0)
		engine->input.held = 0;
	tlsWatchRecord(&engine->watch, engine->input.type, bytes, count);
	return (int)count;
}

int tlsInputReceive(void *context, unsigned char *bytes, size_t length)
{
	struct TlsEngine *engine = context;
	int count;

	if (engine->input.payload > 0)
		count = givePayload(engine, bytes, length);
	else if (length == TLS_RECORD_HEADER)
		count = giveHeader(engine);
	else
		count = MBEDTLS_ERR_SSL_INTERNAL_ERROR;
	engine->input.starved = count == MBEDTLS_ERR_SSL_WANT_READ && !engine->hungry;
	return count;
}
