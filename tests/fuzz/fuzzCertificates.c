/* SPDX-License-Identifier: MIT */
/*
 * Certificates: anchors, in a list or in a store, and what a peer presents. As no mutation makes a good
 * signature, a byte says whether all are taken for good: then the rules behind them are reached. The mutator
 * knows DER.
 *
 *    0  FLAGS
 *    1  the host: a number in a list
 *    2  days after the first that a clock may show, which is 40 before the tests' time
 *    3  certificates, each behind its length in two bytes: the first is the anchor, or several, of which a store may be made; the
 *       second the peer's own
 *
 * What is accepted has to please OpenSSL as well.
 */

#include "fuzz.h"
#include "secondOpinion.h"
#include "storeImage.h"
#include "tlsTrustInternal.h"

#include <string.h>

#define START     3
#define STORE_MAX 8

enum { GOOD_SIGNATURES = 1, STORE = 2, PIN = 4, COPY = 8 };

static bool goodSignatures;

int __real_mbedtls_pk_verify_ext(mbedtls_pk_type_t type, const void *options, mbedtls_pk_context *key,
	mbedtls_md_type_t digest, const unsigned char *hash, size_t length, const unsigned char *signature,
	size_t size);
int __wrap_mbedtls_pk_verify_ext(mbedtls_pk_type_t type, const void *options, mbedtls_pk_context *key,
	mbedtls_md_type_t digest, const unsigned char *hash, size_t length, const unsigned char *signature,
	size_t size);

int __wrap_mbedtls_pk_verify_ext(mbedtls_pk_type_t type, const void *options, mbedtls_pk_context *key,
	mbedtls_md_type_t digest, const unsigned char *hash, size_t length, const unsigned char *signature,
	size_t size)
{
	if (goodSignatures)
		return 0;
	return __real_mbedtls_pk_verify_ext(type, options, key, digest, hash, length, signature, size);
}

static struct TlsBytes path[TLS_PATH_MAX]; /* that is being judged, from its anchor down */
static size_t pathCount;

bool __real_tlsVerifyBelow(struct TlsTrust *trust, const mbedtls_x509_crt *certificate, bool top, bool peer);
bool __wrap_tlsVerifyBelow(struct TlsTrust *trust, const mbedtls_x509_crt *certificate, bool top, bool peer);

bool __wrap_tlsVerifyBelow(struct TlsTrust *trust, const mbedtls_x509_crt *certificate, bool top, bool peer)
{
	if (top)
		pathCount = 0;
	path[pathCount].bytes = certificate->raw.p;
	path[pathCount++].length = certificate->raw.len;
	return __real_tlsVerifyBelow(trust, certificate, top, peer);
}

static void checkAccepted(const struct TlsTrust *trust, const char *host)
{
	struct AcceptedPath accepted = {path, pathCount, host, trust->now, !goodSignatures};

	FUZZ_CHECK(trust->failure.code == TLS_OK && tlsTrustValidUntil(trust) >= trust->now);
	secondOpinion(&accepted);
}

static int64_t showTime(void *days)
{
	return TEST_NOW + (*(const uint8_t *)days - 40) * INT64_C(86400);
}

/* Presents certificates to a trust, and has it judge. */
static void judge(struct TlsTrust *trust, const char *host, struct FuzzInput *input)
{
	uint8_t *presented[TLS_PRESENTED_MAX + 1];
	mbedtls_x509_crt leaf;
	size_t count = 0, length;
	bool parsed = true;
	char names[64];

	mbedtls_x509_crt_init(&leaf);
	for (; count <= TLS_PRESENTED_MAX && input->length > 0 && parsed; count++) {
		presented[count] = fuzzTakePiece(input, &length);
		if (count == 0)
			parsed = tlsVerifyParse(
						 &trust->failure, &leaf, (struct TlsBytes){presented[count], length}, false) == 0;
		if (parsed)
			trust->presented[trust->presentedCount++] = (struct TlsBytes){presented[count], length};
		if (count == 0 && parsed)
			tlsPeerNameList(&leaf, names, sizeof(names));
		if (trust->presentedCount == TLS_PRESENTED_MAX)
			parsed = false;
	}
	trust->now = trust->clock(trust->clockContext);
	if (trust->presentedCount > 0 && trust->failure.code == TLS_OK && tlsPathVerify(trust, &leaf))
		checkAccepted(trust, host);
	FUZZ_CHECK(trust->failure.code == TLS_OK || !fuzzIsHonest());
	fuzzCheckFailure(&trust->failure, false);
	mbedtls_x509_crt_free(&leaf);
	mbedtls_free((void *)tlsTrustTakePeerCertificate(trust).bytes);
	while (count > 0)
		free(presented[--count]);
}

