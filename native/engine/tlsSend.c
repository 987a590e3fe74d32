/* SPDX-License-Identifier: MIT */
/*
 * Records out. What tlsEngineWritable promises is computed from the transport's space less what records add,
 * so that a write which is accepted goes out as a whole. A record can still get stuck if the transport breaks
 * its own promise; the library then wants the same call again before any other.
 */

#include "tlsEngineParts.h"

#define ALERT_SIZE 2

void tlsSendBegin(struct TlsEngine *engine)
{
	int overhead = mbedtls_ssl_get_record_expansion(&engine->ssl);
	int payload = mbedtls_ssl_get_max_out_record_payload(&engine->ssl);

	engine->overhead = overhead > 0 ? (size_t)overhead : 0;
	engine->payload = payload > 0 ? (size_t)payload : 0;
}

/* Bytes of records that may be needed besides data: close_notify always finds its place, and an answer to a
   KeyUpdate. */
static size_t reserved(const struct TlsEngine *engine, size_t overhead)
{
	bool is13 = mbedtls_ssl_get_version_number(&engine->ssl) == MBEDTLS_SSL_VERSION_TLS1_3;

	return overhead + ALERT_SIZE + (is13 ? overhead + TLS_KEY_UPDATE_SIZE : 0);
}

size_t tlsEngineWritable(const struct TlsEngine *engine)
{
	size_t overhead = engine->overhead, payload = engine->payload, space, writable = 0;

	if (!engine->connected || engine->stuck || engine->closing || engine->failure.code != TLS_OK)
		return 0;
	space = engine->transport->operations->space(engine->transport);
	if (overhead == 0 || payload == 0 || space <= reserved(engine, overhead))
		return 0;
	space -= reserved(engine, overhead);
	for (; space >= payload + overhead; space -= payload + overhead) /* few: a division costs more */
		writable += payload;
	if (space > overhead)
		writable += space - overhead;
	return writable > engine->gather.length ? writable - engine->gather.length : 0;
}

/* As mbedtls_ssl_write, which first takes a ticket that came in before. With nothing to write it only sends
   what is stuck: the ticket's way through the library may have done that, and another call would make a
   record. */
static int writeRecord(struct TlsEngine *engine, const uint8_t *bytes, size_t length)
{
	int count;

	do {
		count = mbedtls_ssl_write(&engine->ssl, bytes, length);
		if (count == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET)
			tlsSessionReceived(engine);
	} while (count == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET && (length > 0 || engine->stuck));
	return count == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET ? 0 : count;
}

/* Memory to seal `length` bytes, or as many as a record takes. */
static bool reserve(struct TlsEngine *engine, size_t length)
{
	size_t payload = engine->payload;

	engine->hungry =
		!tlsRecordBuffersSend(&engine->buffers, &engine->ssl, length < payload ? length : payload) ||
		!tlsHandshakeMemoryLend(&engine->ssl);
	return !engine->hungry;
}

/* True unless the connection has failed, as it does if a record is stuck: there was room for it. */
static bool isFree(struct TlsEngine *engine)
{
	if (engine->stuck)
		tlsFailDetail(
			&engine->failure, TLS_INTERNAL, 0, TLS_DETAIL("the transport took less than it promised"));
	return engine->failure.code == TLS_OK;
}

/* Answers a KeyUpdate, which comes before the next data (RFC 8446, section 4.6.3). Several are answered by
   one. */
static void answer(struct TlsEngine *engine)
{
	int error = tlsMissingSendKeyUpdate(&engine->ssl);

	engine->answer = false;
	if (error != 0 && error != MBEDTLS_ERR_SSL_WANT_WRITE)
		tlsErrorsFail(engine, error);
}

/* Seals `length` bytes, at most the payload of a record, and hands them to the transport. */
static void seal(struct TlsEngine *engine, const uint8_t *bytes, size_t length)
{
	int count;

	if (!isFree(engine))
		return;
	if (!reserve(engine, length)) {
		tlsFail(&engine->failure, TLS_MEMORY, 0);
		return;
	}
	if (engine->answer) {
		answer(engine);
		if (!isFree(engine))
			return;
	}
	count = writeRecord(engine, bytes, length);
	if (count < 0 && count != MBEDTLS_ERR_SSL_WANT_WRITE)
		tlsErrorsFail(engine, count);
}

bool tlsSendUnstick(struct TlsEngine *engine)
{
	static const uint8_t nothing;
	int count;

	if (engine->stuck && reserve(engine, 0)) {
		count = writeRecord(engine, &nothing, 0); /* the record is sealed already */
		if (count < 0 && count != MBEDTLS_ERR_SSL_WANT_WRITE)
			tlsErrorsFail(engine, count);
		tlsOutputFlush(engine);
	}
	return !engine->stuck && engine->failure.code == TLS_OK;
}

