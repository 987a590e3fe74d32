/* SPDX-License-Identifier: MIT */
/*
 * Pins: digests of public keys, one of which a verified chain must contain. A pin adds to the verification,
 * it replaces none of it.
 */

#include "tlsTrustInternal.h"

bool tlsTrustAddPin(struct TlsTrust *trust, const uint8_t digest[TLS_PIN_SIZE])
{
	struct TlsPin *pin = mbedtls_calloc(1, sizeof(*pin));

	if (pin == NULL)
		return false;
	memcpy(pin->digest, digest, TLS_PIN_SIZE);
	pin->next = trust->pins;
	trust->pins = pin;
	return true;
}

void tlsPinsFree(struct TlsTrust *trust)
{
	struct TlsPin *pin = trust->pins, *next;

	for (; pin != NULL; pin = next) {
		next = pin->next;
		mbedtls_free(pin);
	}
	trust->pins = NULL;
}

bool tlsPinsHave(const struct TlsTrust *trust, const mbedtls_x509_crt *certificate)
{
	uint8_t digest[TLS_PIN_SIZE];
	size_t length;

	if (trust->pins == NULL || psa_hash_compute(PSA_ALG_SHA_256, certificate->pk_raw.p,
								   certificate->pk_raw.len, digest, sizeof(digest), &length) != PSA_SUCCESS)
		return false;
	for (const struct TlsPin *pin = trust->pins; pin != NULL; pin = pin->next) {
		if (memcmp(pin->digest, digest, sizeof(digest)) == 0)
			return true;
	}
	return false;
}
