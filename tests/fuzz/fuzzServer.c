/* SPDX-License-Identifier: MIT */
/*
 * A server that changes what it says. The library calls three functions that stand in here: that which adds
 * messages to the transcript, that which seals records, and that which sends them. A message is changed for
 * the first, and put in place of the library's own at the second or third.
 */

#include "fuzzServer.h"

#include <string.h>

#include "ssl_misc.h" /* the library's own */

static struct FuzzServer *active; /* whose functions the library calls */

struct FuzzChange fuzzTakeChange(struct FuzzInput *input)
{
	struct FuzzChange change;

	change.kind = (uint8_t)(fuzzTake8(input) % FUZZ_KINDS);
	change.number = fuzzTake8(input);
	change.at = fuzzTake16(input);
	for (int i = 0; i < 4; i++)
		change.bytes[i] = fuzzTake8(input);
	return change;
}

/* The place that a change means. */
static size_t placeOf(const struct FuzzChange *change, size_t length)
{
	size_t at = change->at & 0x7FFF;

	if (length == 0)
		return 0;
	return change->at & 0x8000 ? length - 1 - at % length : at % length;
}

static void put24(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 16);
	at[1] = (uint8_t)(value >> 8);
	at[2] = (uint8_t)value;
}

/* Replaces `gone` bytes at `at` by others. */
static void splice(struct FuzzBytes *bytes, size_t at, size_t gone, const uint8_t *come, size_t count)
{
	struct FuzzBytes made = {NULL, 0, 0};

	if (bytes->length == 0) {
		fuzzPut(bytes, come, count);
		return;
	}
	if (gone > bytes->length - at)
		gone = bytes->length - at;
	fuzzPut(&made, bytes->bytes, at);
	fuzzPut(&made, come, count);
	fuzzPut(&made, bytes->bytes + at + gone, bytes->length - at - gone);
	free(bytes->bytes);
	*bytes = made;
}

/* A change of a message whose length is put right unless the last byte says not to. */
static void changeLength(struct FuzzBytes *message, const struct FuzzChange *change)
{
	static const uint8_t zeros[256];
	size_t at = placeOf(change, message->length), count = (size_t)change->bytes[0] + 1;
	uint8_t copy[256];

	switch (change->kind) {
	case FUZZ_DELETE:
		splice(message, at, count, zeros, 0);
		break;
	case FUZZ_INSERT:
		splice(message, at, 0, change->bytes, 1 + change->bytes[3] % 3);
		break;
	case FUZZ_REPEAT:
		if (count > message->length - at)
			count = message->length - at;
		memcpy(copy, message->bytes + at, count);
		splice(message, at, 0, copy, count);
		break;
	case FUZZ_CUT:
		splice(message, at, message->length, zeros, 0);
		break;
	case FUZZ_EXTENSION:
		copy[0] = change->bytes[0];
		copy[1] = change->bytes[1];
		copy[2] = 0;
		copy[3] = change->bytes[2];
		if (at + 1 < message->length) {
			size_t value = (size_t)(message->bytes[at] << 8 | message->bytes[at + 1]) + 4 + change->bytes[2];

			message->bytes[at] = (uint8_t)(value >> 8);
			message->bytes[at + 1] = (uint8_t)value;
		}
		fuzzPut(message, copy, 4);
		fuzzPut(message, zeros, change->bytes[2]);
		break;
	}
	if (message->length >= 4 && (change->bytes[3] & 0x80) == 0)
		put24(message->bytes + 1, message->length - 4);
}

/* Another message behind this one. */
static void append(struct FuzzBytes *messages, const struct FuzzChange *change)
{
	uint8_t header[4] = {change->bytes[0], 0, 0, change->bytes[1]};
	static const uint8_t zeros[256];

	fuzzPut(messages, header, sizeof(header));
	fuzzPut(messages, zeros, change->bytes[1]);
}

static void changeMessage(
	struct FuzzServer *server, struct FuzzBytes *message, const struct FuzzChange *change)
{
	size_t length = message->length, at = placeOf(change, length);

