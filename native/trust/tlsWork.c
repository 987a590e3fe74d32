/* SPDX-License-Identifier: MIT */
/*
 * The work that parts of a chain's verification take.
 */

#include "tlsWork.h"

/* Of a key of a curve: whether the point is on it. If it is compressed, there has to be a square root. */
#define POINT       260
#define SQUARE_ROOT 8200

/* A byte is decrypted by AES-GCM and goes into a transcript of SHA-384. */
uint32_t tlsWorkOfMessage(const struct TlsTrust *trust)
{
	uint32_t bytes = 0;

	for (size_t i = 0; i < trust->presentedCount; i++)
		bytes += (uint32_t)trust->presented[i].length;
	return bytes / 2;
}

/* It may be made of nothing but short names, each of which is allocated. */
uint32_t tlsWorkOfParsing(struct TlsBytes certificate)
{
	struct TlsDerNames parts;
	uint32_t amount = POINT + (uint32_t)certificate.length / 5;

	if (tlsDerReadNames(certificate, &parts) && tlsDerIsCompressed(parts.key))
		amount += SQUARE_ROOT;
	return amount;
}

/* RSA: a product grows with the square of the key's size, and a little more. There is one for each bit of the
   exponent, and another if it is 1. */
uint32_t tlsWorkOfKey(const mbedtls_x509_crt *certificate)
{
	struct TlsBytes key = {certificate->pk_raw.p, certificate->pk_raw.len};
	uint32_t bits = (uint32_t)mbedtls_pk_get_bitlen(&certificate->pk), size = (bits + 255) / 256;
	size_t ones, bitsOfExponent;

	if (tlsMbedtlsIsEcKey(&certificate->pk))
		return bits > 256 ? TLS_WORK_P384 : TLS_WORK_P256;
	bitsOfExponent = tlsDerExponentBits(key, &ones);
	return size * (size + 1) * (4 * (uint32_t)(bitsOfExponent + ones) + 32);
}

uint32_t tlsWorkOfSignature(const mbedtls_x509_crt *child, const mbedtls_x509_crt *issuer)
{
	return tlsWorkOfKey(issuer) + (uint32_t)child->tbs.len / 6;
}

/* Each name is compared with each that the constraints have. */
uint32_t tlsWorkOfNames(const struct TlsTrust *trust, const mbedtls_x509_crt *certificate)
{
	uint32_t names = 1, bytes = 8;

	for (const mbedtls_x509_sequence *name = &certificate->subject_alt_names; name != NULL; name = name->next)
		names++;
	for (size_t i = 0; i < trust->constraintCount; i++)
		bytes += (uint32_t)trust->constraints[i].length;
	return names * bytes / 10;
}
