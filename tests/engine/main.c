/* SPDX-License-Identifier: MIT */
/*
 * Tests of the engine in memory.
 */

#include "pki.h"
#include "tap.h"

int main(void)
{
	tlsMemoryStart(); /* before the tests themselves use the library */
#if !TLS_OPAQUE_KEYS  /* it is all the same who makes and checks signatures */
	testUnits();
	testAddressTexts();
	testTrust();
#endif
	testOffers();
	testHandshakes();
	testRefusals();
	testNames();
	testMisbehaviour();
	testMissing();
	testIdentities();
#if TLS_OPAQUE_KEYS
	testOpaqueKeys();
#else /* as above */
	testPath();
	testProtocol();
	testData();
	testLife();
	testSessions();
	testSessionCache();
#endif
	testRandom();
	testMemory();
	pkiFree();
	mbedtls_psa_crypto_free();
	testNothingLeft();
	return finishTests();
}