	if (length == 0) /* dropped before */
		return;
	switch (change->kind) {
	case FUZZ_SET:
		message->bytes[at] = change->bytes[0];
		break;
	case FUZZ_ADD:
		if (at + 1 < length) {
			unsigned value = (unsigned)(message->bytes[at] << 8 | message->bytes[at + 1]);

			value += (unsigned)(int8_t)change->bytes[0];
			message->bytes[at] = (uint8_t)(value >> 8);
			message->bytes[at + 1] = (uint8_t)value;
		}
		break;
	case FUZZ_TWICE:
		splice(message, 0, 0, message->bytes, length);
		break;
	case FUZZ_DROP:
		message->length = 0;
		break;
	case FUZZ_OTHER:
		splice(message, 0, length, server->before.bytes, server->before.length);
		break;
	case FUZZ_APPEND:
		append(message, change);
		break;
	default:
		changeLength(message, change);
	}
}

/* Makes all changes of a message. */
static void changeMessages(struct FuzzServer *server, struct FuzzBytes *message)
{
	struct FuzzBytes honest = {NULL, 0, 0};

	fuzzPut(&honest, message->bytes, message->length);
	for (size_t i = 0; i < server->changeCount; i++) {
		if (server->changes[i].kind < FUZZ_RECORD_DROP && server->changes[i].number == server->messageCount)
			changeMessage(server, message, &server->changes[i]);
	}
	server->messageCount++;
	free(server->before.bytes);
	server->before = honest;
}

/* A message of the server's goes into the transcript, and waits for its record. */
static int addMessage(struct FuzzServer *server, mbedtls_ssl_context *ssl, const uint8_t *header,
	const uint8_t *bytes, size_t length)
{
	struct FuzzBytes message = {NULL, 0, 0};
	int error = 0;

	fuzzPut(&message, header, header != NULL ? 4 : 0);
	fuzzPut(&message, bytes, length);
	changeMessages(server, &message);
	if (message.length > 0)
		error = server->checksum(ssl, message.bytes, message.length);
	server->waiting.length = 0;
	fuzzPut(&server->waiting, message.bytes, message.length);
	server->sealed = false;
	free(message.bytes);
	return error;
}

/* In place of the library's function: messages of both sides come here, those of TLS 1.3 in two parts. */
static int checksum(mbedtls_ssl_context *ssl, const unsigned char *bytes, size_t length)
{
	struct FuzzServer *server = active;
	int error = 0;

	if (server->hasHeader) {
		server->hasHeader = false;
		if (bytes == ssl->out_msg + 4)
			return addMessage(server, ssl, server->header, bytes, length);
		error = server->checksum(ssl, server->header, sizeof(server->header));
	} else if (bytes == ssl->out_msg)
		return addMessage(server, ssl, NULL, bytes, length);
	else if (length == sizeof(server->header)) {
		memcpy(server->header, bytes, length);
		server->hasHeader = true;
		return 0;
	}
	return error != 0 ? error : server->checksum(ssl, bytes, length);
}

static void hook(struct FuzzServer *server)
{
	mbedtls_ssl_handshake_params *handshake = server->connection->ssl.handshake;

	if (handshake != NULL && handshake->update_checksum != checksum) {
		server->checksum = handshake->update_checksum;
		handshake->update_checksum = checksum;
	}
}

void __real_mbedtls_ssl_optimize_checksum(mbedtls_ssl_context *ssl, const mbedtls_ssl_ciphersuite_t *suite);
void __wrap_mbedtls_ssl_optimize_checksum(mbedtls_ssl_context *ssl, const mbedtls_ssl_ciphersuite_t *suite);

/* Where the library chooses its function. */
void __wrap_mbedtls_ssl_optimize_checksum(mbedtls_ssl_context *ssl, const mbedtls_ssl_ciphersuite_t *suite)
{
	__real_mbedtls_ssl_optimize_checksum(ssl, suite);
	if (active != NULL && ssl == &active->connection->ssl)
		hook(active);
}

/* The first change of a kind for the record that is being made; NULL: there is none. */
static const struct FuzzChange *changeOf(const struct FuzzServer *server, uint8_t kind)
{
	for (size_t i = 0; i < server->changeCount; i++) {
		if (server->changes[i].kind == kind && server->changes[i].number == server->records)
			return &server->changes[i];
	}
	return NULL;
}

/* What a record is going to have: the messages that wait, or what the library has put into it. */
static void contentOf(
	struct FuzzServer *server, uint8_t type, const uint8_t *bytes, size_t length, struct FuzzBytes *content)
{
	if (type == MBEDTLS_SSL_MSG_HANDSHAKE && server->messageCount > 0 && server->waiting.length > 0) {
		fuzzPut(content, server->waiting.bytes, server->waiting.length);
		server->waiting.length = 0;
		return;
	}
	fuzzPut(content, bytes, length);
	if (type == MBEDTLS_SSL_MSG_HANDSHAKE && server->connection->ssl.handshake == NULL)
		changeMessages(server, content); /* it is not in the transcript */
}

