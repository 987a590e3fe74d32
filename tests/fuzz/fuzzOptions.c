/* SPDX-License-Identifier: MIT */
/*
 * What a script gives to the constructor: a machine of the desktop runtime, in which fuzzOptions.js makes
 * options of the bytes. No connection is made by the class itself.
 */

#include "clientChain.h"
#include "desktop.h"
#include "fuzz.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* libFuzzer counts these as it does branches: a run that has another outcome is worth keeping. */
__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t outcomes[4096];

static xsMachine *machine;

int __wrap_connect(int descriptor, const struct sockaddr *address, socklen_t length);

/* In place of the system's, which the transport calls. */
int __wrap_connect(int descriptor, const struct sockaddr *address, socklen_t length)
{
	(void)descriptor, (void)address, (void)length;
	errno = EINPROGRESS;
	return -1;
}

static void countOutcome(const char *outcome)
{
	uint32_t sum = 0;

	while (*outcome != 0)
		sum = sum * 31 + (uint8_t)*outcome++;
	outcomes[sum % sizeof(outcomes)]++;
}

/* Ends the program. */
static void fail(xsMachine *the, xsSlot *exception)
{
	fprintf(stderr, "%s\n", xsmcToString(*exception));
	abort();
}

static void run(const uint8_t *bytes, size_t length)
{
	xsBeginHost(machine);
	{
		xsmcVars(2);
		xsTry
		{
			xsmcSetArrayBuffer(xsVar(0), (void *)bytes, (xsIntegerValue)length);
			xsVar(1) = xsCall1(xsGlobal, xsID("fuzz"), xsVar(0));
			countOutcome(xsmcToString(xsVar(1)));
			FUZZ_CHECK(!fuzzIsHonest() || !strcmp(xsmcToString(xsVar(1)), "made"));
		}
		xsCatch
		{
			fail(the, &xsException);
		}
	}
	xsEndHost(machine);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	fuzzBegin();
	run(bytes, length);
	desktopLoopRun(machine);
	xsBeginHost(machine);
	{
		xsCollectGarbage();
	}
	xsEndHost(machine);
	fuzzEnd(false);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t most, unsigned seed)
{
	(void)seed;
	return LLVMFuzzerMutate(bytes, length, most);
}

/* Certificates and a key that the script may use: an array of buffers. */
static void giveMaterial(void)
{
	struct ClientChain client = clientChain(pkiKey(KEY_P256, 3));
	uint8_t key[512];
	int keyLength = mbedtls_pk_write_key_der(pkiKey(KEY_P256, 3), key, sizeof(key));
	struct TlsBytes all[] = {{usual()->ca.der, usual()->ca.length}, {client.leaf.der, client.leaf.length},
		{key + sizeof(key) - keyLength, (size_t)keyLength}, {usual()->server.der, usual()->server.length}};

	FUZZ_CHECK(keyLength > 0);
	xsBeginHost(machine);
	{
		xsmcVars(2);
		xsVar(0) = xsmcNewArray(0);
		for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
			xsmcSetArrayBuffer(xsVar(1), (void *)all[i].bytes, (xsIntegerValue)all[i].length);
			xsmcSetIndex(xsVar(0), (xsIndex)i, xsVar(1));
		}
		xsmcSet(xsGlobal, xsID("material"), xsVar(0));
	}
	xsEndHost(machine);
}

/* TLS_FUZZ_MAP is a map of runtime/desktop/prepare.mjs, TLS_FUZZ_SCRIPT the path of the script. */
void fuzzTargetPrepare(void)
{
	GError *error = NULL;

	tlsMemoryStart();
	fuzzBegin();
	FUZZ_CHECK(psa_crypto_init() == PSA_SUCCESS);
	desktopLoopPrepare();
	FUZZ_CHECK(desktopFilesReadMap(getenv("TLS_FUZZ_MAP"), &error));
	machine = desktopMachineCreate();
	FUZZ_CHECK(machine != NULL);
	giveMaterial();
	runtimeImport(machine, getenv("TLS_FUZZ_SCRIPT"));
	desktopLoopRun(machine);
}

/* The numbers are places in the script's lists. */
void fuzzTargetSeeds(void)
{
	static const uint8_t usualOnes[] = {0}, overTcp[] = {0, 1, 0, 6, 5, 0, 1, 6, 19, 0},
						 moved[] = {0, 0, 1, 6, 20, 0};

	fuzzSeed("usual", usualOnes, sizeof(usualOnes));
	fuzzSeed("tcp", overTcp, sizeof(overTcp));
	fuzzSeed("moved", moved, sizeof(moved));
}