void tlsSendGathered(struct TlsEngine *engine)
{
	if (engine->gather.length > 0)
		seal(engine, engine->gather.bytes, engine->gather.length);
	mbedtls_platform_zeroize(engine->gather.bytes, engine->gather.length);
	engine->gather.length = 0;
	engine->due = false;
}

/* Sends what is gathered, or as soon as there is memory for it. */
static void sendNow(struct TlsEngine *engine)
{
	engine->due = engine->gather.length > 0 && !reserve(engine, engine->gather.length);
	if (!engine->due)
		tlsSendGathered(engine);
	tlsOutputFlush(engine);
}

void tlsSendAdvance(struct TlsEngine *engine)
{
	/* Fragments that take more of the room than they leave do not wait for the rest: a writer that waits for
	   room would wait for them, and they for it. */
	if (tlsSendUnstick(engine) && (engine->due || engine->gather.length > tlsEngineWritable(engine)))
		sendNow(engine);
}

void tlsSendFree(struct TlsEngine *engine)
{
	if (engine->gather.bytes != NULL) {
		mbedtls_platform_zeroize(engine->gather.bytes, engine->gather.size);
		mbedtls_free(engine->gather.bytes);
	}
	memset(&engine->gather, 0, sizeof(engine->gather));
}

/* Makes the buffer hold `size` bytes, or as many as a record. False: no memory. */
static bool growGather(struct TlsEngine *engine, size_t size)
{
	struct TlsGather *gather = &engine->gather;
	size_t payload = engine->payload;
	size_t length = gather->length;
	uint8_t *bytes;

	if (size <= gather->size || gather->size >= payload)
		return true;
	if (size < 2 * gather->size) /* of a sequence that tells no length */
		size = 2 * gather->size;
	if (size > payload)
		size = payload;
	bytes = mbedtls_calloc(1, size);
	if (bytes == NULL)
		return false;
	if (length > 0)
		memcpy(bytes, gather->bytes, length);
	tlsSendFree(engine);
	gather->bytes = bytes;
	gather->size = size;
	gather->length = length;
	return true;
}

/* Gathers some of the bytes, at most what completes a record, and seals that. Returns how many it took. */
static size_t gather(struct TlsEngine *engine, const uint8_t *bytes, size_t length)
{
	struct TlsGather *gather = &engine->gather;
	size_t room = engine->payload - gather->length;
	size_t count = length < room ? length : room;

	memcpy(gather->bytes + gather->length, bytes, count);
	gather->length += count;
	if (count == room)
		tlsSendGathered(engine);
	return count;
}

bool tlsEngineWrite(struct TlsEngine *engine, const uint8_t *bytes, size_t length, bool more, size_t sequence)
{
	size_t writable = tlsEngineWritable(engine);
	size_t payload, need;
	bool gathers;

	if (length > writable)
		return false;
	tlsErrorsBegin(engine);
	payload = engine->payload;
	/* No more is ever gathered than there is room for. */
	need = engine->gather.length + length;
	if (need < sequence)
		need = sequence;
	if (need > engine->gather.length + writable)
		need = engine->gather.length + writable;
	/* Gathering saves records, but is no reason to fail: without memory what there is goes out as it is, in
	   the room that is kept back for close_notify. */
	gathers = (!more && engine->gather.length == 0) || growGather(engine, need);
	more = more && gathers;
	/* Nothing is taken before there is memory to send it. */
	if ((!more || engine->gather.length + length >= payload) &&
		!reserve(engine, engine->gather.length + length))
		return false;
	if (!gathers)
		tlsSendGathered(engine);
	while (length > 0 && engine->failure.code == TLS_OK) {
		size_t count = length < payload ? length : payload;

		if (engine->gather.length > 0 || (more && count < payload))
			count = gather(engine, bytes, length);
		else
			seal(engine, bytes, count);
		bytes += count;
		length -= count;
	}
	if (!more)
		sendNow(engine);
	tlsEngineRest(engine);
	return engine->failure.code == TLS_OK;
}

size_t tlsEngineGathered(const struct TlsEngine *engine)
{
	return engine->gather.length;
}

void tlsEngineFlush(struct TlsEngine *engine)
{
	if (engine->gather.length == 0 || engine->closing || engine->failure.code != TLS_OK)
		return;
	tlsErrorsBegin(engine);
	if (tlsSendUnstick(engine))
		sendNow(engine);
	tlsEngineRest(engine);
}
