/* SPDX-License-Identifier: MIT */
/*
 * Certificates that must be refused, each with its own code, and their neighbours that must not; but for
 * names: testNames.c. Every case runs in both versions of TLS.
 */

#include "serverMbedtls.h"
#include "tap.h"
#include "verdict.h"

#include <string.h>

/* What a client that trusts the CA thinks of a server's certificate by that wish. A good one stands in for it
   where the server looks at its own certificate. */
static void expectLeaf(const struct CertificateWish *wish, enum TlsCode code, const char *name)
{
	struct CertificateWish good = pkiServerWish("test.example", wish->key, CA_KEY);
	struct Certificate certificate = pkiCertificate(wish), standIn = pkiCertificate(&good);
	struct ServerWish server = verdictServer(&standIn, wish->key);

	server.presented = &certificate;
	verdictExpect(usualClient(), server, code, name);
}

static void testIssuers(void)
{
	struct CertificateWish wish = pkiCaWish("CN=Other CA", OTHER_KEY);
	struct Certificate other = pkiCertificate(&wish);
	struct Certificate impostor, selfSigned, leaf;
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();

	verdictExpect(client, server, TLS_OK, "chain with an intermediate");
	server.copies = 14;
	verdictExpect(client, server, TLS_OK, "sixteen certificates presented");
	server.copies = 15;
	verdictExpectDetail(client, server, TLS_CERTIFICATE_CHAIN, "more certificates", "seventeen");
	server.copies = 0;
	client.anchors[0] = &other;
	verdictExpectDetail(client, server, TLS_CERTIFICATE_ISSUER, "Test CA", "unknown CA");
	client = usualClient();
	server.chain[1] = NULL;
	verdictExpectDetail(client, server, TLS_CERTIFICATE_ISSUER, "Test Intermediate", "intermediate not sent");

	wish = pkiCaWish("CN=Test CA,O=Test", OTHER_KEY);
	impostor = pkiCertificate(&wish);
	client.anchors[0] = &impostor;
	verdictExpect(client, usualServer(), TLS_CERTIFICATE_SIGNATURE, "CA of the same name with another key");
	client.anchors[1] = &usual()->ca;
	verdictExpect(client, usualServer(), TLS_OK, "CA of the same name beside the right one");

	wish = verdictLeaf();
	wish.issuer = NULL;
	wish.signer = NULL;
	selfSigned = pkiCertificate(&wish);
	client = usualClient();
	verdictExpect(client, verdictServer(&selfSigned, SERVER_KEY), TLS_CERTIFICATE_SELF_SIGNED, "self-signed");
	client.anchors[0] = &selfSigned;
	verdictExpect(
		client, verdictServer(&selfSigned, SERVER_KEY), TLS_OK, "self-signed, and an anchor itself");
	client.host = "other.example";
	verdictExpect(client, verdictServer(&selfSigned, SERVER_KEY), TLS_CERTIFICATE_NAME,
		"self-signed anchor, wrong name");
	wish.issuer = "CN=server";
	wish.subject = "CN=leaf";
	wish.signer = SERVER_KEY;
	wish.key = OTHER_KEY;
	leaf = pkiCertificate(&wish);
	client.host = "test.example";
	verdictExpect(client, verdictServer(&leaf, OTHER_KEY), TLS_CERTIFICATE_USAGE,
		"leaf signed by an anchor that is no CA");
	wish = verdictLeaf();
	wish.subject = "CN=self";
	wish.issuer = NULL;
	wish.signer = NULL;
	wish.ca = true;
	selfSigned = pkiCertificate(&wish);
	verdictExpect(
		usualClient(), verdictServer(&selfSigned, SERVER_KEY), TLS_CERTIFICATE_SELF_SIGNED, "self-signed CA");
	client.anchors[0] = &selfSigned;
	verdictExpect(client, verdictServer(&selfSigned, SERVER_KEY), TLS_CERTIFICATE_USAGE,
		"self-signed CA as its own anchor");
}

