/* SPDX-License-Identifier: MIT */
/*
 * The library's record buffers, lent to it while there is a record.
 *
 * Mbed TLS has one buffer each way for the life of a connection, large enough for the largest record. Here it
 * has them while a record, or a handshake message in several, is on its way; otherwise two small ones, which
 * hold what is left: the number of the next record that comes in (it lies in front of the record), the next
 * header, and an alert.
 *
 *     in_buf                in_hdr
 *     number, 8 bytes       header, 5     payload
 *
 * The library reaches everything through pointers into the buffer, which move with it. Its idea of a buffer's
 * size is a constant: nothing may be received, nor a message begun, before there is room. Its own limits stay
 * as they are.
 */

#ifndef TLS_RECORD_BUFFERS_H
#define TLS_RECORD_BUFFERS_H

#include "tlsMbedtls.h"

#define TLS_RECORD_NUMBER 8 /* bytes of a record's number */
#define TLS_RECORD_HEADER 5 /* type, version, length: RFC 8446, section 5.1 */

/* Payload of an alert or a KeyUpdate under an explicit nonce, content type, padding and tag. */
#define TLS_RECORD_SHORT 64

struct TlsRecordBuffers {
	uint8_t inputRest[TLS_RECORD_NUMBER + TLS_RECORD_HEADER];
	uint8_t outputRest[TLS_RECORD_NUMBER + TLS_RECORD_HEADER + TLS_RECORD_SHORT];
	size_t inputSize, outputSize; /* of the buffers in use */
};

/* As mbedtls_ssl_setup, but the library's own buffers go, or never come. */
int tlsRecordBuffersSetUp(
	struct TlsRecordBuffers *buffers, mbedtls_ssl_context *ssl, const mbedtls_ssl_config *configuration);

/* Before mbedtls_ssl_free, which would zeroize as much as its own buffers had. */
void tlsRecordBuffersEnd(struct TlsRecordBuffers *buffers, mbedtls_ssl_context *ssl);

/* False for a record of `payload` bytes that no buffer of this build is to hold, with what is there before
   it. */
bool tlsRecordBuffersMayHold(const mbedtls_ssl_context *ssl, size_t payload);

/* Makes room for a record of `payload` bytes behind what is there: nothing, or the beginning of a handshake
   message. The library is about to read the header of it. False: no memory; everything is as before. */
bool tlsRecordBuffersReceive(struct TlsRecordBuffers *buffers, mbedtls_ssl_context *ssl, size_t payload);

/* Makes both buffers as large as the library believes that they are, for a HelloRetryRequest (RFC 8446,
   section 4.1.4) of any size: there it clears them. It is about to read the header of one. False: no
   memory. */
bool tlsRecordBuffersReceiveRetry(struct TlsRecordBuffers *buffers, mbedtls_ssl_context *ssl);

/* True if `length` bytes at `bytes`, where the library wants them, lie in the input buffer. */
bool tlsRecordBuffersHold(const struct TlsRecordBuffers *buffers, const mbedtls_ssl_context *ssl,
	const uint8_t *bytes, size_t length);

/* Where the library will look for the next bytes that it asks for. */
uint8_t *tlsRecordBuffersNext(const mbedtls_ssl_context *ssl);

/* Takes the input buffer back if all in it was read. */
void tlsRecordBuffersReceived(struct TlsRecordBuffers *buffers, mbedtls_ssl_context *ssl);

/* Makes room to seal a record of `length` bytes of plaintext. False: no memory. */
bool tlsRecordBuffersSend(struct TlsRecordBuffers *buffers, mbedtls_ssl_context *ssl, size_t length);

/* Makes room for what the next step of the handshake writes, if it writes. False: no memory. */
bool tlsRecordBuffersStep(struct TlsRecordBuffers *buffers, mbedtls_ssl_context *ssl);

/* Takes the output buffer back if all in it was sent. */
void tlsRecordBuffersSent(struct TlsRecordBuffers *buffers, mbedtls_ssl_context *ssl);

#endif
