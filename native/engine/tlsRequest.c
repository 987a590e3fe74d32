/* SPDX-License-Identifier: MIT */
/*
 * The server's request for a client certificate. If it names no signature that the client's key can make, the
 * answer is a message without certificates, and whether that will do is the server's decision (RFC 8446,
 * section 4.4.2.3; RFC 5246, section 7.4.6). The library would sign in spite of it, in TLS 1.2, or give up.
 */

#include "tlsEngineParts.h"

#define HEADER 4 /* of a handshake message */

#define SUITES_13 0x13 /* the first byte of TLS 1.3's: RFC 8446, appendix B.4 */

enum { SIGNATURE_ALGORITHMS = 13 };                        /* RFC 8446, section 4.2 */
enum { SHA256 = 4, SHA384 = 5, RSA_PKCS1 = 1, ECDSA = 3 }; /* the bytes of a scheme: section 4.2.3 */

/* The first of the schemes that the library signs with, and how many follow it: in TLS 1.3 the scheme of the
   key's curve, or three of PSS; in TLS 1.2 the hash is that of the cipher suite, whatever is asked for. */
static unsigned ownScheme(size_t curve, int suite, bool is13, unsigned *more)
{
	bool longer = is13 ? curve == 384
					   : suite == MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 ||
							 suite == MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384;

	*more = 0;
	if (curve == 0 && is13) {
		*more = MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512 - MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256;
		return MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256;
	}
	return (longer ? SHA384 : SHA256) << 8 | (curve != 0 ? ECDSA : RSA_PKCS1);
}

static unsigned readShort(struct TlsBytes message, size_t at)
{
	return (unsigned)message.bytes[at] << 8 | message.bytes[at + 1];
}

/*
 * Where the list of schemes is, with its length in front: behind a vector of bytes, and in TLS 1.3 in an
 * extension.
 *
 *    TLS 1.2  ClientCertificateType<1..2^8-1>, SignatureAndHashAlgorithm<2..2^16-1>, ...   (RFC 5246, section 7.4.4)
 *    TLS 1.3  context<0..2^8-1>, Extension<0..2^16-1>                                      (RFC 8446, section 4.3.2)
 */
static size_t findSchemes(struct TlsBytes message, bool is13)
{
	size_t at = HEADER + 1 + message.bytes[HEADER];

	if (is13) {
		at += 2;
		while (at + 4 <= message.length && readShort(message, at) != SIGNATURE_ALGORITHMS)
			at += 4 + readShort(message, at + 2);
		at += 4;
	}
	return at;
}

/* True also for a list that is cut off: the library has refused it. */
static bool canAnswer(const struct TlsEngine *engine, struct TlsBytes message)
{
	int suite = tlsMbedtlsSuite(&engine->ssl);
	bool is13 = suite >> 8 == SUITES_13;
	unsigned more, own = ownScheme(tlsIdentityCurve(engine->identity), suite, is13, &more);
	size_t at = findSchemes(message, is13);
	size_t left = at + 2 <= message.length ? readShort(message, at) : 0;

	if (at + 2 + left > message.length)
		return true;
	for (; left >= 2; left -= 2) {
		if (readShort(message, at += 2) - own <= more)
			return true;
	}
	return false;
}

void tlsRequestJudge(struct TlsEngine *engine)
{
	struct TlsBytes message = tlsMbedtlsMessage(&engine->ssl);

	if (engine->identity == NULL || message.length <= HEADER ||
		message.bytes[0] != MBEDTLS_SSL_HS_CERTIFICATE_REQUEST || canAnswer(engine, message))
		return;
	engine->withheld = true;
	(void)tlsIdentityUse(NULL, &engine->configuration);
}
