/* SPDX-License-Identifier: MIT */
/*
 * What an app hands over: a store, a session, a client's certificates and key, and addresses as text. The
 * first byte says which. Of stores and sessions the checksums are put right, unless its highest bit says not
 * to.
 */

#include "clientChain.h"
#include "fuzzClient.h"
#include "storeImage.h"
#include "tlsTrustInternal.h"

#include <string.h>

enum { STORE, SESSION, IDENTITY, ADDRESS, KINDS };

#define AS_IS 0x80

static void useStore(uint8_t *bytes, size_t length)
{
	struct TlsFailure failure;
	struct TlsStore store;

	tlsFailureClear(&failure);
	if (!tlsStoreOpen(&store, bytes, length, &failure)) {
		FUZZ_CHECK(!fuzzIsHonest());
		FUZZ_CHECK(failure.code == TLS_STORE && tlsStoreCount(&store) == 0);
		return;
	}
	for (size_t i = 0; i < tlsStoreCount(&store); i++) {
		const uint8_t *entry = bytes + imageEntry(i);
		struct TlsBytes image = {bytes, length}, name = imageCertificate(image, i), found;
		struct TlsStoreSearch search;
		size_t count = 0;

		name.bytes += imageGet(entry + IMAGE_ENTRY_SUBJECT, 2);
		name.length = imageGet(entry + IMAGE_ENTRY_SUBJECT_SIZE, 2);
		tlsFailureClear(&failure);
		tlsStoreFind(&store, name, &search);
		while (tlsStoreNext(&search, &found, &failure)) {
			FUZZ_CHECK(found.bytes >= bytes && found.length <= length - (size_t)(found.bytes - bytes));
			FUZZ_CHECK(++count <= tlsStoreCount(&store));
		}
	}
}

/* The binding and the digest of a session of this engine's own. */
static void sealSession(const struct TlsEngine *engine, uint8_t *bytes, size_t length)
{
	size_t size;

	if (length < 8 + TLS_BINDING_SIZE + TLS_DIGEST_SIZE)
		return;
	memcpy(bytes + 8, tlsEngineBinding(engine), TLS_BINDING_SIZE);
	FUZZ_CHECK(psa_hash_compute(PSA_ALG_SHA_256, bytes, length - TLS_DIGEST_SIZE,
				   bytes + length - TLS_DIGEST_SIZE, TLS_DIGEST_SIZE, &size) == PSA_SUCCESS);
}

/* A session is tried, and the ClientHello that it leads to is made. */
static void useSession(uint8_t version, uint8_t *bytes, size_t length, bool seal)
{
	struct FuzzPlan plan = {version & FUZZ_VERSION, 0, 0, 0, 0};
	struct Connection connection;

	fuzzOpen(&connection, &plan, NULL);
	if (seal)
		sealSession(connection.engine, bytes, length);
	(void)tlsEngineResume(connection.engine, bytes, length);
	while (fuzzTurn(&connection, &plan))
		continue;
	/* Who can seal a session can make one that no ClientHello comes of: then there is a handshake without
	   it. */
	FUZZ_CHECK(
		tlsEngineState(connection.engine) == TLS_HANDSHAKING || tlsEngineSessionFailed(connection.engine));
	fuzzClose(&connection, &plan);
}

static void useIdentity(struct FuzzInput *input)
{
	struct TlsIdentity *identity = tlsIdentityCreate();
	struct TlsFailure failure;
	size_t length, keyLength;
	uint8_t *chain = fuzzTakePiece(input, &length), *key = fuzzTakeRest(input, &keyLength);

	FUZZ_CHECK(identity != NULL);
	tlsFailureClear(&failure);
	if (tlsIdentityAddCertificate(identity, chain, length, true, &failure))
		FUZZ_CHECK(tlsIdentitySetKey(identity, key, keyLength, &failure) == (failure.code == TLS_OK));
	fuzzCheckFailure(&failure, false);
	tlsIdentityFree(identity);
	free(chain);
	free(key);
}

