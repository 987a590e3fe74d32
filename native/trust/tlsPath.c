/* SPDX-License-Identifier: MIT */
/*
 * The way from the peer's certificate to an anchor (RFC 5280, section 6; RFC 4158). Issuers are looked for by
 * name, among the anchors and then in what the peer presented, in whatever order it did; where one leads
 * nowhere, the next is tried.
 *
 * The peer is not verified while this runs, so all that it can make us compute has a bound: see tlsWork.h. At
 * most two certificates are parsed at a time besides the peer's own.
 */

#include "tlsTrustInternal.h"
#include "tlsWork.h"

struct Level {
	struct TlsBytes der;
	size_t next; /* the candidate to try next for its issuer */
	bool others; /* those that the key identifier does not speak for: they come second */
	bool tried;
};

struct Path {
	struct TlsTrust *trust;
	struct Level levels[TLS_PATH_MAX]; /* the peer's own first */
	size_t count;
	mbedtls_x509_crt *leaf;  /* levels[0], parsed */
	mbedtls_x509_crt *child; /* the last level, parsed: its issuer is looked for */
	uint32_t work;
};

static struct TlsBytes issuerOf(const mbedtls_x509_crt *child)
{
	struct TlsBytes issuer = {child->issuer_raw.p, child->issuer_raw.len};

	return issuer;
}

static struct TlsBytes subjectOf(const mbedtls_x509_crt *certificate)
{
	struct TlsBytes subject = {certificate->subject_raw.p, certificate->subject_raw.len};

	return subject;
}

/* False: it would be too much. */
static bool work(struct Path *path, uint32_t amount)
{
	path->work += amount;
	if (path->work <= TLS_WORK_MAX)
		return true;
	tlsFailureClear(&path->trust->failure); /* it is what ends the search */
	tlsFailDetail(&path->trust->failure, TLS_CERTIFICATE_CHAIN, 0, TLS_DETAIL("it takes too long to verify"));
	return false;
}

static void release(mbedtls_x509_crt *certificate)
{
	if (certificate != NULL) {
		mbedtls_x509_crt_free(certificate);
		mbedtls_free(certificate);
	}
}

/* NULL: it cannot be parsed, or is not worth it, and the failure says why. */
static mbedtls_x509_crt *parse(struct Path *path, struct TlsBytes der, bool anchor)
{
	mbedtls_x509_crt *certificate;

	if (!work(path, tlsWorkOfParsing(der)))
		return NULL;
	certificate = mbedtls_calloc(1, sizeof(*certificate));
	if (certificate == NULL) {
		tlsFail(&path->trust->failure, TLS_MEMORY, 0);
		return NULL;
	}
	mbedtls_x509_crt_init(certificate);
	if (tlsVerifyParse(&path->trust->failure, certificate, der, anchor) == 0)
		return certificate;
	release(certificate);
	return NULL;
}

static void dropChild(struct Path *path)
{
	if (path->child != path->leaf)
		release(path->child);
	path->child = NULL;
}

/* Parses the certificate whose issuer is to be found, unless it is parsed. False: no memory, or too much
   work. */
static bool takeChild(struct Path *path)
{
	if (path->child == NULL)
		path->child = path->count == 1 ? path->leaf : parse(path, path->levels[path->count - 1].der, false);
	return path->child != NULL;
}

static bool isOnPath(const struct Path *path, struct TlsBytes der)
{
	for (size_t i = 0; i < path->count; i++) {
		if (tlsBytesSame(path->levels[i].der, der))
			return true;
	}
	return false;
}

/* The next certificate whose subject is `name`: anchors come first, then what the peer presented. */
static bool nextOfName(
	struct Path *path, struct Level *level, struct TlsBytes name, struct TlsBytes *der, bool *anchor)
{
	struct TlsTrust *trust = path->trust;
	struct TlsAnchorSearch search;
	struct TlsDerNames names;
	size_t at = 0;

