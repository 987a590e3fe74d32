/* SPDX-License-Identifier: MIT */
/*
 * How a record buffer is given to the library and taken back: its pointers are moved from the old one to the
 * new.
 */

#include "tlsRecordBuffers.h"

#include <string.h>

#define FRONT (TLS_RECORD_NUMBER + TLS_RECORD_HEADER)

/* Moves one of the library's pointers from buffer to buffer. NULL stays. */
#define MOVE(ssl, pointer, from, to)                                                                         \
	do {                                                                                                     \
		if ((ssl)->MBEDTLS_PRIVATE(pointer) != NULL)                                                         \
			(ssl)->MBEDTLS_PRIVATE(pointer) = (to) + ((ssl)->MBEDTLS_PRIVATE(pointer) - (from));             \
	} while (0)

static void release(uint8_t *bytes, size_t size, const uint8_t *rest)
{
	if (bytes == NULL || bytes == rest)
		return;
	mbedtls_platform_zeroize(bytes, size);
	mbedtls_free(bytes);
}

static void moveInput(mbedtls_ssl_context *ssl, uint8_t *to)
{
	uint8_t *from = ssl->MBEDTLS_PRIVATE(in_buf);

	MOVE(ssl, in_ctr, from, to);
	MOVE(ssl, in_hdr, from, to);
	MOVE(ssl, in_len, from, to);
	MOVE(ssl, in_iv, from, to);
	MOVE(ssl, in_msg, from, to);
	MOVE(ssl, in_offt, from, to);
	ssl->MBEDTLS_PRIVATE(in_buf) = to;
}

static void moveOutput(mbedtls_ssl_context *ssl, uint8_t *to)
{
	uint8_t *from = ssl->MBEDTLS_PRIVATE(out_buf);

	MOVE(ssl, out_ctr, from, to);
	MOVE(ssl, out_hdr, from, to);
	MOVE(ssl, out_len, from, to);
	MOVE(ssl, out_iv, from, to);
	MOVE(ssl, out_msg, from, to);
	ssl->MBEDTLS_PRIVATE(out_buf) = to;
}

/* Replaces the input buffer by `bytes`, keeping the first `kept` bytes. */
static void replaceInput(
	struct TlsRecordBuffers *buffers, mbedtls_ssl_context *ssl, uint8_t *bytes, size_t size, size_t kept)
{
	uint8_t *old = ssl->MBEDTLS_PRIVATE(in_buf);

	memcpy(bytes, old, kept);
	moveInput(ssl, bytes);
	release(old, buffers->inputSize, buffers->inputRest);
	buffers->inputSize = size;
}

static void restInput(struct TlsRecordBuffers *buffers, mbedtls_ssl_context *ssl)
{
	if (ssl->MBEDTLS_PRIVATE(in_buf) != buffers->inputRest)
		replaceInput(buffers, ssl, buffers->inputRest, sizeof(buffers->inputRest), TLS_RECORD_NUMBER);
}

static void replaceOutput(
	struct TlsRecordBuffers *buffers, mbedtls_ssl_context *ssl, uint8_t *bytes, size_t size)
{
	uint8_t *old = ssl->MBEDTLS_PRIVATE(out_buf);

	moveOutput(ssl, bytes);
	release(old, buffers->outputSize, buffers->outputRest);
	buffers->outputSize = size;
}

int tlsRecordBuffersSetUp(
	struct TlsRecordBuffers *buffers, mbedtls_ssl_context *ssl, const mbedtls_ssl_config *configuration)
{
	int error;

	if (TLS_RESERVE)
		return mbedtls_ssl_setup(ssl, configuration);
	tlsMemorySkimp(2, sizeof(buffers->outputRest)); /* the buffers come first */
	error = mbedtls_ssl_setup(ssl, configuration);
	tlsMemorySkimp(0, 0);
	if (error == 0) {
		restInput(buffers, ssl);
		replaceOutput(buffers, ssl, buffers->outputRest, sizeof(buffers->outputRest));
	}
	return error;
}

void tlsRecordBuffersEnd(struct TlsRecordBuffers *buffers, mbedtls_ssl_context *ssl)
{
	if (TLS_RESERVE)
		return;
	release(ssl->MBEDTLS_PRIVATE(in_buf), buffers->inputSize, buffers->inputRest);
	release(ssl->MBEDTLS_PRIVATE(out_buf), buffers->outputSize, buffers->outputRest);
	ssl->MBEDTLS_PRIVATE(in_buf) = NULL;
	ssl->MBEDTLS_PRIVATE(out_buf) = NULL;
}

/* Bytes in front of the next record. */
static size_t bytesBefore(const mbedtls_ssl_context *ssl)
{
	return (size_t)(ssl->MBEDTLS_PRIVATE(in_hdr) - ssl->MBEDTLS_PRIVATE(in_buf));
}

