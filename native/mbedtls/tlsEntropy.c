/* SPDX-License-Identifier: MIT */
/*
 * Random bytes for Mbed TLS, from the platform's cryptographic generator and from nothing else. ESP-IDF's
 * Mbed TLS brings the like with it, over the hardware's generator.
 */

#if defined(__linux__)
#define _DEFAULT_SOURCE /* getrandom is not in C99 or POSIX */
#endif

#include "tlsEntropy.h"
#include "tlsMbedtls.h"

static uint32_t failures;

uint32_t tlsEntropyFailures(void)
{
	return failures;
}

#if defined(MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG) && !defined(ESP_PLATFORM)

#include <string.h>

#if defined(TLS_BOARD)

static bool fill(uint8_t *bytes, size_t length)
{
	return tlsBoardRandom(bytes, length) == 0;
}

#elif defined(PICO_BUILD) || defined(PICO_ON_DEVICE)

#include "pico/rand.h"

static bool fill(uint8_t *bytes, size_t length)
{
	while (length > 0) {
		uint64_t random = get_rand_64();
		size_t count = length < sizeof(random) ? length : sizeof(random);

		memcpy(bytes, &random, count);
		mbedtls_platform_zeroize(&random, sizeof(random));
		bytes += count;
		length -= count;
	}
	return true;
}

#elif defined(__linux__)

#include <errno.h>
#include <sys/random.h>

static bool fill(uint8_t *bytes, size_t length)
{
	while (length > 0) {
		ssize_t count = getrandom(bytes, length, 0);

		if (count < 0) {
			if (errno == EINTR)
				continue;
			return false;
		}
		bytes += count;
		length -= (size_t)count;
	}
	return true;
}

#elif defined(__APPLE__)

#include <stdlib.h>

static bool fill(uint8_t *bytes, size_t length)
{
	arc4random_buf(bytes, length);
	return true;
}

#elif defined(_WIN32)

#include <windows.h>
#include <bcrypt.h>

static bool fill(uint8_t *bytes, size_t length)
{
	return BCryptGenRandom(NULL, bytes, (ULONG)length, BCRYPT_USE_SYSTEM_PREFERRED_RNG) == 0;
}

#else
#error                                                                                                       \
	"No random generator is known for this platform: add its cryptographic one to tlsEntropy.c, or define TLS_BOARD and supply tlsBoardRandom"
#endif

psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t *context, uint8_t *output,
	size_t output_size, size_t *output_length)
{
	(void)context;
	*output_length = 0;
	if (!fill(output, output_size)) {
		failures++;
		return PSA_ERROR_HARDWARE_FAILURE;
	}
	*output_length = output_size;
	return PSA_SUCCESS;
}

#endif
