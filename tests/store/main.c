/* SPDX-License-Identifier: MIT */
/*
 * Tests the reader of certificate stores:
 *
 *    storeTest STORE CERTIFICATES
 *
 * STORE is a file of the store command, CERTIFICATES are the certificates that it was made of: DER, one
 * behind the other.
 */

#include "storeImage.h"
#include "storeTests.h"
#include "tap.h"

#include "psa/crypto.h"

#include <stdio.h>
#include <stdlib.h>

int main(int count, char **arguments)
{
	struct TlsBytes image, all;

	if (count != 3) {
		fprintf(stderr, "usage: %s STORE CERTIFICATES\n", arguments[0]);
		return 2;
	}
	if (psa_crypto_init() != PSA_SUCCESS) {
		printf("Bail out! no cryptography\n");
		return 2;
	}
	image = imageLoad(arguments[1]);
	all = imageLoad(arguments[2]);
	testLookup(image, all);
	testDamage(image);
	testMutations(image);
	testBinding(image);
	free((void *)image.bytes);
	free((void *)all.bytes);
	return finishTests();
}