static void testManyAnchors(void)
{
	struct CertificateWish wish = pkiCaWish("CN=Test CA,O=Test", CA_KEY);
	struct Certificate expired, renewed, leaf;
	struct ClientWish client = usualClient();

	wish.notAfter = "20260201000000";
	wish.subjectKeyId = 7;
	expired = pkiCertificate(&wish);
	wish.notAfter = "20301231000000";
	renewed = pkiCertificate(&wish);
	wish = verdictLeaf();
	wish.issuerKeyId = 7;
	leaf = pkiCertificate(&wish);
	client.anchors[0] = &expired;
	verdictExpect(client, verdictServer(&leaf, SERVER_KEY), TLS_CERTIFICATE_EXPIRED, "anchor expired");
	client.anchors[1] = &renewed;
	verdictExpect(
		client, verdictServer(&leaf, SERVER_KEY), TLS_OK, "anchor expired, its renewal is there too");
	client.anchors[0] = &renewed;
	client.anchors[1] = &expired;
	verdictExpect(client, verdictServer(&leaf, SERVER_KEY), TLS_OK, "the same the other way round");
	wish.issuerKeyId = 9;
	leaf = pkiCertificate(&wish);
	client.anchors[1] = NULL;
	verdictExpect(
		client, verdictServer(&leaf, SERVER_KEY), TLS_OK, "key identifiers disagree: they are hints only");
	client = usualClient();
	wish.issuer = "CN=Nobody";
	wish.issuerKeyId = 0xA5;
	leaf = pkiCertificate(&wish);
	verdictExpectDetail(client, verdictServer(&leaf, SERVER_KEY), TLS_CERTIFICATE_ISSUER,
		"issuer Nobody, key A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5", "the detail names who is missing");
	wish.issuer = "CN=test ca,O=TEST";
	wish.issuerKeyId = 0;
	leaf = pkiCertificate(&wish);
	verdictExpect(client, verdictServer(&leaf, SERVER_KEY), TLS_OK, "issuer's name in other letter case");
}

/* Two anchors of one name and one key, with key identifiers: that which the leaf asks for goes first. */
static void testPreferredAnchor(void)
{
	struct CertificateWish wish = pkiCaWish("CN=Test CA,O=Test", CA_KEY), leafOf = verdictLeaf();
	struct Certificate server, mail, leaf;
	struct ClientWish client = usualClient();

	wish.subjectKeyId = 7;
	server = pkiCertificate(&wish);
	wish.subjectKeyId = 9;
	wish.extendedKeyUsage = MBEDTLS_OID_EMAIL_PROTECTION;
	mail = pkiCertificate(&wish);
	for (int order = 0; order < 2; order++) {
		client.anchors[order] = &server;
		client.anchors[1 - order] = &mail;
		leafOf.issuerKeyId = 7;
		leaf = pkiCertificate(&leafOf);
		verdictExpect(client, verdictServer(&leaf, SERVER_KEY), TLS_OK,
			"the anchor that the leaf's key identifier names");
		leafOf.issuerKeyId = 9;
		leaf = pkiCertificate(&leafOf);
		verdictExpect(client, verdictServer(&leaf, SERVER_KEY), TLS_OK,
			"the other, where the one that it names is for e-mail only");
	}
}

static void testForgeries(void)
{
	for (int which = 0; which < 2; which++) {
		struct Certificate forged = which == 0 ? usual()->server : usual()->intermediate;
		struct ServerWish server = usualServer();
		struct CertificateWish wish;

		/* The last byte of the signature. */
		forged.der[forged.length - 1] ^= 1;
		server.chain[which] = &forged;
		verdictExpect(usualClient(), server, TLS_CERTIFICATE_SIGNATURE,
			which == 0 ? "forged signature on the leaf" : "forged signature on the intermediate");

		/* A right name, signed by somebody else. */
		wish = pkiCaWish("CN=Test Intermediate", pkiKey(KEY_P256, 1));
		wish.issuer = "CN=Test CA,O=Test";
		wish.signer = OTHER_KEY;
		if (which == 0) {
			wish = pkiServerWish("test.example", SERVER_KEY, OTHER_KEY);
			wish.issuer = "CN=Test Intermediate";
		}
		forged = pkiCertificate(&wish);
		verdictExpect(usualClient(), server, TLS_CERTIFICATE_SIGNATURE,
			which == 0 ? "leaf signed with another key" : "intermediate signed with another key");
	}
}

