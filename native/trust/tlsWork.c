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

/* RSA: a product grows with the square of the key's size, and a little more; there are two for each bit of the exponent. Smaller
   exponents than the usual one, of 17 bits, count as much as that. */
uint32_t tlsWorkOfSignature(const mbedtls_x509_crt *child, const mbedtls_x509_crt *issuer)
{
	struct TlsBytes key = {issuer->pk_raw.p, issuer->pk_raw.len};
	uint32_t bits = (uint32_t)mbedtls_pk_get_bitlen(&issuer->pk), size = (bits + 255) / 256;
	uint32_t exponent = (uint32_t)tlsDerExponentBits(key);
	uint32_t amount = bits > 256 ? TLS_WORK_P384 : TLS_WORK_P256;

	if (!tlsMbedtlsIsEcKey(&issuer->pk))
		amount = size * (size + 1) * (9 * (exponent > 17 ? exponent : 17) + 17);
	return amount + (uint32_t)child->tbs.len / 6;
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
