/* SPDX-License-Identifier: MIT */
/*
 * Records in. A record is opened (decrypted in place) when the one before it was read, and its plaintext
 * stays in the record buffer until it is read: nothing is received that nobody takes, so a slow reader is
 * back-pressure.
 *
 * One exception. A reader may leave some bytes because it needs those of the next record to make sense of
 * them. If they are few, and another record waits, they move aside into the carry, and the next record is
 * opened.
 */

#include "tlsEngineParts.h"

static size_t carried(const struct TlsEngine *engine)
{
	return engine->carry.end - engine->carry.start;
}

static size_t opened(const struct TlsEngine *engine)
{
	return engine->connected ? mbedtls_ssl_get_bytes_avail(&engine->ssl) : 0;
}

size_t tlsEngineReadable(const struct TlsEngine *engine)
{
	return carried(engine) + opened(engine);
}

static void freeCarry(struct TlsCarry *carry)
{
	if (carry->bytes != NULL) {
		mbedtls_platform_zeroize(carry->bytes, carry->size);
		mbedtls_free(carry->bytes);
	}
	memset(carry, 0, sizeof(*carry));
}

void tlsReceiveFree(struct TlsEngine *engine)
{
	freeCarry(&engine->carry);
}

static size_t readCarry(struct TlsEngine *engine, uint8_t *bytes, size_t length)
{
	struct TlsCarry *carry = &engine->carry;
	size_t count = carried(engine) < length ? carried(engine) : length;

	if (count == 0)
		return 0;
	memcpy(bytes, carry->bytes + carry->start, count);
	carry->start += count;
	if (carry->start == carry->end)
		freeCarry(carry);
	return count;
}

/* Takes from the open record only: the library would go on to receive, which is not the reader's business. */
static size_t readRecord(struct TlsEngine *engine, uint8_t *bytes, size_t length)
{
	size_t available = opened(engine);
	int count;

	if (length > available)
		length = available;
	if (length == 0)
		return 0;
	count = mbedtls_ssl_read(&engine->ssl, bytes, length);
	if (count < 0) {
		tlsErrorsFail(engine, count);
		return 0;
	}
	return (size_t)count;
}

size_t tlsEngineRead(struct TlsEngine *engine, uint8_t *bytes, size_t length)
{
	size_t count = readCarry(engine, bytes, length);

	count += readRecord(engine, bytes + count, length - count);
	tlsEngineRest(engine);
	return count;
}

/* Makes room for `length` bytes at the end of the carry. False: no memory. */
static bool growCarry(struct TlsCarry *carry, size_t length)
{
	size_t kept = carry->end - carry->start;
	size_t size =
		256; /* doubled as needed, so that a trickle of small records does not copy each byte often */
	uint8_t *bytes;

	if (carry->end + length <= carry->size)
		return true;
	while (size < kept + length)
		size *= 2;
	bytes = mbedtls_calloc(1, size);
	if (bytes == NULL)
		return false;
	if (kept > 0)
		memcpy(bytes, carry->bytes + carry->start, kept);
	freeCarry(carry);
	carry->bytes = bytes;
	carry->size = size;
	carry->end = kept;
	return true;
}

/* Moves what is unread of the open record into the carry, if it may and must. True if the record is empty
   then. */
static bool setAside(struct TlsEngine *engine)
{
	size_t length = opened(engine);

	if (carried(engine) + length > TLS_CARRY || !tlsInputWaits(engine))
		return false;
	if (!growCarry(&engine->carry, length)) {
		tlsFail(&engine->failure, TLS_MEMORY, 0);
		return false;
	}
	engine->carry.end += readRecord(engine, engine->carry.bytes + engine->carry.end, length);
	return opened(engine) == 0;
}

/* The peer changes its keys. Returns whether there is more to do. */
static bool updateKeys(struct TlsEngine *engine)
{
	bool asked = false;
	int error = tlsMissingTakeKeyUpdate(&engine->ssl, &asked);

	if (error != 0)
		tlsErrorsFail(engine, error);
	engine->answer = engine->answer || asked;
	return error == 0;
}

/* True if tlsReceiveAdvance has something to do. With a record that is unread, only as long as it may be set
   aside. */
static bool mayGoOn(const struct TlsEngine *engine)
{
	size_t unread = opened(engine);

	if (engine->hungry) /* it is tried again in a while */
		return false;
	if (unread > 0 && carried(engine) + unread > TLS_CARRY)
		return false;
	return tlsInputHasHeader(engine) || engine->transport->waiting ||
		   (unread == 0 && engine->transport->state != TLS_TRANSPORT_OPEN);
}

bool tlsEngineWaits(const struct TlsEngine *engine)
{
	if (!engine->connected || engine->closing)
		return false;
	return engine->failure.code != TLS_OK ? tlsEngineReadable(engine) == 0 : mayGoOn(engine);
}

bool tlsReceiveAdvance(struct TlsEngine *engine)
{
	uint8_t nothing;
	int error;

	if (opened(engine) > 0 && !setAside(engine))
		return false;
	engine->hungry = !tlsHandshakeMemoryLend(&engine->ssl);
	if (engine->hungry)
		return false;
	error = mbedtls_ssl_read(&engine->ssl, &nothing, 0);
	switch (error) {
	case 0:
		if (opened(engine) == 0)
			return true; /* an empty record */
		tlsInputProgress(engine);
		engine->starving = false;
		/* The reader has its chance before the next turn; what it leaves may be set aside then. */
		return mayGoOn(engine);
	case MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET:
		tlsSessionReceived(engine);
		return true;
	case MBEDTLS_ERR_SSL_WANT_READ:
		/* Not only when the transport is empty: a TLS 1.3 ticket and a warning come back like this as
		   well. */
		return !engine->input.starved && !engine->hungry;
	case MBEDTLS_ERR_SSL_WANT_WRITE:
		return false;
	default:
		if (error == MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE && tlsMissingIsKeyUpdate(&engine->ssl))
			return updateKeys(engine);
		tlsErrorsFail(engine, error);
		return false;
	}
}
