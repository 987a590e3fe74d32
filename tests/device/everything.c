/* SPDX-License-Identifier: MIT */
/*
 * Refers to all that the class uses of the layers below it, so that a linker keeps it: for images that are
 * measured, and never run. measure.mjs compares one of them with the board's, which has the class itself in
 * it.
 */

#include "tlsAddress.h"
#include "tlsEngine.h"
#include "tlsIdentity.h"
#include "tlsTrust.h"

#define ADDRESS(function) (void (*)(void))(function)

extern void (*const everything[])(void);

void (*const everything[])(void) = {
	ADDRESS(tlsAddressParse),
	ADDRESS(tlsAddressResembles),
	ADDRESS(tlsCodeName),
	ADDRESS(tlsEngineAdvance),
	ADDRESS(tlsEngineBinding),
	ADDRESS(tlsEngineClose),
	ADDRESS(tlsEngineCreate),
	ADDRESS(tlsEngineFailure),
	ADDRESS(tlsEngineFlush),
	ADDRESS(tlsEngineFree),
	ADDRESS(tlsEngineGathered),
	ADDRESS(tlsEngineNegotiated),
	ADDRESS(tlsEngineRead),
	ADDRESS(tlsEngineReadable),
	ADDRESS(tlsEngineRestart),
	ADDRESS(tlsEngineResume),
	ADDRESS(tlsEngineSaveSession),
	ADDRESS(tlsEngineSessionFailed),
	ADDRESS(tlsEngineSessions),
	ADDRESS(tlsEngineSetTransport),
	ADDRESS(tlsEngineState),
	ADDRESS(tlsEngineWritable),
	ADDRESS(tlsEngineWrite),
	ADDRESS(tlsFailureMessage),
	ADDRESS(tlsIdentityAddCertificate),
	ADDRESS(tlsIdentityCreate),
	ADDRESS(tlsIdentityFree),
	ADDRESS(tlsIdentitySetKey),
	ADDRESS(tlsTrustAddAnchor),
	ADDRESS(tlsTrustAddPin),
	ADDRESS(tlsTrustAddStore),
	ADDRESS(tlsTrustCreate),
	ADDRESS(tlsTrustFree),
};