	*anchor = true;
	tlsAnchorsFind(trust, name, &search);
	for (; tlsAnchorsNext(&search, der); at++) {
		if (at == level->next) {
			level->next++;
			return true;
		}
	}
	*anchor = false;
	while (level->next - at < trust->presentedCount) {
		*der = trust->presented[level->next++ - at];
		if (tlsDerReadNames(*der, &names) && tlsDerSameName(names.subject, name) && !isOnPath(path, *der))
			return true;
	}
	return false;
}

/* RFC 5280, section 4.2.1.1: where both are given, the child's authority key identifier is the issuer's own.
   A hint: of several issuers of one name, those with the right key are tried first. */
static bool keysAgree(const mbedtls_x509_crt *child, const mbedtls_x509_crt *issuer)
{
	const mbedtls_x509_buf *wanted = &child->authority_key_id.keyIdentifier;
	const mbedtls_x509_buf *given = &issuer->subject_key_id;

	return wanted->len == 0 || given->len == 0 ||
		   (wanted->len == given->len && memcmp(wanted->p, given->p, wanted->len) == 0);
}

/* The intermediates so far that count for a path length: not those that issued themselves (RFC 5280, section
   4.2.1.9). */
static int countIntermediates(const struct Path *path)
{
	struct TlsDerNames names;
	int count = 0;

	for (size_t i = 1; i < path->count; i++)
		count += tlsDerReadNames(path->levels[i].der, &names) && !tlsDerSameName(names.subject, names.issuer);
	return count;
}

static bool isSignedBy(struct Path *path, mbedtls_x509_crt *issuer)
{
	struct TlsFailure *failure = &path->trust->failure;
	const mbedtls_x509_crt *child = path->child;
	mbedtls_md_type_t kind = tlsMbedtlsSignatureDigest(child);
	const mbedtls_md_info_t *info = mbedtls_md_info_from_type(kind);
	uint8_t digest[64];
	uint32_t before = tlsMemoryFailures();
	int error;

	if (kind != MBEDTLS_MD_SHA256 && kind != MBEDTLS_MD_SHA384 && kind != MBEDTLS_MD_SHA512) {
		tlsFailDetail(failure, TLS_CERTIFICATE_WEAK, 0, TLS_DETAIL("signature algorithm"));
		return false;
	}
	if (!work(path, tlsWorkOfSignature(child, issuer)))
		return false;
	error = mbedtls_md(info, child->tbs.p, child->tbs.len, digest);
	if (error == 0)
		error = tlsMbedtlsVerifySignature(child, issuer, digest, mbedtls_md_get_size(info));
	if (error != 0)
		tlsFail(failure, tlsMbedtlsRanOut(error, before) ? TLS_MEMORY : TLS_CERTIFICATE_SIGNATURE, error);
	return error == 0;
}

/* `der`, parsed, if it issued the last certificate on the path; else NULL. */
static mbedtls_x509_crt *tryIssuer(struct Path *path, struct Level *level, struct TlsBytes der, bool anchor)
{
	struct TlsTrust *trust = path->trust;
	mbedtls_x509_crt *issuer = parse(path, der, anchor);

	if (issuer != NULL && keysAgree(path->child, issuer) != level->others && tlsVerifyAny(trust, issuer) &&
		tlsVerifyIssuer(trust, issuer, countIntermediates(path)) && isSignedBy(path, issuer))
		return issuer;
	release(issuer);
	return NULL;
}

static char *append(char *at, const char *text)
{
	size_t length = strlen(text);

	memcpy(at, text, length + 1);
	return at + length;
}

/* Names who is missing: "issuer Example CA, key 0A1B2C". Name and key are cut to what `detail` holds. */
static void failUnknown(struct TlsTrust *trust, const mbedtls_x509_crt *child)
{
	static const char digits[] = "0123456789ABCDEF";
	const mbedtls_x509_buf *key = &child->authority_key_id.keyIdentifier;
	char name[40]; /* leaves room for a key identifier of 20 bytes */
	char detail[TLS_DETAIL_SIZE];
	char *at;

	tlsDerNameText(&child->issuer, name, sizeof(name));
	at = append(append(detail, "issuer "), name);
	if (key->len > 0)
		at = append(at, ", key ");
	for (size_t i = 0; i < key->len && at + 3 <= detail + sizeof(detail); i++) {
		*at++ = digits[key->p[i] >> 4];
		*at++ = digits[key->p[i] & 15];
	}
	*at = 0;
	tlsFailDetail(&trust->failure, TLS_CERTIFICATE_ISSUER, 0, detail);
}