static void testDates(void)
{
	struct CertificateWish wish = verdictLeaf();
	struct Certificate leaf;
	struct ClientWish client = usualClient();
	struct ServerWish server;

	wish.notAfter = "20261215115959";
	expectLeaf(&wish, TLS_CERTIFICATE_EXPIRED, "leaf expired a second ago");
	wish.notAfter = "20261215120000";
	expectLeaf(&wish, TLS_OK, "leaf expires this second");
	wish.notAfter = NULL;
	wish.notBefore = "20261215120001";
	expectLeaf(&wish, TLS_CERTIFICATE_NOT_YET_VALID, "leaf valid in a second");
	wish.notBefore = "20261215120000";
	expectLeaf(&wish, TLS_OK, "leaf valid from this second");

	wish = pkiCaWish("CN=Test Intermediate", pkiKey(KEY_P256, 1));
	wish.issuer = "CN=Test CA,O=Test";
	wish.signer = CA_KEY;
	wish.notAfter = "20261214000000";
	leaf = pkiCertificate(&wish);
	server = usualServer();
	server.chain[1] = &leaf;
	verdictExpectDetail(client, server, TLS_CERTIFICATE_EXPIRED, "Test Intermediate", "intermediate expired");
	client.now = 0x7FFFFFFF;
	verdictExpect(client, usualServer(), TLS_CERTIFICATE_EXPIRED, "the clock at its 32-bit end");
	client.now = INT64_C(3000000000); /* 2065 */
	verdictExpect(client, usualServer(), TLS_CERTIFICATE_EXPIRED, "the clock beyond 32 bits");
	client.now = 86400 * 365;
	verdictExpect(client, usualServer(), TLS_CLOCK, "the clock never set");
	client.now = -1;
	verdictExpect(client, usualServer(), TLS_CLOCK, "the clock before 1970");
}

/* A CA and a leaf that live to 2070: dates that take GeneralizedTime, and a clock of more than 32 bits. */
static void testFarFuture(void)
{
	struct CertificateWish ca = pkiCaWish("CN=Old CA", CA_KEY), wish = verdictLeaf();
	struct Certificate anchor, leaf;
	struct ClientWish client = usualClient();

	ca.notAfter = wish.notAfter = "20700101000000";
	wish.issuer = "CN=Old CA";
	anchor = pkiCertificate(&ca);
	leaf = pkiCertificate(&wish);
	client.anchors[0] = &anchor;
	client.now = INT64_C(3155759999); /* 2069-12-31 23:59:59 */
	verdictExpect(client, verdictServer(&leaf, SERVER_KEY), TLS_OK, "a second before the end of 2069");
	client.now = INT64_C(3155760001);
	verdictExpect(client, verdictServer(&leaf, SERVER_KEY), TLS_CERTIFICATE_EXPIRED,
		"a second after the beginning of 2070");
}

static void testWeakness(void)
{
	struct CertificateWish wish = pkiCaWish("CN=RSA CA", pkiKey(KEY_RSA_2048, 0)), leafOf = verdictLeaf();
	struct Certificate ca = pkiCertificate(&wish), weak, claimedWeak, leaf;
	struct ClientWish client = usualClient();
	struct ServerWish server;

	leafOf.key = pkiKey(KEY_RSA_1024, 0);
	expectLeaf(&leafOf, TLS_CERTIFICATE_WEAK, "RSA key of 1024 bits");

	client.anchors[0] = &ca;
	wish = pkiCaWish("CN=Weak CA", pkiKey(KEY_RSA_1024, 0));
	wish.issuer = "CN=RSA CA";
	wish.signer = pkiKey(KEY_RSA_2048, 0);
	weak = pkiCertificate(&wish);
	leafOf = verdictLeaf();
	leafOf.issuer = "CN=Weak CA";
	leafOf.signer = pkiKey(KEY_RSA_1024, 0);
	leaf = pkiCertificate(&leafOf);
	server = verdictServer(&leaf, SERVER_KEY);
	server.chain[1] = &weak;
	verdictExpect(client, server, TLS_CERTIFICATE_WEAK, "intermediate with an RSA key of 1024 bits");
	client.anchors[1] = &weak;
	verdictExpect(client, server, TLS_CERTIFICATE_WEAK, "anchor with an RSA key of 1024 bits");

	client.anchors[1] = NULL;
	leafOf.issuer = "CN=RSA CA";
	leafOf.signer = pkiKey(KEY_RSA_2048, 0);
	leaf = pkiCertificate(&leafOf);
	server.chain[1] = NULL;
	verdictExpect(client, server, TLS_OK, "RSA and SHA-256");
	pkiClaimSha1(&ca); /* its own signature, which nobody verifies */
	verdictExpect(client, server, TLS_OK, "a root that signed itself with SHA-1");
	wish = pkiCaWish("CN=RSA Intermediate", pkiKey(KEY_RSA_2048, 1));
	wish.issuer = "CN=RSA CA";
	wish.signer = pkiKey(KEY_RSA_2048, 0);
	weak = pkiCertificate(&wish);
	leafOf.issuer = "CN=RSA Intermediate";
	leafOf.signer = pkiKey(KEY_RSA_2048, 1);
	leaf = pkiCertificate(&leafOf);
	server = verdictServer(&leaf, SERVER_KEY);
	server.chain[1] = &weak;
	verdictExpect(client, server, TLS_OK, "an intermediate under it");
	claimedWeak = weak;
	pkiClaimSha1(&claimedWeak);
	server.presented = &claimedWeak;
	server.presentedAt = 1;
	for (int version = 0; version < 2; version++) {
		enum TlsCode code;

		client.minimum = client.maximum = version == 0 ? TLS_VERSION_1_2 : TLS_VERSION_1_3;
		code = (enum TlsCode)connectionTry(&client, &server).code;
		ok(code == TLS_CERTIFICATE_WEAK, "refused: SHA-1 on an intermediate: %s", tlsCodeName(code));
	}
}

