/* SPDX-License-Identifier: MIT */
/*
 * The table of failures: for every code its stable name, what happened, and what to do about it.
 */

#include "tlsFailure.h"
#include "tlsConfiguration.h"

#include <string.h>

struct TlsCodeText {
	const char *name;
#if TLS_MESSAGES
	const char *happened; /* without full stop: the detail follows it */
	const char *cure;
#endif
};

#if TLS_MESSAGES
#define ENTRY(code, name, happened, cure) [code] = {name, happened, cure}
#define HAPPENED(entry)                   (entry)->happened
#else
#define ENTRY(code, name, happened, cure) [code] = {name}
#define HAPPENED(entry)                   (entry)->name
#endif

static const struct TlsCodeText texts[TLS_CODE_COUNT] = {
	ENTRY(TLS_OK, "ok", "no failure", ""),

	ENTRY(TLS_REFUSED, "refused", "the connection was refused",
		"Check the address and port, and that the server is running."),
	ENTRY(TLS_UNREACHABLE, "unreachable", "the peer cannot be reached",
		"Check the network connection and the address."),
	ENTRY(TLS_RESET, "reset", "the connection was reset by the peer or the network", "Connect again."),
	ENTRY(TLS_TRUNCATED, "truncated", "the connection ended without the peer's close_notify",
		"What was received may be incomplete; use it only if its own format says that it is whole."),
	ENTRY(TLS_CLOSED, "closed", "the peer closed the connection", "Nothing more can be read or written."),
	ENTRY(TLS_TIMEOUT, "timeout", "the handshake did not finish in time",
		"Check that the server speaks TLS on this port, or allow more time with handshakeTimeout."),

	ENTRY(TLS_MEMORY, "memory", "not enough memory",
		"Use fewer connections at a time or smaller record buffers (defines tls.input and tls.output)."),
	ENTRY(TLS_RANDOM, "random", "the platform's random generator failed",
		"TLS is not safe without it; check the platform's source of entropy."),
	ENTRY(TLS_CLOCK, "clock", "the clock was never set, so dates of certificates cannot be checked",
		"Set the clock before connecting, for example with SNTP."),
	ENTRY(TLS_INTERNAL, "internal", "an internal error", "This is a bug; please report it."),

	ENTRY(TLS_CERTIFICATE_EXPIRED, "certificate-expired", "a certificate of the peer has expired",
		"Renew it on the server; if it is valid, check this device's clock."),
	ENTRY(TLS_CERTIFICATE_NOT_YET_VALID, "certificate-not-yet-valid",
		"a certificate of the peer is not valid yet", "Check this device's clock."),
	ENTRY(TLS_CERTIFICATE_NAME, "certificate-name", "the peer's certificate is for another name",
		"Connect by a name in the certificate's subject alternative names, or add this one to them."),
	ENTRY(TLS_CERTIFICATE_ISSUER, "certificate-issuer", "no trusted certificate issued the peer's",
		"Trust the issuer with tls.ca or a store (npx moddable-tls store build --host NAME); if it is an "
		"intermediate, have the server send it."),
	ENTRY(TLS_CERTIFICATE_SELF_SIGNED, "certificate-self-signed", "the peer's certificate is self-signed",
		"Pass this very certificate as tls.ca if it is to be trusted."),
	ENTRY(TLS_CERTIFICATE_SIGNATURE, "certificate-signature", "a certificate's signature is not its issuer's",
		"The chain is forged or damaged, or the trusted certificate is an older one of the same name."),
	ENTRY(TLS_CERTIFICATE_WEAK, "certificate-weak", "a certificate has a weak key or signature",
		"RSA of 2048 bits or more, P-256 or P-384, with SHA-256 or better is needed."),
	ENTRY(TLS_CERTIFICATE_USAGE, "certificate-usage", "a certificate is not meant for this use",
		"Check its version, basic constraints, key usage and extended key usage."),
	ENTRY(TLS_CERTIFICATE_CONSTRAINTS, "certificate-constraints",
		"the name constraints of an issuer forbid the certificate, or cannot be evaluated",
		"Ask for a certificate from an issuer that may issue it."),
	ENTRY(TLS_CERTIFICATE_MALFORMED, "certificate-malformed", "a certificate or key cannot be parsed",
		"It must be complete, in DER if it is a file, and of a kind that is supported."),
	ENTRY(TLS_CERTIFICATE_CHAIN, "certificate-chain",
		"the chain of certificates is too long, or takes too long to verify",
		"Check the issuers' path lengths and the chain that the server sends."),
	ENTRY(TLS_CERTIFICATE_PIN, "certificate-pin", "no certificate of the chain has a pinned key",
		"Check tls.pins; if they are right, this is not the expected peer."),

	ENTRY(TLS_STORE, "store", "the certificate store cannot be used",
		"Build it anew with the store command and write it to the device again."),

	ENTRY(TLS_ALERT, "alert", "the peer ended the connection with a fatal alert", "See the server's log."),
	ENTRY(TLS_VERSION, "version", "no TLS version in common",
		"Check tls.minimumVersion and tls.maximumVersion, and what the server supports."),
	ENTRY(TLS_NEGOTIATION, "negotiation", "no cipher suite, group or signature algorithm in common",
		"The server must support ECDHE with AES-GCM or ChaCha20-Poly1305, and have a certificate for an RSA, "
		"P-256 or P-384 key."),
	ENTRY(TLS_APPLICATION_PROTOCOL, "application-protocol", "no application layer protocol in common",
		"Check tls.applicationLayerProtocol."),
	ENTRY(TLS_CLIENT_CERTIFICATE, "client-certificate",
		"the peer wants a client certificate, or refused the one given",
		"Check tls.clientCertificate and tls.clientKey."),
	ENTRY(TLS_RECORD_SIZE, "record-size",
		"the peer sent more in one record or message than this build can hold",
		"Raise the define tls.input, or limit the server's records and chain."),
	ENTRY(TLS_RECORD_INTEGRITY, "record-integrity", "a record was damaged or forged on its way",
		"Connect again."),
	ENTRY(TLS_PROTOCOL, "protocol", "the peer broke the TLS protocol, or does not speak it",
		"Check that the server speaks TLS on this port."),
};