/* The bytes that are to be sealed and those that only go into the seal: RFC 8446, section 5.2; RFC 5246,
   section 6.2.3.3. */
static void compose(struct FuzzServer *server, bool version13, const uint8_t *input, size_t length,
	uint8_t *ad, size_t tag, struct FuzzBytes *plain)
{
	const struct FuzzChange *type = changeOf(server, FUZZ_RECORD_TYPE),
							*pad = changeOf(server, FUZZ_RECORD_PAD);
	static const uint8_t zeros[255];
	uint8_t kind;

	if (version13) {
		while (length > 0 && input[length - 1] == 0)
			length--;
		kind = length > 0 ? input[--length] : 0;
	} else
		kind = ad[8];
	contentOf(server, kind, input, length, plain);
	if (server->sendAs != 0)
		kind = server->sendAs;
	if (type != NULL)
		kind = type->bytes[0];
	server->sendAs = 0;
	if (!version13) {
		server->sealedAs = ad[8] = kind;
		ad[11] = (uint8_t)(plain->length >> 8);
		ad[12] = (uint8_t)plain->length;
		return;
	}
	fuzzPut8(plain, kind);
	if (pad != NULL)
		fuzzPut(plain, zeros, pad->bytes[0]);
	ad[3] = (uint8_t)((plain->length + tag) >> 8);
	ad[4] = (uint8_t)(plain->length + tag);
}

int __real_mbedtls_cipher_auth_encrypt_ext(mbedtls_cipher_context_t *cipher, const unsigned char *iv,
	size_t ivSize, const unsigned char *ad, size_t adSize, const unsigned char *input, size_t length,
	unsigned char *output, size_t size, size_t *written, size_t tag);
int __wrap_mbedtls_cipher_auth_encrypt_ext(mbedtls_cipher_context_t *cipher, const unsigned char *iv,
	size_t ivSize, const unsigned char *ad, size_t adSize, const unsigned char *input, size_t length,
	unsigned char *output, size_t size, size_t *written, size_t tag);

int __wrap_mbedtls_cipher_auth_encrypt_ext(mbedtls_cipher_context_t *cipher, const unsigned char *iv,
	size_t ivSize, const unsigned char *ad, size_t adSize, const unsigned char *input, size_t length,
	unsigned char *output, size_t size, size_t *written, size_t tag)
{
	struct FuzzServer *server = active;
	struct FuzzBytes plain = {NULL, 0, 0};
	uint8_t changed[13];
	int error;

	if (server == NULL || server->connection->ssl.transform_out == NULL ||
		cipher != &server->connection->ssl.transform_out->cipher_ctx_enc || adSize > sizeof(changed))
		return __real_mbedtls_cipher_auth_encrypt_ext(
			cipher, iv, ivSize, ad, adSize, input, length, output, size, written, tag);
	memcpy(changed, ad, adSize);
	compose(server, adSize == 5, input, length, changed, tag, &plain);
	server->sealed = true;
	if (plain.length + tag > size) { /* it does not fit: it is sent as it was */
		free(plain.bytes);
		return __real_mbedtls_cipher_auth_encrypt_ext(
			cipher, iv, ivSize, ad, adSize, input, length, output, size, written, tag);
	}
	if (plain.length > 0)
		memcpy(output, plain.bytes, plain.length);
	error = __real_mbedtls_cipher_auth_encrypt_ext(
		cipher, iv, ivSize, changed, adSize, output, plain.length, output, size, written, tag);
	free(plain.bytes);
	return error;
}

static void toClient(struct FuzzServer *server, const uint8_t *bytes, size_t length)
{
	if (!server->ended)
		queuePut(&server->connection->pipe.toClient, bytes, length);
}

static void putRecord(struct FuzzBytes *to, uint8_t type, const uint8_t *payload, size_t length)
{
	uint8_t header[] = {type, 3, 3};

	fuzzPut(to, header, sizeof(header));
	fuzzPutPiece(to, payload, length);
}

