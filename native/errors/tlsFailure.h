/* SPDX-License-Identifier: MIT */
/*
 * What went wrong with a connection, as data.
 *
 * Every layer reports into a `struct TlsFailure`. The first failure sticks: a later one never overwrites it.
 * `code` indexes one table (tlsFailure.c) of stable strings and of messages that say what to do. The rest is
 * for the curious: the Mbed TLS error, the TLS alert, flags for the alert to send and a short detail (a name,
 * an issuer).
 */

#ifndef TLS_FAILURE_H
#define TLS_FAILURE_H

#include "tlsConfiguration.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum TlsCode {
	TLS_OK = 0,

	/* the connection below TLS */
	TLS_REFUSED,     /* the peer refused the TCP connection */
	TLS_UNREACHABLE, /* no route, network down */
	TLS_RESET,       /* TCP reset */
	TLS_TRUNCATED,   /* TCP ended without close_notify */
	TLS_CLOSED,      /* the peer sent close_notify: the regular end of its data */
	TLS_TIMEOUT,     /* the handshake did not finish in time */

	/* this device */
	TLS_MEMORY,   /* an allocation failed */
	TLS_RANDOM,   /* the platform's random generator failed */
	TLS_CLOCK,    /* the clock was never set: dates cannot be checked */
	TLS_INTERNAL, /* a bug, here or in the library */

	/* the peer's certificate */
	TLS_CERTIFICATE_EXPIRED,
	TLS_CERTIFICATE_NOT_YET_VALID,
	TLS_CERTIFICATE_NAME,        /* no subject alternative name matches the host */
	TLS_CERTIFICATE_ISSUER,      /* no trust anchor issued the chain */
	TLS_CERTIFICATE_SELF_SIGNED, /* the peer's own certificate is its issuer, and is no trust anchor */
	TLS_CERTIFICATE_SIGNATURE,   /* an issuer of that name is known, but did not sign */
	TLS_CERTIFICATE_WEAK,        /* SHA-1, RSA below 2048 bits, a curve below P-256 */
	TLS_CERTIFICATE_USAGE,       /* basic constraints, key usage or extended key usage forbid this use */
	TLS_CERTIFICATE_CONSTRAINTS, /* name constraints forbid the name, or cannot be evaluated */
	TLS_CERTIFICATE_MALFORMED,   /* cannot be parsed */
	TLS_CERTIFICATE_CHAIN,       /* longer than the path length allows or than the build supports */
	TLS_CERTIFICATE_PIN,         /* verified, but no certificate of the chain has a pinned key */
	TLS_STORE,                   /* the certificate store on this device is damaged, or none */

	/* the protocol */
	TLS_ALERT,                /* the peer sent a fatal alert (see `alert`) */
	TLS_VERSION,              /* no TLS version in common */
	TLS_NEGOTIATION,          /* no cipher suite, group or signature algorithm in common */
	TLS_APPLICATION_PROTOCOL, /* no application layer protocol in common */
	TLS_CLIENT_CERTIFICATE,   /* the peer wants a client certificate, or refuses the one given */
	TLS_RECORD_SIZE,          /* the peer sent a record larger than this build's buffer */
	TLS_RECORD_INTEGRITY,     /* a record failed authentication */
	TLS_PROTOCOL,             /* the peer broke the TLS protocol, or does not speak it */

	TLS_CODE_COUNT
};

#define TLS_DETAIL_SIZE 96
#define TLS_NO_ALERT    0xFF

struct TlsFailure {
	uint8_t code;                 /* enum TlsCode; TLS_OK while there is none */
	uint8_t alert;                /* the alert received, or TLS_NO_ALERT */
	int32_t library;              /* Mbed TLS error (negative), errno or lwIP's err_t; 0: none */
	uint32_t flags;               /* MBEDTLS_X509_BADCERT_*: the library's alert; 0: none */
	char detail[TLS_DETAIL_SIZE]; /* NUL-terminated; goes into the message; may be empty */
};

/* A detail that explains, as opposed to one that names: without messages it is left out. */
#if TLS_MESSAGES
#define TLS_DETAIL(text) text
#else
#define TLS_DETAIL(text) ""
#endif

/* Makes `failure` empty. */
void tlsFailureClear(struct TlsFailure *failure);

/* Records `code`, unless a failure is recorded already. True if this was the first. */
bool tlsFail(struct TlsFailure *failure, enum TlsCode code, int32_t library);

/* As tlsFail, with a detail that the message shows; truncated to fit, control characters replaced. */
bool tlsFailDetail(struct TlsFailure *failure, enum TlsCode code, int32_t library, const char *detail);

/* The stable name of a code, such as "certificate-expired" (X5). Never NULL. */
const char *tlsCodeName(enum TlsCode code);

/*
 * Writes the message of `failure` for a person to `text`, NUL-terminated, cut to `size` bytes: what happened,
 * then what to do. `host` may be NULL. With TLS_MESSAGES 0 (see tlsConfiguration.h) it has names only: host,
 * code, alert, detail.
 */
void tlsFailureMessage(const struct TlsFailure *failure, const char *host, char *text, size_t size);

#endif