void tlsFailureClear(struct TlsFailure *failure)
{
	memset(failure, 0, sizeof(*failure));
	failure->alert = TLS_NO_ALERT;
}

bool tlsFail(struct TlsFailure *failure, enum TlsCode code, int32_t library)
{
	return tlsFailDetail(failure, code, library, "");
}

bool tlsFailDetail(struct TlsFailure *failure, enum TlsCode code, int32_t library, const char *detail)
{
	size_t i;

	if (failure->code != TLS_OK)
		return false;
	failure->code = (uint8_t)code;
	failure->library = library;
	for (i = 0; i < TLS_DETAIL_SIZE - 1 && detail[i] != 0; i++) {
		/* The detail may come from the peer: nothing in it may act on a terminal, and XS takes it for
		   UTF-8. */
		bool printable = detail[i] >= 0x20 && detail[i] < 0x7F;
		failure->detail[i] = printable ? detail[i] : '?';
	}
	failure->detail[i] = 0;
	return true;
}

const char *tlsCodeName(enum TlsCode code)
{
	return (unsigned)code < TLS_CODE_COUNT ? texts[code].name : texts[TLS_INTERNAL].name;
}

/* Text that is being put together in a buffer of fixed size. */
struct Text {
	char *at;
	size_t left; /* without the NUL */
};

static void append(struct Text *text, const char *more)
{
	size_t length = strlen(more);

	if (length > text->left)
		length = text->left;
	memcpy(text->at, more, length);
	text->at += length;
	text->left -= length;
	*text->at = 0;
}

#if TLS_MESSAGES

/* RFC 8446, section 6, and those of RFC 5246, section 7.2, that a TLS 1.2 peer may still send. */
static const struct {
	uint8_t alert;
	const char *name;
} alerts[] = {
	{0, "close_notify"},
	{10, "unexpected_message"},
	{20, "bad_record_mac"},
	{22, "record_overflow"},
	{30, "decompression_failure"},
	{40, "handshake_failure"},
	{42, "bad_certificate"},
	{43, "unsupported_certificate"},
	{44, "certificate_revoked"},
	{45, "certificate_expired"},
	{46, "certificate_unknown"},
	{47, "illegal_parameter"},
	{48, "unknown_ca"},
	{49, "access_denied"},
	{50, "decode_error"},
	{51, "decrypt_error"},
	{70, "protocol_version"},
	{71, "insufficient_security"},
	{80, "internal_error"},
	{86, "inappropriate_fallback"},
	{90, "user_canceled"},
	{100, "no_renegotiation"},
	{109, "missing_extension"},
	{110, "unsupported_extension"},
	{112, "unrecognized_name"},
	{113, "bad_certificate_status_response"},
	{115, "unknown_psk_identity"},
	{116, "certificate_required"},
	{120, "no_application_protocol"},
};

static void appendAlert(struct Text *text, uint8_t alert)
{
	const char *name = "unknown";

	for (size_t i = 0; i < sizeof(alerts) / sizeof(alerts[0]); i++) {
		if (alerts[i].alert == alert)
			name = alerts[i].name;
	}
	append(text, name);
}

#else

static void appendAlert(struct Text *text, uint8_t alert)
{
	char digits[] = {(char)('0' + alert / 100), (char)('0' + alert / 10 % 10), (char)('0' + alert % 10), 0};

	append(text, digits + (alert < 100) + (alert < 10));
}

#endif

void tlsFailureMessage(const struct TlsFailure *failure, const char *host, char *text, size_t size)
{
	const struct TlsCodeText *entry = &texts[failure->code < TLS_CODE_COUNT ? failure->code : TLS_INTERNAL];
	struct Text message = {text, 0};

	if (size == 0)
		return;
	message.left = size - 1;
	text[0] = 0;
	if (host != NULL && host[0] != 0) {
		append(&message, host);
		append(&message, ": ");
	}
	append(&message, HAPPENED(entry));
	if (failure->alert != TLS_NO_ALERT) {
		append(&message, " (alert ");
		appendAlert(&message, failure->alert);
		append(&message, ")");
	}
	if (failure->detail[0] != 0) {
		append(&message, ": ");
		append(&message, failure->detail);
	}
#if TLS_MESSAGES
	append(&message, ". ");
	append(&message, entry->cure);
#endif
}