/* Makes the changes of a record, and sends it. */
static void sendRecord(struct FuzzServer *server, struct FuzzBytes *record)
{
	const struct FuzzChange *split = changeOf(server, FUZZ_RECORD_SPLIT),
							*flip = changeOf(server, FUZZ_RECORD_FLIP),
							*plain = changeOf(server, FUZZ_RECORD_PLAIN);
	struct FuzzBytes held = server->held, sent = {NULL, 0, 0};

	memset(&server->held, 0, sizeof(server->held));
	if (plain != NULL)
		putRecord(&sent, plain->bytes[0], plain->bytes + 1, 1 + plain->at % 3);
	if (flip != NULL)
		record->bytes[placeOf(flip, record->length)] ^= flip->bytes[0];
	if (split != NULL && record->length > 6) {
		size_t at = 1 + placeOf(split, record->length - 6);

		putRecord(&sent, record->bytes[0], record->bytes + 5, at);
		putRecord(&sent, record->bytes[0], record->bytes + 5 + at, record->length - 5 - at);
	} else if (changeOf(server, FUZZ_RECORD_DROP) == NULL)
		fuzzPut(&sent, record->bytes, record->length);
	if (changeOf(server, FUZZ_RECORD_TWICE) != NULL)
		fuzzPut(&sent, record->bytes, record->length);
	if (changeOf(server, FUZZ_RECORD_SWAP) != NULL)
		server->held = sent;
	else {
		toClient(server, sent.bytes, sent.length);
		free(sent.bytes);
	}
	toClient(server, held.bytes, held.length);
	free(held.bytes);
	server->ended |= changeOf(server, FUZZ_RECORD_END) != NULL;
	server->records++;
}

/* In place of the library's own: whole records come here, several at a time in TLS 1.3. */
static int sendBytes(void *context, const unsigned char *bytes, size_t length)
{
	struct FuzzServer *server = context;
	size_t at = 0;

	while (at + 5 <= length) {
		size_t size = (size_t)bytes[at + 3] << 8 | bytes[at + 4];
		struct FuzzBytes content = {NULL, 0, 0}, record = {NULL, 0, 0};
		uint8_t type = bytes[at];

		if (type == MBEDTLS_SSL_MSG_HANDSHAKE && !server->sealed)
			contentOf(server, type, bytes + at + 5, size, &content);
		else
			fuzzPut(&content, bytes + at + 5, size);
		if (server->sealedAs != 0)
			type = server->sealedAs;
		if (content.length > 0) {
			putRecord(&record, type, content.bytes, content.length);
			sendRecord(server, &record);
		}
		free(content.bytes);
		free(record.bytes);
		at += 5 + size;
	}
	server->sealedAs = 0;
	return (int)length;
}

static int receive(void *context, unsigned char *bytes, size_t length)
{
	struct FuzzServer *server = context;

	length = queueTake(&server->connection->pipe.toServer, bytes, length);
	return length > 0 ? (int)length : MBEDTLS_ERR_SSL_WANT_READ;
}

void fuzzServerBegin(struct FuzzServer *server, struct Connection *connection)
{
	server->connection = connection;
	active = server;
	mbedtls_ssl_set_bio(&connection->ssl, server, sendBytes, receive, NULL);
	hook(server);
}

void fuzzServerEnd(struct FuzzServer *server)
{
	active = NULL;
	free(server->waiting.bytes);
	free(server->before.bytes);
	free(server->held.bytes);
}

/* The next record that is to be sent after the handshake. False: there is none, or it cannot be sent. */
static bool sendNext(struct FuzzServer *server)
{
	const struct FuzzChange *change;
	uint8_t bytes[2048] = {0};
	int error;

	while (server->sent < server->changeCount && server->changes[server->sent].kind != FUZZ_SEND)
		server->sent++;
	if (server->sent == server->changeCount)
		return false;
	change = &server->changes[server->sent++];
	memcpy(bytes, change->bytes, sizeof(change->bytes));
	server->sendAs = change->number;
	error = mbedtls_ssl_write(&server->connection->ssl, bytes, change->at % sizeof(bytes));
	return error >= 0;
}

bool fuzzServerTurn(struct FuzzServer *server)
{
	struct Connection *connection = server->connection;
	uint8_t bytes[4096];
	int error;

	if (connection->serverError != 0)
		return false;
	if (connection->serverConnected) {
		while (mbedtls_ssl_read(&connection->ssl, bytes, sizeof(bytes)) > 0)
			continue;
		return sendNext(server);
	}
	error = mbedtls_ssl_handshake(&connection->ssl);
	if (error == MBEDTLS_ERR_SSL_WANT_READ || error == MBEDTLS_ERR_SSL_WANT_WRITE)
		return false;
	connection->serverConnected = error == 0;
	connection->serverError = error;
	return true;
}