/* Keys on P-521 and brainpoolP256r1, where the library could use them. */
static void testOddCurves(void)
{
	for (int curve = 0; curve < SERVER_MBEDTLS_ODD_CURVES; curve++) {
		struct CertificateWish wish = pkiCaWish("CN=Odd CA", pkiKey(KEY_ODD_CURVE, curve)),
							   leafOf = verdictLeaf();
		struct Certificate odd, leaf;
		struct ServerWish server;

		wish.issuer = verdictLeaf().issuer;
		wish.signer = verdictLeaf().signer;
		odd = pkiCertificate(&wish);
		leafOf.issuer = "CN=Odd CA";
		leafOf.signer = pkiKey(KEY_ODD_CURVE, curve);
		leaf = pkiCertificate(&leafOf);
		server = verdictServer(&leaf, SERVER_KEY);
		server.chain[1] = &odd;
		verdictExpect(usualClient(), server, TLS_CERTIFICATE_WEAK, "intermediate on an odd curve");
	}
}

/* Changes the last byte of an object identifier to one that nobody has, wherever it stands. */
static void claimUnknown(struct Certificate *certificate, const uint8_t *oid, size_t size)
{
	for (size_t i = 0; i + size <= certificate->length; i++) {
		if (memcmp(certificate->der + i, oid, size) == 0)
			certificate->der[i + size - 1] = 0x7F;
	}
}

static bool isAboutCertificate(enum TlsCode code)
{
	return strncmp(tlsCodeName(code), "certificate-", 12) == 0;
}

/* Whatever is changed in a certificate, that is what the failure is about. */
static void testEachByte(void)
{
	struct ServerWish server = usualServer();
	long wrong = 0, tried = 0;

	for (int which = 0; which < 2; which++) {
		struct Certificate certificate = which == 0 ? usual()->server : usual()->intermediate;

		server.presented = &certificate;
		server.presentedAt = which;
		for (size_t i = 0; i < certificate.length; i++) {
			struct ClientWish client = usualClient();
			struct TlsFailure failure;

			client.minimum = client.maximum = i % 2 == 0 ? TLS_VERSION_1_2 : TLS_VERSION_1_3;
			certificate.der[i] ^= (uint8_t)(1 << i % 8);
			failure = connectionTry(&client, &server);
			certificate.der[i] ^= (uint8_t)(1 << i % 8);
			tried++;
			if (!isAboutCertificate((enum TlsCode)failure.code)) {
				wrong++;
				note("byte %zu of %s: %s, library -0x%04X", i, which == 0 ? "the leaf" : "the intermediate",
					tlsCodeName((enum TlsCode)failure.code), (unsigned)-failure.library);
			}
		}
	}
	ok(tried > 500 && wrong == 0, "each byte of a chain changed, %ld in turn", tried);
}