/* A store of certificates that stand one behind the other, as far as they have subjects. */
static struct TlsBytes makeStore(struct TlsBytes all)
{
	struct ImagePart parts[STORE_MAX];
	enum TlsDerKind kind;
	size_t count = 0, size;

	while (count < STORE_MAX && tlsDerProblem(all.bytes, all.length, &size, &kind) == NULL) {
		struct TlsDerNames names;

		parts[count].certificate = (struct TlsBytes){all.bytes, size};
		if (tlsDerReadNames(parts[count].certificate, &names))
			parts[count++].subject = names.subject;
		all.bytes += size;
		all.length -= size;
	}
	return imageMake(parts, count);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const char *const hosts[] = {
		"test.example", "a.test.example", "192.0.2.1", "2001:db8::1", "xn--e1aybc.example", "example."};
	static const uint8_t pin[TLS_PIN_SIZE];
	struct FuzzInput input = {bytes, length};
	uint8_t flags = fuzzTake8(&input), *anchor;
	const char *host = hosts[fuzzTake8(&input) % (sizeof(hosts) / sizeof(hosts[0]))];
	uint8_t days = fuzzTake8(&input);
	struct TlsBytes store = {NULL, 0};
	struct TlsFailure failure;
	struct TlsTrust *trust;
	bool good;

	fuzzBegin();
	tlsFailureClear(&failure);
	trust = tlsTrustCreate(host, showTime, &days);
	FUZZ_CHECK(trust != NULL);
	FUZZ_CHECK((flags & PIN) == 0 || tlsTrustAddPin(trust, pin));
	anchor = fuzzTakePiece(&input, &length);
	if (flags & STORE)
		store = makeStore((struct TlsBytes){anchor, length});
	good = flags & STORE ? tlsTrustAddStore(trust, store.bytes, store.length, &failure)
						 : tlsTrustAddAnchor(trust, anchor, length, (flags & COPY) != 0, &failure);
	fuzzCheckFailure(&failure, false);
	FUZZ_CHECK(good == (failure.code == TLS_OK));
	goodSignatures = (flags & GOOD_SIGNATURES) != 0;
	if (good)
		judge(trust, host, &input);
	goodSignatures = false;
	tlsTrustFree(trust);
	free((void *)store.bytes);
	free(anchor);
	fuzzEnd(false);
	return 0;
}

/* An element of DER: where it begins, and its content. */
struct Element {
	size_t start, content, length;
};

static bool readElement(const uint8_t *der, size_t start, size_t end, struct Element *element)
{
	size_t at = start + 2, size;

	if (at > end)
		return false;
	size = der[start + 1];
	if (size >= 0x80) {
		size_t count = size & 0x7F;

		if (count > 2 || at + count > end)
			return false;
		for (size = 0; count > 0; count--)
			size = size << 8 | der[at++];
	}
	element->start = start;
	element->content = at;
	element->length = size;
	return size <= end - at;
}

/* Chooses an element inside of another. False: there is none. */
static bool chooseChild(
	const uint8_t *der, struct Element parent, struct FuzzDice *dice, struct Element *child)
{
	size_t at = parent.content, end = at + parent.length, count = 0;
	struct Element next;

	while (at < end && readElement(der, at, end, &next)) {
		if (fuzzRoll(dice, (uint32_t)++count) == 0)
			*child = next;
		at = next.content + next.length;
	}
	return count > 0 && at == end;
}

