/* SPDX-License-Identifier: MIT */
/*
 * The library's sink of ciphertext. The library hands over all that it has sealed, every time: if the
 * transport does not accept the whole, the rest is stuck in the library's buffer, and nothing else can be
 * sealed before it has gone.
 */

#include "tlsEngineParts.h"

/* True for an alert record that begins here: by its type, or in TLS 1.3 by the size that only an alert has
   during a handshake or while nothing is written (RFC 8446, section 5.2). */
static bool isAlert(const uint8_t *record, size_t length)
{
	const size_t sealedAlert = TLS_RECORD_HEADER + 2 + 1 + 16; /* alert, inner type, tag */

	return record[0] == MBEDTLS_SSL_MSG_ALERT ||
		   (record[0] == MBEDTLS_SSL_MSG_APPLICATION_DATA && length == sealedAlert);
}

int tlsOutputSend(void *context, const unsigned char *bytes, size_t length)
{
	struct TlsEngine *engine = context;
	size_t count;

	if (!engine->stuck && isAlert(bytes, length))
		engine->alerted = true;
	count = engine->transport->operations->send(engine->transport, bytes, length);
	engine->stuck = count < length;
	return count > 0 ? (int)count : MBEDTLS_ERR_SSL_WANT_WRITE;
}

void tlsOutputFlush(struct TlsEngine *engine)
{
	engine->transport->operations->flush(engine->transport);
}

void tlsOutputAlert(struct TlsEngine *engine, uint8_t alert)
{
	/* What is stuck goes first or not at all. A peer that does not get the alert still sees the connection
	   end. */
	if (!engine->stuck)
		(void)mbedtls_ssl_send_alert_message(&engine->ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL, alert);
	tlsOutputFlush(engine);
}
