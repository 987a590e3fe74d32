/* SPDX-License-Identifier: MIT */
/*
 * Tests of the engine in memory.
 */

#include "pki.h"
#include "tap.h"

int main(void)
{
	countMemory();
	testUnits();
	testHandshakes();
	testRefusals();
	testProtocol();
	testData();
	testIdentities();
	testMemory();
	pkiFree();
	mbedtls_psa_crypto_free();
	testNothingLeft();
	return finishTests();
}
