/* SPDX-License-Identifier: MIT */
/*
 * Watches the peer's handshake messages go by as far as they are in plain, for what the library does not
 * tell: whether the server has answered at all, and whether in TLS 1.2 it asked for a client certificate and
 * sent a session ticket. Only types and lengths of messages are looked at. Nothing depends on them but the
 * wording of a failure, and whether a session is kept.
 */

#include "tlsEngineParts.h"

static void beginMessage(struct TlsWatch *watch)
{
	watch->held = 0;
	watch->left = (uint32_t)watch->header[1] << 16 | (uint32_t)watch->header[2] << 8 | watch->header[3];
	watch->answered = true;
	if (watch->header[0] == MBEDTLS_SSL_HS_CERTIFICATE_REQUEST)
		watch->asked = true;
	if (watch->header[0] == MBEDTLS_SSL_HS_NEW_SESSION_TICKET)
		watch->ticket = true;
}

void tlsWatchRecord(struct TlsWatch *watch, uint8_t type, const uint8_t *bytes, size_t length)
{
	/* TLS 1.2 encrypts after change_cipher_spec, TLS 1.3 in records that say they are application data. */
	if (type == MBEDTLS_SSL_MSG_CHANGE_CIPHER_SPEC || type == MBEDTLS_SSL_MSG_APPLICATION_DATA)
		watch->over = true;
	if (watch->over || type != MBEDTLS_SSL_MSG_HANDSHAKE)
		return;
	while (length > 0) {
		size_t count = watch->left < length ? watch->left : length;

		watch->left -= (uint32_t)count;
		bytes += count;
		length -= count;
		if (length == 0)
			return;
		watch->header[watch->held++] = *bytes++;
		length--;
		if (watch->held == sizeof(watch->header))
			beginMessage(watch);
	}
}
