/* SPDX-License-Identifier: MIT */
/*
 * Tests of the engine in memory.
 */

#include "pki.h"
#include "tap.h"

int main(void)
{
	testUnits();
	testHandshakes();
	testRefusals();
	testProtocol();
	testData();
	testIdentities();
	testSessions();
	testMemory();
	pkiFree();
	mbedtls_psa_crypto_free();
	testNothingLeft();
	return finishTests();
}