/* An address, and a pattern for names. Both are strings: cut at the first NUL. */
static void useAddress(struct FuzzInput *input)
{
	size_t length, patternLength;
	uint8_t *given = fuzzTakePiece(input, &length), *pattern = fuzzTakeRest(input, &patternLength);
	char *text = calloc(1, length + 1);
	uint8_t address[TLS_ADDRESS_BYTES];
	size_t size;

	FUZZ_CHECK(text != NULL);
	if (length > 0)
		memcpy(text, given, length);
	size = tlsAddressParse(text, address);
	FUZZ_CHECK(size == 0 || size == 4 || size == 16);
	FUZZ_CHECK(
		size == 0 || tlsAddressResembles(text)); /* who is no address is a name only if it looks like none */
	(void)tlsPeerNameIs(text, pattern, patternLength);
	free(text);
	free(given);
	free(pattern);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct FuzzInput input = {bytes, length};
	uint8_t first = fuzzTake8(&input), version, *copy;

	fuzzBegin();
	switch ((first & ~AS_IS) % KINDS) {
	case STORE:
		copy = fuzzTakeRest(&input, &length);
		if ((first & AS_IS) == 0)
			imageSealAll(copy, length);
		useStore(copy, length);
		free(copy);
		break;
	case SESSION:
		version = fuzzTake8(&input);
		copy = fuzzTakeRest(&input, &length);
		useSession(version, copy, length, (first & AS_IS) == 0);
		free(copy);
		break;
	case IDENTITY:
		useIdentity(&input);
		break;
	default:
		useAddress(&input);
	}
	fuzzEnd(false);
	return 0;
}

static void seedSession(const char *name, uint8_t version)
{
	struct FuzzPlan plan = {version, 0, 0, 0, 12};
	struct ServerWish server = fuzzServer(&plan);
	struct FuzzBytes made = {NULL, 0, 0};
	struct Connection connection;
	uint8_t session[2048];

	server.tickets = true;
	fuzzOpen(&connection, &plan, &server);
	connectionHandshake(&connection);
	while (connectionTurn(&connection))
		continue;
	fuzzPut8(&made, SESSION);
	fuzzPut8(&made, version);
	fuzzPut(&made, session, tlsEngineSaveSession(connection.engine, session, sizeof(session)));
	FUZZ_CHECK(made.length > 2);
	fuzzSeed(name, made.bytes, made.length);
	free(made.bytes);
	connectionClose(&connection);
}

/* Of two certificates with one subject, and one with another. */
static void seedStore(const char *name, uint8_t first)
{
	struct CertificateWish wish = pkiCaWish("CN=Test CA,O=Test", pkiKey(KEY_P384, 0));
	struct Certificate again = pkiCertificate(&wish);
	const struct Certificate *certificates[] = {&usual()->ca, &again, &usual()->intermediate};
	struct ImagePart parts[sizeof(certificates) / sizeof(certificates[0])];
	size_t count = sizeof(parts) / sizeof(parts[0]);
	struct FuzzBytes made = {NULL, 0, 0};
	struct TlsBytes image;

	for (size_t i = 0; i < count; i++) {
		parts[i].certificate = (struct TlsBytes){certificates[i]->der, certificates[i]->length};
		parts[i].subject = subjectOf(parts[i].certificate);
	}
	image = imageMake(parts, count);
	fuzzPut8(&made, first);
	fuzzPut(&made, image.bytes, image.length);
	fuzzSeed(name, made.bytes, made.length);
	free((void *)image.bytes);
	free(made.bytes);
}

static void seedIdentity(const char *name, enum KeyKind kind)
{
	struct ClientChain chain = clientChain(pkiKey(kind, 0));
	struct FuzzBytes made = {NULL, 0, 0};
	uint8_t key[2048];
	int length = mbedtls_pk_write_key_der(pkiKey(kind, 0), key, sizeof(key));

	FUZZ_CHECK(length > 0);
	fuzzPut8(&made, IDENTITY);
	fuzzPutPiece(&made, chain.leaf.der, chain.leaf.length);
	fuzzPut(&made, key + sizeof(key) - length, (size_t)length);
	fuzzSeed(name, made.bytes, made.length);
	free(made.bytes);
}

static void seedAddress(const char *name, const char *text, const char *pattern)
{
	struct FuzzBytes made = {NULL, 0, 0};

	fuzzPut8(&made, ADDRESS);
	fuzzPutPiece(&made, text, strlen(text));
	fuzzPut(&made, pattern, strlen(pattern));
	fuzzSeed(name, made.bytes, made.length);
	free(made.bytes);
}

void fuzzTargetPrepare(void)
{
	fuzzClientPrepare();
}

void fuzzTargetSeeds(void)
{
	seedStore("store", STORE);
	seedStore("store-as-it-is", STORE | AS_IS);
	seedSession("session12", 1);
	seedSession("session13", 2);
	seedIdentity("p256", KEY_P256);
	seedIdentity("rsa", KEY_RSA_2048);
	seedAddress("ipv4", "192.0.2.1", "192.0.2.1");
	seedAddress("ipv6", "2001:db8::192.0.2.1", "*.example");
	seedAddress("name", "a.test.example", "*.test.example");
}