/* Certificates that are no certificates any more. */
static void testDamage(void)
{
	static const uint8_t ecdsaWithSha256[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2};
	static const uint8_t ecPublicKey[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1};
	static const uint8_t p256[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7};
	struct CertificateWish wish = verdictLeaf(), rsa = verdictLeaf();
	struct Certificate certificate = usual()->server, leaf, rsaLeaf;
	struct ServerWish server = usualServer();

	server.presented = &certificate;
	certificate.der[4] = 0x31; /* the tag of the part that is signed */
	verdictExpect(usualClient(), server, TLS_CERTIFICATE_MALFORMED, "certificate that cannot be parsed");
	certificate = usual()->server;
	certificate.length -= 10;
	verdictExpect(usualClient(), server, TLS_CERTIFICATE_MALFORMED, "truncated certificate");

	/* A certificate alone: of a chain, the library leaves out one with an algorithm that it does not know. */
	leaf = pkiCertificate(&wish);
	server = verdictServer(&leaf, SERVER_KEY);
	server.presented = &certificate;
	certificate = leaf;
	claimUnknown(&certificate, ecdsaWithSha256, sizeof(ecdsaWithSha256));
	verdictExpectDetail(
		usualClient(), server, TLS_CERTIFICATE_WEAK, "signature", "unknown signature algorithm");
	certificate = leaf;
	claimUnknown(&certificate, ecPublicKey, sizeof(ecPublicKey));
	verdictExpectDetail(usualClient(), server, TLS_CERTIFICATE_WEAK, "kind of key", "unknown kind of key");
	certificate = leaf;
	claimUnknown(&certificate, p256, sizeof(p256));
	verdictExpectDetail(usualClient(), server, TLS_CERTIFICATE_WEAK, "kind of key", "unknown curve");

	rsa.key = pkiKey(KEY_RSA_2048, 0);
	rsa.signer = pkiKey(KEY_RSA_2048, 0);
	rsaLeaf = certificate = pkiCertificate(&rsa);
	pkiClaimSha1(&certificate);
	server = verdictServer(&rsaLeaf, rsa.key);
	server.presented = &certificate;
	verdictExpect(usualClient(), server, TLS_CERTIFICATE_WEAK, "SHA-1 signature");
}

static void testUsage(void)
{
	struct CertificateWish wish = verdictLeaf();
	struct CertificateWish ca = pkiCaWish("CN=Test Intermediate", pkiKey(KEY_P256, 1));
	struct Certificate intermediate, anchor;
	struct ServerWish server = usualServer();
	struct ClientWish client = usualClient();

	wish.extendedKeyUsage = NULL;
	expectLeaf(&wish, TLS_OK, "no extended key usage");
	wish.extendedKeyUsage = MBEDTLS_OID_CLIENT_AUTH;
	expectLeaf(&wish, TLS_CERTIFICATE_USAGE, "extended key usage for clients");
	wish = verdictLeaf();
	wish.keyUsage = MBEDTLS_X509_KU_KEY_ENCIPHERMENT;
	expectLeaf(&wish, TLS_CERTIFICATE_USAGE, "key usage without digital signature");
	wish.keyUsage = 0;
	expectLeaf(&wish, TLS_OK, "no key usage");
	wish = verdictLeaf();
	wish.ca = true;
	expectLeaf(&wish, TLS_CERTIFICATE_USAGE, "a CA's certificate as leaf");
	wish = verdictLeaf();
	wish.version = 1;
	expectLeaf(&wish, TLS_CERTIFICATE_USAGE, "a version 1 certificate");
	wish.version = 2;
	expectLeaf(&wish, TLS_CERTIFICATE_USAGE, "a version 2 certificate");

	server.chain[1] = &intermediate;
	ca.issuer = "CN=Test CA,O=Test";
	ca.signer = CA_KEY;
	ca.extendedKeyUsage = MBEDTLS_OID_EMAIL_PROTECTION;
	intermediate = pkiCertificate(&ca);
	verdictExpect(usualClient(), server, TLS_CERTIFICATE_USAGE, "intermediate for e-mail only");
	ca.extendedKeyUsage = MBEDTLS_OID_SERVER_AUTH;
	intermediate = pkiCertificate(&ca);
	verdictExpect(usualClient(), server, TLS_OK, "intermediate for servers");
	ca.extendedKeyUsage = NULL;
	ca.keyUsage = MBEDTLS_X509_KU_DIGITAL_SIGNATURE;
	intermediate = pkiCertificate(&ca);
	verdictExpect(
		usualClient(), server, TLS_CERTIFICATE_USAGE, "intermediate that may not sign certificates");
	ca.keyUsage = MBEDTLS_X509_KU_KEY_CERT_SIGN;
	ca.ca = false;
	intermediate = pkiCertificate(&ca);
	verdictExpect(usualClient(), server, TLS_CERTIFICATE_USAGE, "intermediate that is no CA");
	ca.version = 1;
	intermediate = pkiCertificate(&ca);
	verdictExpect(usualClient(), server, TLS_CERTIFICATE_USAGE, "intermediate of version 1");

	client.anchors[0] = &anchor;
	server.chain[1] = &usual()->intermediate;
	ca = pkiCaWish("CN=Test CA,O=Test", CA_KEY);
	anchor = pkiCertificate(&ca);
	verdictExpect(client, server, TLS_OK, "an anchor like the usual one");
	ca.extendedKeyUsage = MBEDTLS_OID_EMAIL_PROTECTION;
	anchor = pkiCertificate(&ca);
	verdictExpect(client, server, TLS_CERTIFICATE_USAGE, "anchor for e-mail only");
	ca.version = 1;
	anchor = pkiCertificate(&ca);
	verdictExpect(client, server, TLS_CERTIFICATE_USAGE, "anchor of version 1");
}

