/* SPDX-License-Identifier: MIT */
/*
 * Failures as Errors of the script: `message` for a person, `code` for a program.
 */

#include "tlsSocket.h"

#define MESSAGE_SIZE 320
#define OPTION_SIZE  64

void tlsSocketError(xsMachine *the, const char *option, const struct TlsFailure *failure, const char *host)
{
	char message[MESSAGE_SIZE];
	size_t used = 0;
	xsSlot code;

	if (option && c_strlen(option) < OPTION_SIZE)
		used = (size_t)c_snprintf(message, sizeof(message), "%s: ", option);
	tlsFailureMessage(failure, host, message + used, sizeof(message) - used);

	xsmcSetString(xsResult, message);
	xsResult = xsNew1(xsGlobal, xsID_Error, xsResult);
	xsmcSetString(code, (char *)tlsCodeName(failure->code));
	xsmcSet(xsResult, xsID_code, code);
}

void tlsSocketThrowFailure(xsMachine *the, const char *option, const struct TlsFailure *failure)
{
	tlsSocketError(the, option, failure, NULL);
	xsThrow(xsResult);
}

void tlsSocketThrow(xsMachine *the, enum TlsCode code)
{
	struct TlsFailure failure;
	tlsFailureClear(&failure);
	tlsFail(&failure, code, 0);
	tlsSocketThrowFailure(the, NULL, &failure);
}