static void putElement(struct FuzzBytes *to, uint8_t tag, const uint8_t *content, size_t length)
{
	fuzzPut8(to, tag);
	if (length >= 0x80)
		fuzzPut8(to, length >= 0x100 ? 0x82 : 0x81);
	if (length >= 0x100)
		fuzzPut8(to, (unsigned)(length >> 8));
	fuzzPut8(to, (unsigned)length);
	fuzzPut(to, content, length);
}

/* A byte by itself is a small number, and changes by little. Returns the new length. */
static size_t mutateContent(uint8_t *bytes, size_t length, size_t most, struct FuzzDice *dice)
{
	if (length != 1 || fuzzRoll(dice, 2) == 0)
		return LLVMFuzzerMutate(bytes, length, most);
	bytes[0] = (uint8_t)(bytes[0] + (fuzzRoll(dice, 2) ? 1 : -1));
	return length;
}

#define DEPTH 16

/* Mutates an element somewhere inside of `der`, and puts the lengths of all around it right. */
static void mutateDer(struct FuzzBytes *der, struct FuzzDice *dice)
{
	struct Element way[DEPTH];
	struct FuzzBytes inner = {NULL, 0, 0};
	size_t depth = 1, most;

	if (der->length == 0 || !readElement(der->bytes, 0, der->length, &way[0]))
		return;
	while (
		depth < DEPTH && fuzzRoll(dice, 8) != 0 && chooseChild(der->bytes, way[depth - 1], dice, &way[depth]))
		depth++;
	most = way[depth - 1].length + 32;
	inner.bytes = calloc(1, most);
	FUZZ_CHECK(inner.bytes != NULL);
	inner.size = most;
	memcpy(inner.bytes, der->bytes + way[depth - 1].content, way[depth - 1].length);
	inner.length = mutateContent(inner.bytes, way[depth - 1].length, most, dice);
	while (depth-- > 0) {
		struct FuzzBytes outer = {NULL, 0, 0};
		size_t before = depth > 0 ? way[depth - 1].content : 0;
		size_t end = way[depth].content + way[depth].length;
		size_t after = depth > 0 ? way[depth - 1].content + way[depth - 1].length : der->length;

		fuzzPut(&outer, der->bytes + before, way[depth].start - before);
		putElement(&outer, der->bytes[way[depth].start], inner.bytes, inner.length);
		fuzzPut(&outer, der->bytes + end, after - end);
		free(inner.bytes);
		inner = outer;
	}
	free(der->bytes);
	*der = inner;
}

static uint32_t countPieces(struct FuzzInput input)
{
	uint32_t count = 0;

	for (size_t length; input.length > 0; count++)
		free(fuzzTakePiece(&input, &length));
	return count;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t most, unsigned seed)
{
	struct FuzzDice dice = {seed};
	struct FuzzBytes made = {NULL, 0, 0};
	struct FuzzInput input;
	uint32_t chosen, number = 0;

	if (length < START + 2 || fuzzRoll(&dice, 8) == 0)
		return LLVMFuzzerMutate(bytes, length, most);
	if (fuzzRoll(&dice, 8) == 0) {
		bytes[fuzzRoll(&dice, START)] = (uint8_t)fuzzRoll(&dice, 256);
		return length;
	}
	fuzzPut(&made, bytes, START);
	input.bytes = bytes + START;
	input.length = length - START;
	chosen = fuzzRoll(&dice, countPieces(input));
	for (; input.length > 0; number++) {
		struct FuzzBytes piece = {NULL, 0, 0};

		piece.bytes = fuzzTakePiece(&input, &piece.length);
		piece.size = piece.length;
		if (number == chosen)
			mutateDer(&piece, &dice);
		fuzzPutPiece(&made, piece.bytes, piece.length);
		free(piece.bytes);
	}
	if (made.length < most)
		most = made.length;
	memcpy(bytes, made.bytes, most);
	free(made.bytes);
	return most;
}

