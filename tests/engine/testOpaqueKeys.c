/* SPDX-License-Identifier: MIT */
/*
 * Private keys that never leave their hardware.
 */

#include "clientChain.h"
#include "hardware.h"
#include "tap.h"

#include <string.h>

#if TLS_OPAQUE_KEYS

static const char slot[] = "slot 7";

static void testSigning(int version, const char *name, mbedtls_pk_context *key, const char *kind)
{
	struct ClientChain chain = clientChain(key);
	struct ClientWish client = clientWith(&chain, version);
	struct ServerWish server = usualServer();
	struct Connection connection;
	uint8_t bytes[2048];
	size_t length;
	bool accepted;

	client.clientKeyName = slot;
	server.clientCa = &chain.ca;
	hardwarePut(slot, key);
	ok(clientJudge(&client, &server, &accepted).code == TLS_OK && accepted,
		"%s: client certificate with %s in hardware", name, kind);
	ok(hardware.opened == 1 && hardware.closed == 1, "%s: which is given back", name);

	connectionOpen(&connection, &client, &server);
	ok(psa_export_key(hardware.id, bytes, sizeof(bytes), &length) == PSA_ERROR_NOT_PERMITTED,
		"%s: and cannot be read", name);
	ok(hardware.closed == 1, "%s: nor is it given back before", name);
	connectionHandshake(&connection);
	ok(hardware.opened == 2 && hardware.closed == 2, "%s: the handshake ends it", name);
	connectionClose(&connection);
	ok(hardware.closed == 2, "%s: once", name);

	/* The key is there when the connection is made, and gone when it is to sign. */
	connectionOpen(&connection, &client, &server);
	psa_destroy_key(hardware.id);
	connectionHandshake(&connection);
	ok(connectionCode(&connection) == TLS_CLIENT_CERTIFICATE &&
			strstr(tlsEngineFailure(connection.engine)->detail, "sign") != NULL,
		"%s: hardware that fails to sign: %s", name, tlsEngineFailure(connection.engine)->detail);
	connectionClose(&connection);
	ok(hardware.closed == 3, "%s: closed all the same", name);
}

/* What is refused when the key is set, and whether the key was open by then. */
static void expectRefusal(
	const struct Certificate *leaf, enum TlsCode code, const char *detail, int opened, const char *name)
{
	struct TlsIdentity *identity = tlsIdentityCreate();
	struct TlsFailure failure;
	bool good;

	tlsFailureClear(&failure);
	good = tlsIdentityAddCertificate(identity, leaf->der, leaf->length, false, &failure) &&
		   tlsIdentitySetKey(identity, (const uint8_t *)slot, strlen(slot), &failure);
	tlsIdentityFree(identity);
	if (!ok(!good && failure.code == code && strstr(failure.detail, detail) != NULL &&
				hardware.opened == opened && hardware.closed == opened,
			"refused: %s", name))
		note("%d %s: %s, opened %d, closed %d", good, tlsCodeName(failure.code), failure.detail,
			hardware.opened, hardware.closed);
}

static void testRefused(void)
{
	struct ClientChain ec = clientChain(pkiKey(KEY_P256, 2)), rsa = clientChain(pkiKey(KEY_RSA_2048, 0));

	hardwarePut(slot, pkiKey(KEY_P256, 3));
	expectRefusal(&ec.leaf, TLS_CERTIFICATE_MALFORMED, "does not belong", 1, "another key of the same kind");
	hardwarePut(slot, pkiKey(KEY_P384, 0));
	expectRefusal(&ec.leaf, TLS_CERTIFICATE_MALFORMED, "does not belong", 1, "a key of another curve");
	hardwarePut(slot, pkiKey(KEY_P256, 2));
	expectRefusal(&rsa.leaf, TLS_CERTIFICATE_MALFORMED, "does not belong", 1, "a key of another kind");
	hardwarePut(slot, pkiKey(KEY_RSA_2048, 1));
	expectRefusal(&rsa.leaf, TLS_CERTIFICATE_MALFORMED, "does not belong", 1, "another RSA key");
	hardwarePut(slot, pkiKey(KEY_P256, 2));
	hardware.usage = PSA_KEY_USAGE_VERIFY_HASH;
	expectRefusal(&ec.leaf, TLS_CERTIFICATE_MALFORMED, "may not sign", 1, "a key that may not sign");
	hardwarePut(slot, pkiKey(KEY_P256, 2));
	hardware.answer = PSA_ERROR_COMMUNICATION_FAILURE;
	expectRefusal(&ec.leaf, TLS_CERTIFICATE_MALFORMED, "cannot open", 0, "hardware that does not answer");
	hardware.answer = PSA_ERROR_INSUFFICIENT_MEMORY;
	expectRefusal(&ec.leaf, TLS_MEMORY, "", 0, "hardware without memory");
	hardwarePut(NULL, NULL);
	expectRefusal(
		&ec.leaf, TLS_CERTIFICATE_MALFORMED, "not DER", 0, "a name that the hardware does not know");
}

void testOpaqueKeys(void)
{
	clientForEach(testSigning);
	testRefused();
	hardwarePut(NULL, NULL);
}

#endif