/* Nobody of the issuer's name is known at all. */
static void failAlone(struct Path *path)
{
	if (path->count == 1 && tlsDerSameName(subjectOf(path->child), issuerOf(path->child)))
		tlsFail(&path->trust->failure, TLS_CERTIFICATE_SELF_SIGNED, 0);
	else
		failUnknown(path->trust, path->child);
}

/* Adds a certificate to the path, which has it from now on. False: there is no room. */
static bool push(struct Path *path, struct TlsBytes der, mbedtls_x509_crt *certificate)
{
	if (path->count == TLS_PATH_MAX) {
		release(certificate);
		tlsFail(&path->trust->failure, TLS_CERTIFICATE_CHAIN, 0);
		return false;
	}
	memset(&path->levels[path->count], 0, sizeof(path->levels[0]));
	path->levels[path->count++].der = der;
	dropChild(path);
	path->child = certificate;
	return true;
}

static void pop(struct Path *path)
{
	path->count--;
	dropChild(path);
}

/* The rules that take the whole path, from its anchor down. */
static bool judge(struct Path *path)
{
	struct TlsTrust *trust = path->trust;
	size_t top = path->count - 1;

	dropChild(path);
	trust->constraintCount = 0;
	for (size_t i = path->count; i-- > 0;) {
		mbedtls_x509_crt *certificate = i == 0 ? path->leaf : parse(path, path->levels[i].der, i == top);
		bool good = certificate != NULL && work(path, tlsWorkOfNames(trust, certificate)) &&
					tlsVerifyBelow(trust, certificate, i == top, i == 0);

		if (i > 0)
			release(certificate);
		if (!good)
			return false;
	}
	return tlsVerifyPeer(trust, path->leaf);
}

/* Looks for the next issuer of the last certificate, or takes that one back if there is none. True if the
   path has reached an anchor and is good. */
static bool step(struct Path *path)
{
	struct Level *level = &path->levels[path->count - 1];
	mbedtls_x509_crt *issuer;
	struct TlsBytes der;
	bool anchor;

	if (!nextOfName(path, level, issuerOf(path->child), &der, &anchor)) {
		if (!level->tried)
			failAlone(path);
		if (level->tried && !level->others) {
			level->others = true;
			level->next = 0;
		} else
			pop(path);
		return false;
	}
	level->tried = true;
	issuer = tryIssuer(path, level, der, anchor);
	if (issuer == NULL || !push(path, der, issuer) || !anchor)
		return false;
	if (judge(path))
		return true;
	pop(path);
	return false;
}

/* Other ways do not help, or would take too long. */
static bool isHopeless(const struct Path *path)
{
	enum TlsCode code = (enum TlsCode)path->trust->failure.code;

	return path->work > TLS_WORK_MAX || code == TLS_CLOCK || code == TLS_STORE;
}

bool tlsPathVerify(struct TlsTrust *trust, mbedtls_x509_crt *leaf)
{
	struct Path path;
	uint32_t before = tlsMemoryFailures();
	bool good = false, ranOut;

	memset(&path, 0, sizeof(path));
	path.trust = trust;
	path.leaf = leaf;
	path.work = tlsWorkOfMessage(trust);
	(void)push(&path, trust->presented[0], leaf);
	/* A device's certificate that signs itself is not a CA's, but may be trusted as itself. */
	if (tlsAnchorsHave(trust, subjectOf(leaf), trust->presented[0]))
		good = judge(&path);
	else {
		while (!good && path.count > 0 && !isHopeless(&path) && takeChild(&path))
			good = step(&path);
	}
	dropChild(&path);
	/* The failures on ways that led nowhere do not matter where another is good, and not beside a lack of
	   memory. */
	ranOut = tlsMemoryFailures() != before;
	if (good || ranOut)
		tlsFailureClear(&trust->failure);
	if (!good)
		tlsFail(&trust->failure, ranOut ? TLS_MEMORY : TLS_INTERNAL, 0);
	return good;
}