/* Presents a chain, up to a NULL, to who has the usual anchor. */
static void seedChain(const char *name, uint8_t flags, uint8_t host, const struct Certificate *const *chain)
{
	const uint8_t start[START] = {flags, host, 40};
	struct FuzzBytes made = {NULL, 0, 0};

	fuzzPut(&made, start, sizeof(start));
	fuzzPutPiece(&made, usual()->ca.der, usual()->ca.length);
	while (*chain != NULL) {
		fuzzPutPiece(&made, (*chain)->der, (*chain)->length);
		chain++;
	}
	fuzzSeed(name, made.bytes, made.length);
	free(made.bytes);
}

static void seed(const char *name, uint8_t flags, uint8_t host, const struct Certificate *leaf)
{
	const struct Certificate *const chain[] = {leaf, &usual()->intermediate, NULL};

	seedChain(name, flags, host, chain);
}

/* An intermediate that may have one more below, and has it. */
static void seedLong(void)
{
	struct CertificateWish wish = pkiCaWish("CN=Middle", pkiKey(KEY_P256, 2));
	struct Certificate middle, below;
	const struct Certificate *const chain[] = {&usual()->server, &below, &middle, NULL};

	wish.issuer = "CN=Test CA,O=Test";
	wish.signer = pkiKey(KEY_P256, 0);
	wish.pathLength = 1;
	middle = pkiCertificate(&wish);
	wish = pkiCaWish("CN=Test Intermediate", pkiKey(KEY_P256, 1));
	wish.issuer = "CN=Middle";
	wish.signer = pkiKey(KEY_P256, 2);
	below = pkiCertificate(&wish);
	seedChain("long", GOOD_SIGNATURES, 0, chain);
}

static void seedConstraints(void)
{
	static const uint8_t constraints[] = {0x30, 32, 0xA0, 16, 0x30, 14, 0x82, 12, 't', 'e', 's', 't', '.',
		'e', 'x', 'a', 'm', 'p', 'l', 'e', 0xA1, 12, 0x30, 10, 0x87, 8, 10, 0, 0, 0, 255, 0, 0, 0};
	struct CertificateWish ca = pkiCaWish("CN=Test Intermediate", pkiKey(KEY_P256, 1));
	struct Certificate made;
	const struct Certificate *const chain[] = {&usual()->server, &made, NULL};

	ca.issuer = "CN=Test CA,O=Test";
	ca.signer = pkiKey(KEY_P256, 0);
	ca.extension = constraints;
	ca.extensionSize = sizeof(constraints);
	ca.extensionOid = "\x55\x1D\x1E";
	ca.extensionOidSize = 3;
	ca.extensionCritical = true;
	ca.subjectKeyId = 1;
	ca.issuerKeyId = 2;
	made = pkiCertificate(&ca);
	seedChain("constraints", GOOD_SIGNATURES, 0, chain);
}

void fuzzTargetPrepare(void)
{
	tlsMemoryStart();
	fuzzBegin();
	FUZZ_CHECK(psa_crypto_init() == PSA_SUCCESS);
}

void fuzzTargetSeeds(void)
{
	static const uint8_t address[4] = {192, 0, 2, 1};
	struct CertificateWish wish;
	struct Certificate wild, rsa;

	wish = pkiServerWish("*.test.example", pkiKey(KEY_P384, 0), pkiKey(KEY_P256, 1));
	wish.issuer = "CN=Test Intermediate";
	wish.address = address;
	wish.addressSize = sizeof(address);
	wild = pkiCertificate(&wish);
	wish.key = pkiKey(KEY_RSA_2048, 0);
	rsa = pkiCertificate(&wish);
	seed("chain", 0, 0, &usual()->server);
	seed("good", GOOD_SIGNATURES, 0, &usual()->server);
	seed("wildcard", GOOD_SIGNATURES | COPY, 1, &wild);
	seed("address", GOOD_SIGNATURES, 2, &rsa);
	seed("refused-pin", GOOD_SIGNATURES | PIN, 0, &usual()->server);
	seed("refused-anchor", 0, 0, &usual()->ca);
	seed("store", GOOD_SIGNATURES | STORE, 0, &usual()->server);
	seedLong();
	seedConstraints();
}
