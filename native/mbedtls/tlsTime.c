/* SPDX-License-Identifier: MIT */
/*
 * Clocks of the vendored Mbed TLS: see tlsTime.h.
 */

#include "tlsMbedtls.h"

#if defined(TLS_MBEDTLS_CONFIG_H) /* the library is ours, not the platform's */

#include "mbedtls/platform_time.h"

time_t tlsTimeRandom(time_t *unused)
{
	uint32_t random = 0;

	(void)unused;
	/* Without random numbers there is no handshake: the caller draws more of them next, and looks. */
	(void)psa_generate_random((uint8_t *)&random, sizeof(random));
	return (time_t)random;
}

mbedtls_ms_time_t mbedtls_ms_time(void)
{
	return 0;
}

#endif