bool tlsRecordBuffersMayHold(const mbedtls_ssl_context *ssl, size_t payload)
{
	return bytesBefore(ssl) + payload <= TLS_RECORD_NUMBER + MBEDTLS_SSL_IN_CONTENT_LEN + TLS_RECORD_SHORT;
}

static bool growInput(struct TlsRecordBuffers *buffers, mbedtls_ssl_context *ssl, size_t size)
{
	size_t before = bytesBefore(ssl);
	uint8_t *bytes;

	if (TLS_RESERVE || size <= buffers->inputSize)
		return true;
	if (before == TLS_RECORD_NUMBER) /* nothing is kept but the number: never two buffers at a time */
		restInput(buffers, ssl);
	bytes = mbedtls_calloc(1, size);
	if (bytes == NULL)
		return false;
	replaceInput(buffers, ssl, bytes, size, before);
	return true;
}

bool tlsRecordBuffersReceive(struct TlsRecordBuffers *buffers, mbedtls_ssl_context *ssl, size_t payload)
{
	return growInput(buffers, ssl, bytesBefore(ssl) + TLS_RECORD_HEADER + payload);
}

bool tlsRecordBuffersHold(const struct TlsRecordBuffers *buffers, const mbedtls_ssl_context *ssl,
	const uint8_t *bytes, size_t length)
{
	size_t before = (size_t)(bytes - ssl->MBEDTLS_PRIVATE(in_buf));

	return TLS_RESERVE || (before <= buffers->inputSize && length <= buffers->inputSize - before);
}

uint8_t *tlsRecordBuffersNext(const mbedtls_ssl_context *ssl)
{
	return ssl->MBEDTLS_PRIVATE(in_hdr) + ssl->MBEDTLS_PRIVATE(in_left);
}

/* True if the library has nothing more to do with what is in the buffer. */
static bool isRead(const mbedtls_ssl_context *ssl)
{
	return ssl->MBEDTLS_PRIVATE(in_left) == 0 && ssl->MBEDTLS_PRIVATE(in_offt) == NULL &&
		   ssl->MBEDTLS_PRIVATE(keep_current_message) == 0 && tlsMbedtlsFragment(ssl) == 0 &&
		   (ssl->MBEDTLS_PRIVATE(in_hslen) == 0 ||
			   ssl->MBEDTLS_PRIVATE(in_hslen) >= ssl->MBEDTLS_PRIVATE(in_msglen));
}

void tlsRecordBuffersReceived(struct TlsRecordBuffers *buffers, mbedtls_ssl_context *ssl)
{
	if (TLS_RESERVE || !isRead(ssl))
		return;
	/* As the library does when it goes on to the next message: this one is gone. */
	ssl->MBEDTLS_PRIVATE(in_msglen) = 0;
	ssl->MBEDTLS_PRIVATE(in_hslen) = 0;
	restInput(buffers, ssl);
}

static bool growOutput(struct TlsRecordBuffers *buffers, mbedtls_ssl_context *ssl, size_t size)
{
	uint8_t *bytes;

	if (TLS_RESERVE || size <= buffers->outputSize)
		return true;
	if (ssl->MBEDTLS_PRIVATE(out_left) != 0) /* what waits to be sent goes first */
		return false;
	bytes = mbedtls_calloc(1, size);
	if (bytes == NULL)
		return false;
	replaceOutput(buffers, ssl, bytes, size);
	return true;
}

bool tlsRecordBuffersReceiveRetry(struct TlsRecordBuffers *buffers, mbedtls_ssl_context *ssl)
{
	return growInput(buffers, ssl, FRONT + MBEDTLS_SSL_IN_CONTENT_LEN + TLS_RECORD_EXPANSION) &&
		   growOutput(buffers, ssl, FRONT + MBEDTLS_SSL_OUT_CONTENT_LEN + TLS_RECORD_EXPANSION);
}

bool tlsRecordBuffersSend(struct TlsRecordBuffers *buffers, mbedtls_ssl_context *ssl, size_t length)
{
	return growOutput(buffers, ssl, FRONT + TLS_RECORD_SHORT + length);
}

/* The library takes its own constant for the size of the buffer: what it writes in a handshake is checked
   against that, and 4.x clears the room that it gives to a signature up to there. */
bool tlsRecordBuffersStep(struct TlsRecordBuffers *buffers, mbedtls_ssl_context *ssl)
{
	return tlsMbedtlsOnlyReads(ssl) ||
		   growOutput(buffers, ssl, FRONT + MBEDTLS_SSL_OUT_CONTENT_LEN + TLS_RECORD_EXPANSION);
}

void tlsRecordBuffersSent(struct TlsRecordBuffers *buffers, mbedtls_ssl_context *ssl)
{
	if (TLS_RESERVE || ssl->MBEDTLS_PRIVATE(out_buf) == buffers->outputRest ||
		ssl->MBEDTLS_PRIVATE(out_left) != 0)
		return;
	replaceOutput(buffers, ssl, buffers->outputRest, sizeof(buffers->outputRest));
}
