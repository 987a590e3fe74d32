/* SPDX-License-Identifier: MIT */
/*
 * Certificates that must be refused, each with its own code, and their neighbours that must not. Every case runs in both
 * versions of TLS.
 */

#include "connection.h"
#include "tap.h"

#include <string.h>

#define CA_KEY     pkiKey(KEY_P256, 0)
#define OTHER_KEY  pkiKey(KEY_P256, 3)
#define SERVER_KEY pkiKey(KEY_P256, 2)

static const enum TlsVersion versions[] = {TLS_VERSION_1_2, TLS_VERSION_1_3};

static const char *versionName(enum TlsVersion version)
{
	return version == TLS_VERSION_1_3 ? "1.3" : "1.2";
}

/* Expects `code` of both versions, that nothing was connected, and `detail`, if given, in the failure's detail. */
static void expectDetail(struct ClientWish client, struct ServerWish server, enum TlsCode code,
	const char *detail, const char *name)
{
	for (int v = 0; v < 2; v++) {
		struct TlsFailure failure;

		client.minimum = client.maximum = versions[v];
		failure = connectionTry(&client, &server);
		ok(failure.code == code && (detail == NULL || strstr(failure.detail, detail) != NULL),
			"%s: %s, TLS %s", code == TLS_OK ? "accepted" : "refused", name, versionName(versions[v]));
		if (failure.code != code || (detail != NULL && strstr(failure.detail, detail) == NULL))
			note("%s instead of %s, library -0x%04X, flags 0x%X, detail: %s", tlsCodeName(failure.code),
				tlsCodeName(code), (unsigned)-failure.library, (unsigned)failure.flags, failure.detail);
	}
}

static void expect(struct ClientWish client, struct ServerWish server, enum TlsCode code, const char *name)
{
	expectDetail(client, server, code, NULL, name);
}

/* A server with one certificate, issued directly by an anchor. */
static struct ServerWish serverWith(const struct Certificate *certificate, mbedtls_pk_context *key)
{
	struct ServerWish server;

	memset(&server, 0, sizeof(server));
	server.chain[0] = certificate;
	server.key = key;
	return server;
}

/* What a client that trusts the CA thinks of a server's certificate by that wish. A good one stands in for it where the
   server looks at its own certificate. */
static void expectLeaf(const struct CertificateWish *wish, enum TlsCode code, const char *name)
{
	struct CertificateWish good = pkiServerWish("test.example", wish->key, CA_KEY);
	struct Certificate certificate = pkiCertificate(wish), standIn = pkiCertificate(&good);
	struct ServerWish server = serverWith(&standIn, wish->key);

	server.presented = &certificate;
	expect(usualClient(), server, code, name);
}

static struct CertificateWish leafWish(void)
{
	struct CertificateWish wish = pkiServerWish("test.example", SERVER_KEY, CA_KEY);

	wish.issuer = "CN=Test CA,O=Test";
	return wish;
}