static void testPathLength(void)
{
	struct CertificateWish wish = pkiCaWish("CN=Short CA", CA_KEY);
	struct Certificate ca, intermediate;
	struct ServerWish server = usualServer();
	struct ClientWish client = usualClient();

	client.anchors[0] = &ca;
	server.chain[1] = &intermediate;
	for (int length = 0; length < 2; length++) {
		wish = pkiCaWish("CN=Short CA", CA_KEY);
		wish.pathLength = length;
		ca = pkiCertificate(&wish);
		wish = pkiCaWish("CN=Test Intermediate", pkiKey(KEY_P256, 1));
		wish.issuer = "CN=Short CA";
		wish.signer = CA_KEY;
		intermediate = pkiCertificate(&wish);
		verdictExpect(client, server, length == 0 ? TLS_CERTIFICATE_CHAIN : TLS_OK,
			length == 0 ? "one intermediate, path length 0" : "one intermediate, path length 1");
	}
}

static void testPins(void)
{
	struct CertificateWish wish = pkiCaWish("CN=Other", OTHER_KEY);
	struct Certificate other = pkiCertificate(&wish);
	uint8_t ca[TLS_PIN_SIZE], intermediate[TLS_PIN_SIZE], server[TLS_PIN_SIZE], stranger[TLS_PIN_SIZE];
	struct ClientWish client = usualClient();

	pkiPin(&usual()->ca, ca);
	pkiPin(&usual()->intermediate, intermediate);
	pkiPin(&usual()->server, server);
	pkiPin(&other, stranger);
	client.pins[0] = stranger;
	verdictExpect(client, usualServer(), TLS_CERTIFICATE_PIN, "another key pinned");
	memcpy(stranger, server, sizeof(stranger));
	stranger[TLS_PIN_SIZE - 1] ^= 1;
	verdictExpect(client, usualServer(), TLS_CERTIFICATE_PIN, "the server's key pinned, but for a bit");
	client.pins[0] = server;
	verdictExpect(client, usualServer(), TLS_OK, "the server's key pinned");
	client.pins[0] = intermediate;
	verdictExpect(client, usualServer(), TLS_OK, "the intermediate's key pinned");
	client.pins[0] = ca;
	verdictExpect(client, usualServer(), TLS_OK, "the anchor's key pinned");
	client.pins[0] = stranger;
	client.pins[1] = server;
	verdictExpect(client, usualServer(), TLS_OK, "one of two pins");
	client.anchors[0] = &other;
	verdictExpect(client, usualServer(), TLS_CERTIFICATE_ISSUER, "a pin does not replace an anchor");
	client.anchors[0] = &usual()->ca;
	client.host = "other.example";
	verdictExpect(client, usualServer(), TLS_CERTIFICATE_NAME, "a pin does not replace the name");
}

void testRefusals(void)
{
	testIssuers();
	testManyAnchors();
	testPreferredAnchor();
	testForgeries();
	testDates();
	testFarFuture();
	testWeakness();
	testOddCurves();
	testDamage();
	testEachByte();
	testUsage();
	testPathLength();
	testPins();
}
