/* SPDX-License-Identifier: MIT */
/*
 * Allocation for Mbed TLS, with a count of what failed; and which errors say so.
 */

#include "tlsMbedtls.h"

static uint32_t failures;

#if defined(TLS_VENDORED) && !TLS_DESKTOP

static unsigned skimping;
static size_t most;

void tlsMemorySkimp(unsigned count, size_t bytes)
{
	skimping = count;
	most = bytes;
}

static size_t skimp(size_t size)
{
	if (skimping == 0)
		return size;
	skimping--;
	return size < most ? size : most;
}

#else

void tlsMemorySkimp(unsigned count, size_t bytes)
{
	(void)count;
	(void)bytes;
}

static size_t skimp(size_t size)
{
	return size;
}

#endif

void *tlsMemoryAllocate(size_t count, size_t size)
{
	void *bytes = TLS_CALLOC(count, skimp(size));

	/* Nothing was asked for: that is not a failure, whatever the heap returns. */
	if (bytes == NULL && count != 0 && size != 0)
		failures++;
	return bytes;
}

void tlsMemoryStart(void)
{
#if defined(MBEDTLS_PLATFORM_MEMORY) && !defined(MBEDTLS_PLATFORM_CALLOC_MACRO) &&                           \
	!defined(CONFIG_MBEDTLS_CUSTOM_MEM_ALLOC)
	(void)mbedtls_platform_set_calloc_free(tlsMemoryAllocate, TLS_FREE); /* it always returns 0 */
#endif
}

uint32_t tlsMemoryFailures(void)
{
	return failures;
}

bool tlsMbedtlsIsMemory(int error)
{
#if TLS_MBEDTLS_4
	return error == PSA_ERROR_INSUFFICIENT_MEMORY;
#else
	switch (tlsMbedtlsErrorAbove(error)) {
	case MBEDTLS_ERR_SSL_ALLOC_FAILED:
	case MBEDTLS_ERR_X509_ALLOC_FAILED:
	case MBEDTLS_ERR_PK_ALLOC_FAILED:
	case MBEDTLS_ERR_ECP_ALLOC_FAILED:
	case MBEDTLS_ERR_MD_ALLOC_FAILED:
	case MBEDTLS_ERR_CIPHER_ALLOC_FAILED:
		return true;
	}
	switch (tlsMbedtlsErrorBelow(error)) {
	case MBEDTLS_ERR_MPI_ALLOC_FAILED:
	case MBEDTLS_ERR_ASN1_ALLOC_FAILED:
		return true;
	}
	return error == PSA_ERROR_INSUFFICIENT_MEMORY;
#endif
}

bool tlsMbedtlsRanOut(int error, uint32_t before)
{
	return tlsMbedtlsIsMemory(error) || tlsMemoryFailures() != before;
}