static void testIssuers(void)
{
	struct CertificateWish wish = pkiCaWish("CN=Other CA", OTHER_KEY);
	struct Certificate other = pkiCertificate(&wish);
	struct Certificate impostor, selfSigned, leaf;
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();

	expect(client, server, TLS_OK, "chain with an intermediate");
	server.copies = 14;
	expect(client, server, TLS_OK, "sixteen certificates presented");
	server.copies = 15;
	expectDetail(client, server, TLS_CERTIFICATE_CHAIN, "more certificates", "seventeen");
	server.copies = 0;
	client.anchors[0] = &other;
	expectDetail(client, server, TLS_CERTIFICATE_ISSUER, "Test CA", "unknown CA");
	client = usualClient();
	server.chain[1] = NULL;
	expectDetail(client, server, TLS_CERTIFICATE_ISSUER, "Test Intermediate", "intermediate not sent");

	wish = pkiCaWish("CN=Test CA,O=Test", OTHER_KEY);
	impostor = pkiCertificate(&wish);
	client.anchors[0] = &impostor;
	expect(client, usualServer(), TLS_CERTIFICATE_SIGNATURE, "CA of the same name with another key");
	client.anchors[1] = &usual()->ca;
	expect(client, usualServer(), TLS_OK, "CA of the same name beside the right one");

	wish = leafWish();
	wish.issuer = NULL;
	wish.signer = NULL;
	selfSigned = pkiCertificate(&wish);
	client = usualClient();
	expect(client, serverWith(&selfSigned, SERVER_KEY), TLS_CERTIFICATE_SELF_SIGNED, "self-signed");
	client.anchors[0] = &selfSigned;
	expect(client, serverWith(&selfSigned, SERVER_KEY), TLS_OK, "self-signed, and an anchor itself");
	client.host = "other.example";
	expect(
		client, serverWith(&selfSigned, SERVER_KEY), TLS_CERTIFICATE_NAME, "self-signed anchor, wrong name");
	wish.issuer = "CN=server";
	wish.subject = "CN=leaf";
	wish.signer = SERVER_KEY;
	wish.key = OTHER_KEY;
	leaf = pkiCertificate(&wish);
	client.host = "test.example";
	expect(client, serverWith(&leaf, OTHER_KEY), TLS_CERTIFICATE_USAGE,
		"leaf signed by an anchor that is no CA");
	wish = leafWish();
	wish.subject = "CN=self";
	wish.issuer = NULL;
	wish.signer = NULL;
	wish.ca = true;
	selfSigned = pkiCertificate(&wish);
	expect(usualClient(), serverWith(&selfSigned, SERVER_KEY), TLS_CERTIFICATE_SELF_SIGNED, "self-signed CA");
	client.anchors[0] = &selfSigned;
	expect(client, serverWith(&selfSigned, SERVER_KEY), TLS_CERTIFICATE_USAGE,
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
	wish = leafWish();
	wish.issuerKeyId = 7;
	leaf = pkiCertificate(&wish);
	client.anchors[0] = &expired;
	expect(client, serverWith(&leaf, SERVER_KEY), TLS_CERTIFICATE_EXPIRED, "anchor expired");
	client.anchors[1] = &renewed;
	expect(client, serverWith(&leaf, SERVER_KEY), TLS_OK, "anchor expired, its renewal is there too");
	client.anchors[0] = &renewed;
	client.anchors[1] = &expired;
	expect(client, serverWith(&leaf, SERVER_KEY), TLS_OK, "the same the other way round");
	wish.issuerKeyId = 9;
	leaf = pkiCertificate(&wish);
	client.anchors[1] = NULL;
	expect(client, serverWith(&leaf, SERVER_KEY), TLS_OK, "key identifiers disagree: they are hints only");
	client = usualClient();
	wish.issuer = "CN=Nobody";
	wish.issuerKeyId = 0xA5;
	leaf = pkiCertificate(&wish);
	expectDetail(client, serverWith(&leaf, SERVER_KEY), TLS_CERTIFICATE_ISSUER,
		"issuer Nobody, key A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5", "the detail names who is missing");
	wish.issuer = "CN=test ca,O=TEST";
	wish.issuerKeyId = 0;
	leaf = pkiCertificate(&wish);
	expect(client, serverWith(&leaf, SERVER_KEY), TLS_OK, "issuer's name in other letter case");
}

/* Two anchors of one name and one key, with key identifiers: that which the leaf asks for goes first. */
static void testPreferredAnchor(void)
{
	struct CertificateWish wish = pkiCaWish("CN=Test CA,O=Test", CA_KEY), leafOf = leafWish();
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
		expect(
			client, serverWith(&leaf, SERVER_KEY), TLS_OK, "the anchor that the leaf's key identifier names");
		leafOf.issuerKeyId = 9;
		leaf = pkiCertificate(&leafOf);
		expect(client, serverWith(&leaf, SERVER_KEY), TLS_OK,
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
		expect(usualClient(), server, TLS_CERTIFICATE_SIGNATURE,
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
		expect(usualClient(), server, TLS_CERTIFICATE_SIGNATURE,
			which == 0 ? "leaf signed with another key" : "intermediate signed with another key");
	}
}

static void testDates(void)
{
	struct CertificateWish wish = leafWish();
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
	expectDetail(client, server, TLS_CERTIFICATE_EXPIRED, "Test Intermediate", "intermediate expired");
	client.now = 0x7FFFFFFF;
	expect(client, usualServer(), TLS_CERTIFICATE_EXPIRED, "the clock at its 32-bit end");
	client.now = INT64_C(3000000000); /* 2065 */
	expect(client, usualServer(), TLS_CERTIFICATE_EXPIRED, "the clock beyond 32 bits");
	client.now = 86400 * 365;
	expect(client, usualServer(), TLS_CLOCK, "the clock never set");
	client.now = -1;
	expect(client, usualServer(), TLS_CLOCK, "the clock before 1970");
}

/* A CA and a leaf that live to 2070: dates that take GeneralizedTime, and a clock of more than 32 bits. */
static void testFarFuture(void)
{
	struct CertificateWish ca = pkiCaWish("CN=Old CA", CA_KEY), wish = leafWish();
	struct Certificate anchor, leaf;
	struct ClientWish client = usualClient();

	ca.notAfter = wish.notAfter = "20700101000000";
	wish.issuer = "CN=Old CA";
	anchor = pkiCertificate(&ca);
	leaf = pkiCertificate(&wish);
	client.anchors[0] = &anchor;
	client.now = INT64_C(3155759999); /* 2069-12-31 23:59:59 */
	expect(client, serverWith(&leaf, SERVER_KEY), TLS_OK, "a second before the end of 2069");
	client.now = INT64_C(3155760001);
	expect(client, serverWith(&leaf, SERVER_KEY), TLS_CERTIFICATE_EXPIRED,
		"a second after the beginning of 2070");
}

static void expectName(const char *host, const char *dnsName, enum TlsCode code)
{
	struct CertificateWish wish = leafWish();
	struct ClientWish client = usualClient();
	struct Certificate leaf;
	char name[200];

	wish.dnsName = dnsName;
	leaf = pkiCertificate(&wish);
	client.host = host;
	strcpy(name, host);
	strcat(name, " against ");
	strcat(name, dnsName);
	expect(client, serverWith(&leaf, SERVER_KEY), code, name);
}

static void testNames(void)
{
	static const uint8_t ipv4[] = {127, 0, 0, 1};
	static const uint8_t ipv6[] = {0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
	static const uint8_t longer[16] = {127, 0, 0, 1};
	struct CertificateWish wish = leafWish();
	struct ClientWish client = usualClient();
	struct Certificate leaf;

	expectName("other.example", "test.example", TLS_CERTIFICATE_NAME);
	expectName("TEST.Example", "test.EXAMPLE", TLS_OK);
	expectName("test.example.", "test.example", TLS_OK);
	expectName("a.test.example", "*.test.example", TLS_OK);
	expectName("a.b.test.example", "*.test.example", TLS_CERTIFICATE_NAME);
	expectName("test.example", "*.test.example", TLS_CERTIFICATE_NAME);
	expectName("test.example", "*.example", TLS_CERTIFICATE_NAME);
	expectName("test.example", "t*.example", TLS_CERTIFICATE_NAME);
	expectName("test.example", "*", TLS_CERTIFICATE_NAME);
	expectName("127.0.0.1", "127.0.0.1", TLS_CERTIFICATE_NAME);
	expectName("127.0.0.1", "*.0.0.1", TLS_CERTIFICATE_NAME);
	expectName("2001:db8::1", "2001:db8::1", TLS_CERTIFICATE_NAME);

	wish.dnsName = NULL;
	wish.subject = "CN=test.example";
	leaf = pkiCertificate(&wish);
	expectDetail(client, serverWith(&leaf, SERVER_KEY), TLS_CERTIFICATE_NAME, "no subject alternative name",
		"name only in the common name");
	wish.dnsName = "other.example";
	leaf = pkiCertificate(&wish);
	expect(client, serverWith(&leaf, SERVER_KEY), TLS_CERTIFICATE_NAME,
		"right common name, other alternative name");
	wish.dnsName2 = "test.example";
	leaf = pkiCertificate(&wish);
	expect(client, serverWith(&leaf, SERVER_KEY), TLS_OK, "second alternative name");

	wish = leafWish();
	wish.address = ipv4;
	wish.addressSize = sizeof(ipv4);
	leaf = pkiCertificate(&wish);
	client.host = "127.0.0.1";
	expect(client, serverWith(&leaf, SERVER_KEY), TLS_OK, "IPv4 address");
	client.host = "127.0.0.2";
	expect(client, serverWith(&leaf, SERVER_KEY), TLS_CERTIFICATE_NAME, "another IPv4 address");
	wish.address = longer;
	wish.addressSize = sizeof(longer);
	leaf = pkiCertificate(&wish);
	client.host = "127.0.0.1";
	expect(
		client, serverWith(&leaf, SERVER_KEY), TLS_CERTIFICATE_NAME, "an IPv6 address that begins like it");
	wish.address = ipv6;
	wish.addressSize = sizeof(ipv6);
	leaf = pkiCertificate(&wish);
	client.host = "2001:db8::1";
	expect(client, serverWith(&leaf, SERVER_KEY), TLS_OK, "IPv6 address");
	client.host = "2001:0DB8:0:0:0:0:0:1";
	expect(client, serverWith(&leaf, SERVER_KEY), TLS_OK, "IPv6 address in full");
	client.host = "2001:db8::2";
	expect(client, serverWith(&leaf, SERVER_KEY), TLS_CERTIFICATE_NAME, "another IPv6 address");
}

/* The two parts of a certificate that name its signature algorithm: sha256WithRSAEncryption becomes sha1With... */
static void claimSha1(struct Certificate *certificate)
{
	static const uint8_t sha256WithRsa[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 11};

	for (size_t i = 0; i + sizeof(sha256WithRsa) <= certificate->length; i++) {
		if (memcmp(certificate->der + i, sha256WithRsa, sizeof(sha256WithRsa)) == 0)
			certificate->der[i + sizeof(sha256WithRsa) - 1] = 5;
	}
}

static void testWeakness(void)
{
	struct CertificateWish wish = pkiCaWish("CN=RSA CA", pkiKey(KEY_RSA_2048, 0)), leafOf = leafWish();
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
	leafOf = leafWish();
	leafOf.issuer = "CN=Weak CA";
	leafOf.signer = pkiKey(KEY_RSA_1024, 0);
	leaf = pkiCertificate(&leafOf);
	server = serverWith(&leaf, SERVER_KEY);
	server.chain[1] = &weak;
	expect(client, server, TLS_CERTIFICATE_WEAK, "intermediate with an RSA key of 1024 bits");
	client.anchors[1] = &weak;
	expect(client, server, TLS_CERTIFICATE_WEAK, "anchor with an RSA key of 1024 bits");

	client.anchors[1] = NULL;
	leafOf.issuer = "CN=RSA CA";
	leafOf.signer = pkiKey(KEY_RSA_2048, 0);
	leaf = pkiCertificate(&leafOf);
	server.chain[1] = NULL;
	expect(client, server, TLS_OK, "RSA and SHA-256");
	claimSha1(&ca); /* its own signature, which nobody verifies */
	expect(client, server, TLS_OK, "a root that signed itself with SHA-1");
	wish = pkiCaWish("CN=RSA Intermediate", pkiKey(KEY_RSA_2048, 1));
	wish.issuer = "CN=RSA CA";
	wish.signer = pkiKey(KEY_RSA_2048, 0);
	weak = pkiCertificate(&wish);
	leafOf.issuer = "CN=RSA Intermediate";
	leafOf.signer = pkiKey(KEY_RSA_2048, 1);
	leaf = pkiCertificate(&leafOf);
	server = serverWith(&leaf, SERVER_KEY);
	server.chain[1] = &weak;
	expect(client, server, TLS_OK, "an intermediate under it");
	claimedWeak = weak;
	claimSha1(&claimedWeak);
	server.presented = &claimedWeak;
	server.presentedAt = 1;
	for (int version = 0; version < 2; version++) {
		enum TlsCode code;

		client.minimum = client.maximum = version == 0 ? TLS_VERSION_1_2 : TLS_VERSION_1_3;
		code = (enum TlsCode)connectionTry(&client, &server).code;
		ok(code == TLS_CERTIFICATE_WEAK, "refused: SHA-1 on an intermediate: %s", tlsCodeName(code));
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

			client.minimum = client.maximum = versions[i & 1];
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
	struct CertificateWish wish = leafWish(), rsa = leafWish();
	struct Certificate certificate = usual()->server, leaf, rsaLeaf;
	struct ServerWish server = usualServer();

	server.presented = &certificate;
	certificate.der[4] = 0x31; /* the tag of the part that is signed */
	expect(usualClient(), server, TLS_CERTIFICATE_MALFORMED, "certificate that cannot be parsed");
	certificate = usual()->server;
	certificate.length -= 10;
	expect(usualClient(), server, TLS_CERTIFICATE_MALFORMED, "truncated certificate");

	/* A certificate alone: of a chain, the library leaves out one with an algorithm that it does not know. */
	leaf = pkiCertificate(&wish);
	server = serverWith(&leaf, SERVER_KEY);
	server.presented = &certificate;
	certificate = leaf;
	claimUnknown(&certificate, ecdsaWithSha256, sizeof(ecdsaWithSha256));
	expectDetail(usualClient(), server, TLS_CERTIFICATE_WEAK, "signature", "unknown signature algorithm");
	certificate = leaf;
	claimUnknown(&certificate, ecPublicKey, sizeof(ecPublicKey));
	expectDetail(usualClient(), server, TLS_CERTIFICATE_WEAK, "kind of key", "unknown kind of key");
	certificate = leaf;
	claimUnknown(&certificate, p256, sizeof(p256));
	expectDetail(usualClient(), server, TLS_CERTIFICATE_WEAK, "kind of key", "unknown curve");

	rsa.key = pkiKey(KEY_RSA_2048, 0);
	rsa.signer = pkiKey(KEY_RSA_2048, 0);
	rsaLeaf = certificate = pkiCertificate(&rsa);
	claimSha1(&certificate);
	server = serverWith(&rsaLeaf, rsa.key);
	server.presented = &certificate;
	expect(usualClient(), server, TLS_CERTIFICATE_WEAK, "SHA-1 signature");
}

static void testUsage(void)
{
	struct CertificateWish wish = leafWish();
	struct CertificateWish ca = pkiCaWish("CN=Test Intermediate", pkiKey(KEY_P256, 1));
	struct Certificate intermediate, anchor;
	struct ServerWish server = usualServer();
	struct ClientWish client = usualClient();

	wish.extendedKeyUsage = NULL;
	expectLeaf(&wish, TLS_OK, "no extended key usage");
	wish.extendedKeyUsage = MBEDTLS_OID_CLIENT_AUTH;
	expectLeaf(&wish, TLS_CERTIFICATE_USAGE, "extended key usage for clients");
	wish = leafWish();
	wish.keyUsage = MBEDTLS_X509_KU_KEY_ENCIPHERMENT;
	expectLeaf(&wish, TLS_CERTIFICATE_USAGE, "key usage without digital signature");
	wish.keyUsage = 0;
	expectLeaf(&wish, TLS_OK, "no key usage");
	wish = leafWish();
	wish.ca = true;
	expectLeaf(&wish, TLS_CERTIFICATE_USAGE, "a CA's certificate as leaf");
	wish = leafWish();
	wish.version = 1;
	expectLeaf(&wish, TLS_CERTIFICATE_USAGE, "a version 1 certificate");
	wish.version = 2;
	expectLeaf(&wish, TLS_CERTIFICATE_USAGE, "a version 2 certificate");

	server.chain[1] = &intermediate;
	ca.issuer = "CN=Test CA,O=Test";
	ca.signer = CA_KEY;
	ca.extendedKeyUsage = MBEDTLS_OID_EMAIL_PROTECTION;
	intermediate = pkiCertificate(&ca);
	expect(usualClient(), server, TLS_CERTIFICATE_USAGE, "intermediate for e-mail only");
	ca.extendedKeyUsage = MBEDTLS_OID_SERVER_AUTH;
	intermediate = pkiCertificate(&ca);
	expect(usualClient(), server, TLS_OK, "intermediate for servers");
	ca.extendedKeyUsage = NULL;
	ca.keyUsage = MBEDTLS_X509_KU_DIGITAL_SIGNATURE;
	intermediate = pkiCertificate(&ca);
	expect(usualClient(), server, TLS_CERTIFICATE_USAGE, "intermediate that may not sign certificates");
	ca.keyUsage = MBEDTLS_X509_KU_KEY_CERT_SIGN;
	ca.ca = false;
	intermediate = pkiCertificate(&ca);
	expect(usualClient(), server, TLS_CERTIFICATE_USAGE, "intermediate that is no CA");
	ca.version = 1;
	intermediate = pkiCertificate(&ca);
	expect(usualClient(), server, TLS_CERTIFICATE_USAGE, "intermediate of version 1");

	client.anchors[0] = &anchor;
	server.chain[1] = &usual()->intermediate;
	ca = pkiCaWish("CN=Test CA,O=Test", CA_KEY);
	anchor = pkiCertificate(&ca);
	expect(client, server, TLS_OK, "an anchor like the usual one");
	ca.extendedKeyUsage = MBEDTLS_OID_EMAIL_PROTECTION;
	anchor = pkiCertificate(&ca);
	expect(client, server, TLS_CERTIFICATE_USAGE, "anchor for e-mail only");
	ca.version = 1;
	anchor = pkiCertificate(&ca);
	expect(client, server, TLS_CERTIFICATE_USAGE, "anchor of version 1");
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
		expect(client, server, length == 0 ? TLS_CERTIFICATE_CHAIN : TLS_OK,
			length == 0 ? "one intermediate, path length 0" : "one intermediate, path length 1");
	}
}

#define NAME_CONSTRAINTS_OID "\x55\x1D\x1E"
#define PERMITTED            0xA0
#define EXCLUDED             0xA1

/* One subtree in a NameConstraints extension; all lengths here are below 128. */
static size_t writeConstraint(uint8_t *der, uint8_t list, uint8_t kind, const void *base, size_t length)
{
	const uint8_t head[] = {0x30, (uint8_t)(length + 6), list, (uint8_t)(length + 4), 0x30,
		(uint8_t)(length + 2), kind, (uint8_t)length};

	memcpy(der, head, sizeof(head));
	memcpy(der + sizeof(head), base, length);
	return sizeof(head) + length;
}

/* What a client thinks of a leaf for "a.test.example" and 127.0.0.1 under an issuer with that constraint, which is an
   intermediate, or an anchor with the extension critical or not. */
static void expectConstraint(
	uint8_t list, uint8_t kind, const void *base, size_t length, bool allowed, const char *name)
{
	static const uint8_t ipv4[] = {127, 0, 0, 1};
	struct CertificateWish leafOf = pkiServerWish("a.test.example", SERVER_KEY, pkiKey(KEY_P256, 1));
	uint8_t der[128];
	size_t size = writeConstraint(der, list, kind, base, length);

	leafOf.issuer = "CN=Constrained";
	leafOf.subject = "C=CH,O=Example,CN=server";
	leafOf.address = ipv4;
	leafOf.addressSize = sizeof(ipv4);
	for (int variant = 0; variant < 3; variant++) {
		struct CertificateWish wish = pkiCaWish("CN=Constrained", pkiKey(KEY_P256, 1));
		struct Certificate issuer, leaf = pkiCertificate(&leafOf);
		struct ServerWish server = serverWith(&leaf, SERVER_KEY);
		struct ClientWish client = usualClient();
		enum TlsCode code = allowed ? TLS_OK : TLS_CERTIFICATE_CONSTRAINTS;
		char text[120];

		client.host = "a.test.example";
		wish.extension = der;
		wish.extensionSize = size;
		wish.extensionOid = NAME_CONSTRAINTS_OID;
		wish.extensionOidSize = 3;
		wish.extensionCritical = variant == 2;
		if (variant == 0) {
			wish.issuer = "CN=Test CA,O=Test";
			wish.signer = CA_KEY;
			server.chain[1] = &issuer;
		} else
			client.anchors[0] = &issuer;
		issuer = pkiCertificate(&wish);
		strcpy(text, variant == 0 ? "intermediate: " : variant == 1 ? "anchor: " : "anchor, critical: ");
		strcat(text, name);
		expect(client, server, code, text);
	}
}

static void testConstraints(void)
{
	static const uint8_t home[] = {127, 0, 0, 0, 255, 0, 0, 0}, elsewhere[] = {10, 0, 0, 0, 255, 0, 0, 0};
	static const uint8_t allIpv6[32];
	/* C=CH, and C=FR, as names in DER. */
	static const uint8_t swiss[] = {0x30, 13, 0x31, 11, 0x30, 9, 6, 3, 0x55, 4, 6, 0x13, 2, 'C', 'H'};
	static const uint8_t french[] = {0x30, 13, 0x31, 11, 0x30, 9, 6, 3, 0x55, 4, 6, 0x13, 2, 'F', 'R'};
	struct CertificateWish wish = pkiCaWish("CN=Test Intermediate", pkiKey(KEY_P256, 1));
	struct Certificate intermediate;
	struct ServerWish server = usualServer();
	uint8_t der[64];

	expectConstraint(PERMITTED, 0x82, "test.example", 12, true, "permitted domain");
	expectConstraint(
		PERMITTED, 0x82, ".test.example", 13, false, "permitted domain with a dot, which is none");
	expectConstraint(
		EXCLUDED, 0x82, ".other.example", 14, false, "excluded domain with a dot, which is none");
	expectConstraint(PERMITTED, 0x82, "", 0, true, "every domain permitted");
	expectConstraint(PERMITTED, 0x82, "TEST.example", 12, true, "permitted domain in other letter case");
	expectConstraint(PERMITTED, 0x82, "est.example", 11, false, "permitted domain that ends the same");
	expectConstraint(PERMITTED, 0x82, "other.example", 13, false, "another domain permitted");
	expectConstraint(EXCLUDED, 0x82, "test.example", 12, false, "excluded domain");
	expectConstraint(EXCLUDED, 0x82, "b.test.example", 14, true, "another domain excluded");
	expectConstraint(PERMITTED, 0x87, home, 8, true, "permitted network");
	expectConstraint(PERMITTED, 0x87, elsewhere, 8, false, "another network permitted");
	expectConstraint(EXCLUDED, 0x87, home, 8, false, "excluded network");
	expectConstraint(EXCLUDED, 0x87, elsewhere, 8, true, "another network excluded");
	expectConstraint(PERMITTED, 0x87, home, 7, false, "permitted network, damaged");
	expectConstraint(
		PERMITTED, 0x87, allIpv6, sizeof(allIpv6), false, "every IPv6 address permitted, which it is not");
	expectConstraint(
		EXCLUDED, 0x87, allIpv6, sizeof(allIpv6), true, "every IPv6 address excluded, which it is not");
	expectConstraint(PERMITTED, 0xA4, swiss, sizeof(swiss), true, "permitted country");
	expectConstraint(PERMITTED, 0xA4, french, sizeof(french), false, "another country permitted");
	expectConstraint(EXCLUDED, 0xA4, swiss, sizeof(swiss), false, "excluded country");
	expectConstraint(PERMITTED, 0xA4, swiss, sizeof(swiss) - 1, false, "permitted country, damaged");
	expectConstraint(PERMITTED, 0x81, "x@example", 9, true, "e-mail addresses, of which there are none");
	expectConstraint(0xA2, 0x82, "test.example", 12, false, "a list of neither kind");

	wish.issuer = "CN=Test CA,O=Test";
	wish.signer = CA_KEY;
	wish.extension = der;
	wish.extensionSize = writeConstraint(der, PERMITTED, 0x82, "test.example", 12);
	wish.extensionOid = NAME_CONSTRAINTS_OID;
	wish.extensionOidSize = 3;
	wish.extensionCritical = true;
	intermediate = pkiCertificate(&wish);
	server.presented = &intermediate;
	server.presentedAt = 1;
#if TLS_MBEDTLS_4 /* it parses what is presented by itself */
	expectDetail(usualClient(), server, TLS_CERTIFICATE_CONSTRAINTS, "critical extension",
		"critical constraints on an intermediate");
#else
	expect(usualClient(), server, TLS_OK, "critical constraints on an intermediate, met");
	wish.extensionSize = writeConstraint(der, PERMITTED, 0x82, "other.example", 13);
	intermediate = pkiCertificate(&wish);
	expect(usualClient(), server, TLS_CERTIFICATE_CONSTRAINTS,
		"critical constraints on an intermediate, not met");
	wish.extensionOid = "\x55\x1D\x20";
	wish.extension = (const uint8_t *)"\x30\x06\x30\x04\x06\x02\x2A\x03";
	wish.extensionSize = 8;
	intermediate = pkiCertificate(&wish);
	expect(usualClient(), server, TLS_OK, "certificate policies marked critical");
	wish.extension = der;
	wish.extensionSize = writeConstraint(der, PERMITTED, 0x82, "test.example", 12);
#endif
	for (int kind = 0; kind < 2; kind++) {
		wish.extensionOid = kind == 0 ? "\x55\x1D\x24" : "\x55\x1D\x36";
		intermediate = pkiCertificate(&wish);
		expectDetail(usualClient(), server, TLS_CERTIFICATE_CONSTRAINTS, "critical extension",
			kind == 0 ? "critical policy constraints" : "a critical ban on anyPolicy");
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
	expect(client, usualServer(), TLS_CERTIFICATE_PIN, "another key pinned");
	client.pins[0] = server;
	expect(client, usualServer(), TLS_OK, "the server's key pinned");
	client.pins[0] = intermediate;
	expect(client, usualServer(), TLS_OK, "the intermediate's key pinned");
	client.pins[0] = ca;
	expect(client, usualServer(), TLS_OK, "the anchor's key pinned");
	client.pins[0] = stranger;
	client.pins[1] = server;
	expect(client, usualServer(), TLS_OK, "one of two pins");
	client.anchors[0] = &other;
	expect(client, usualServer(), TLS_CERTIFICATE_ISSUER, "a pin does not replace an anchor");
	client.anchors[0] = &usual()->ca;
	client.host = "other.example";
	expect(client, usualServer(), TLS_CERTIFICATE_NAME, "a pin does not replace the name");
}

/* What a leaf with the name "*.test.example" may do under an anchor with that constraint. */
static void testConstrainedWildcards(void)
{
	static const struct {
		uint8_t list;
		const char *base;
		enum TlsCode code;
	} cases[] = {
		{PERMITTED, "test.example", TLS_OK},
		{PERMITTED, "example", TLS_OK},
		{PERMITTED, "a.test.example", TLS_CERTIFICATE_CONSTRAINTS},
		{EXCLUDED, "test.example", TLS_CERTIFICATE_CONSTRAINTS},
		{EXCLUDED, "a.test.example", TLS_CERTIFICATE_CONSTRAINTS},
		{EXCLUDED, "other.example", TLS_OK},
	};
	struct CertificateWish leafOf = pkiServerWish("*.test.example", SERVER_KEY, CA_KEY);
	struct Certificate leaf, anchor;
	struct ClientWish client = usualClient();
	uint8_t der[64];

	leafOf.issuer = "CN=Constrained";
	leaf = pkiCertificate(&leafOf);
	client.host = "a.test.example";
	client.anchors[0] = &anchor;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct CertificateWish wish = pkiCaWish("CN=Constrained", CA_KEY);

		wish.extension = der;
		wish.extensionSize = writeConstraint(der, cases[i].list, 0x82, cases[i].base, strlen(cases[i].base));
		wish.extensionOid = NAME_CONSTRAINTS_OID;
		wish.extensionOidSize = 3;
		anchor = pkiCertificate(&wish);
		expect(client, serverWith(&leaf, SERVER_KEY), cases[i].code, cases[i].base);
	}
}

/* Names of a kind that nobody compares, here of mail: whoever has one is refused if a constraint speaks of such names. */
static void testConstrainedMail(void)
{
	static const struct {
		uint8_t list, kind;
		const char *base, *name;
		enum TlsCode code;
	} cases[] = {
		{PERMITTED, 0x82, "test.example", "a name of mail, and a permitted domain", TLS_OK},
		{PERMITTED, 0x81, "test.example", "a name of mail, and permitted ones", TLS_CERTIFICATE_CONSTRAINTS},
		{EXCLUDED, 0x81, "other.example", "a name of mail, and excluded ones", TLS_CERTIFICATE_CONSTRAINTS},
	};
	struct CertificateWish leafOf = pkiServerWish("test.example", SERVER_KEY, CA_KEY);
	struct Certificate leaf, anchor;
	struct ClientWish client = usualClient();
	uint8_t der[64];

	leafOf.issuer = "CN=Constrained";
	leafOf.mailName = "host@test.example";
	leaf = pkiCertificate(&leafOf);
	client.anchors[0] = &anchor;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct CertificateWish wish = pkiCaWish("CN=Constrained", CA_KEY);

		wish.extension = der;
		wish.extensionSize =
			writeConstraint(der, cases[i].list, cases[i].kind, cases[i].base, strlen(cases[i].base));
		wish.extensionOid = NAME_CONSTRAINTS_OID;
		wish.extensionOidSize = 3;
		anchor = pkiCertificate(&wish);
		expect(client, serverWith(&leaf, SERVER_KEY), cases[i].code, cases[i].name);
	}
}

/* Only an issuer of its own name is exempt from the constraints above it, and no server (RFC 5280, section 4.2.1.10). */
static void testConstrainedNamesake(void)
{
	struct CertificateWish leafOf = pkiServerWish("test.example", SERVER_KEY, CA_KEY);
	struct CertificateWish wish = pkiCaWish("CN=Constrained", CA_KEY);
	struct Certificate leaf, anchor;
	struct ClientWish client = usualClient();
	uint8_t der[64];

	leafOf.subject = leafOf.issuer = "CN=Constrained";
	leaf = pkiCertificate(&leafOf);
	wish.extension = der;
	wish.extensionSize = writeConstraint(der, PERMITTED, 0x82, "other.example", 13);
	wish.extensionOid = NAME_CONSTRAINTS_OID;
	wish.extensionOidSize = 3;
	anchor = pkiCertificate(&wish);
	client.anchors[0] = &anchor;
	expect(client, serverWith(&leaf, SERVER_KEY), TLS_CERTIFICATE_CONSTRAINTS,
		"a server with the name of its issuer, under constraints");
}

static void testAnchors(void)
{
	struct TlsTrust *trust = tlsTrustCreate("test.example", NULL, NULL);
	struct Certificate damaged = usual()->ca, weak, sha1;
	struct CertificateWish wish = pkiCaWish("CN=Weak", pkiKey(KEY_RSA_1024, 0));
	static const uint8_t pem[] = "-----BEGIN CERTIFICATE-----\nMIIB";
	static const uint8_t tooLong[] = {0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x30, 0x00};
	struct TlsFailure failure;
	uint8_t key[512], two[2 * sizeof(damaged.der)];
	int length;

	weak = pkiCertificate(&wish);
	wish.key = pkiKey(KEY_RSA_2048, 0);
	sha1 = pkiCertificate(&wish);
	claimSha1(&sha1);
	tlsFailureClear(&failure);
	ok(!tlsTrustAddAnchor(trust, pem, sizeof(pem), true, &failure) &&
			failure.code == TLS_CERTIFICATE_MALFORMED && strstr(failure.detail, "PEM") != NULL,
		"anchor in PEM");
	tlsFailureClear(&failure);
	ok(!tlsTrustAddAnchor(trust, pem, 0, true, &failure) && failure.code == TLS_CERTIFICATE_MALFORMED &&
			strstr(failure.detail, "empty") != NULL,
		"empty anchor");
	tlsFailureClear(&failure);
	ok(!tlsTrustAddAnchor(trust, damaged.der, damaged.length - 1, true, &failure) &&
			failure.code == TLS_CERTIFICATE_MALFORMED && strstr(failure.detail, "truncated") != NULL,
		"truncated anchor");
	tlsFailureClear(&failure);
	ok(!tlsTrustAddAnchor(trust, damaged.der, damaged.length + 1, true, &failure) &&
			failure.code == TLS_CERTIFICATE_MALFORMED && strstr(failure.detail, "behind") != NULL,
		"anchor with a byte behind it");
	tlsFailureClear(&failure);
	ok(!tlsTrustAddAnchor(trust, tooLong, sizeof(tooLong), true, &failure) &&
			failure.code == TLS_CERTIFICATE_MALFORMED && strstr(failure.detail, "truncated") != NULL,
		"anchor of 4 GB, says its length");
	tlsFailureClear(&failure);
	length = mbedtls_pk_write_key_der(SERVER_KEY, key, sizeof(key));
	ok(!tlsTrustAddAnchor(trust, key + sizeof(key) - length, (size_t)length, true, &failure) &&
			failure.code == TLS_CERTIFICATE_MALFORMED && strstr(failure.detail, "private key") != NULL,
		"a private key as anchor");
	tlsFailureClear(&failure);
	damaged.der[4] = 0x31;
	ok(!tlsTrustAddAnchor(trust, damaged.der, damaged.length, true, &failure) &&
			failure.code == TLS_CERTIFICATE_MALFORMED,
		"damaged anchor");
	tlsFailureClear(&failure);
	ok(!tlsTrustAddAnchor(trust, weak.der, weak.length, true, &failure) &&
			failure.code == TLS_CERTIFICATE_WEAK,
		"weak anchor");
	ok(tlsTrustAnchorCount(trust) == 0, "none of them was added");
	tlsFailureClear(&failure);
	ok(tlsTrustAddAnchor(trust, sha1.der, sha1.length, true, &failure) && tlsTrustAnchorCount(trust) == 1,
		"an anchor that signed itself with SHA-1 can be added");
	memcpy(two, usual()->ca.der, usual()->ca.length);
	memcpy(two + usual()->ca.length, sha1.der, sha1.length);
	ok(tlsTrustAddAnchor(trust, two, usual()->ca.length + sha1.length, true, &failure) &&
			tlsTrustAnchorCount(trust) == 3,
		"two anchors in one buffer");
	wish = pkiCaWish("CN=Vendor", CA_KEY);
	wish.extension = (const uint8_t *)"\x05";
	wish.extensionSize = 2;
	wish.extensionOid = "\x88\x37";
	wish.extensionOidSize = 2;
	wish.extensionCritical = true;
	sha1 = pkiCertificate(&wish);
	ok(tlsTrustAddAnchor(trust, sha1.der, sha1.length, true, &failure),
		"an anchor with a critical extension that nobody knows");
	tlsTrustFree(trust);
}

void testRefusals(void)
{
	testIssuers();
	testManyAnchors();
	testPreferredAnchor();
	testForgeries();
	testDates();
	testFarFuture();
	testNames();
	testWeakness();
	testDamage();
	testEachByte();
	testUsage();
	testPathLength();
	testConstraints();
	testConstrainedWildcards();
	testConstrainedMail();
	testConstrainedNamesake();
	testPins();
	testAnchors();
}
