/* SPDX-License-Identifier: MIT */
/*
 * Names: those that a certificate is for, and those that its issuers' constraints allow. Every case runs in
 * both versions of TLS.
 */

#include "tap.h"
#include "verdict.h"

#include <string.h>

static void expectName(const char *host, const char *dnsName, enum TlsCode code)
{
	struct CertificateWish wish = verdictLeaf();
	struct ClientWish client = usualClient();
	struct Certificate leaf;
	char name[200];

	wish.dnsName = dnsName;
	leaf = pkiCertificate(&wish);
	client.host = host;
	strcpy(name, host);
	strcat(name, " against ");
	strcat(name, dnsName);
	verdictExpect(client, verdictServer(&leaf, SERVER_KEY), code, name);
}

static void testHosts(void)
{
	static const uint8_t ipv4[] = {127, 0, 0, 1};
	static const uint8_t ipv6[] = {0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
	static const uint8_t longer[16] = {127, 0, 0, 1};
	struct CertificateWish wish = verdictLeaf();
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
	verdictExpectDetail(client, verdictServer(&leaf, SERVER_KEY), TLS_CERTIFICATE_NAME,
		"no subject alternative name", "name only in the common name");
	wish.dnsName = "other.example";
	leaf = pkiCertificate(&wish);
	verdictExpect(client, verdictServer(&leaf, SERVER_KEY), TLS_CERTIFICATE_NAME,
		"right common name, other alternative name");
	wish.dnsName2 = "test.example";
	leaf = pkiCertificate(&wish);
	verdictExpect(client, verdictServer(&leaf, SERVER_KEY), TLS_OK, "second alternative name");

	wish = verdictLeaf();
	wish.address = ipv4;
	wish.addressSize = sizeof(ipv4);
	leaf = pkiCertificate(&wish);
	client.host = "127.0.0.1";
	verdictExpect(client, verdictServer(&leaf, SERVER_KEY), TLS_OK, "IPv4 address");
	client.host = "127.0.0.2";
	verdictExpect(client, verdictServer(&leaf, SERVER_KEY), TLS_CERTIFICATE_NAME, "another IPv4 address");
	wish.address = longer;
	wish.addressSize = sizeof(longer);
	leaf = pkiCertificate(&wish);
	client.host = "127.0.0.1";
	verdictExpect(client, verdictServer(&leaf, SERVER_KEY), TLS_CERTIFICATE_NAME,
		"an IPv6 address that begins like it");
	wish.address = ipv6;
	wish.addressSize = sizeof(ipv6);
	leaf = pkiCertificate(&wish);
	client.host = "2001:db8::1";
	verdictExpect(client, verdictServer(&leaf, SERVER_KEY), TLS_OK, "IPv6 address");
	client.host = "2001:0DB8:0:0:0:0:0:1";
	verdictExpect(client, verdictServer(&leaf, SERVER_KEY), TLS_OK, "IPv6 address in full");
	client.host = "2001:db8::2";
	verdictExpect(client, verdictServer(&leaf, SERVER_KEY), TLS_CERTIFICATE_NAME, "another IPv6 address");
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

/* What a client thinks of a leaf for "a.test.example" and 127.0.0.1 under an issuer with that constraint,
   which is an intermediate, or an anchor with the extension critical or not. */
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
		struct ServerWish server = verdictServer(&leaf, SERVER_KEY);
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
		verdictExpect(client, server, code, text);
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
	verdictExpectDetail(usualClient(), server, TLS_CERTIFICATE_CONSTRAINTS, "critical extension",
		"critical constraints on an intermediate");
#else
	verdictExpect(usualClient(), server, TLS_OK, "critical constraints on an intermediate, met");
	wish.extensionSize = writeConstraint(der, PERMITTED, 0x82, "other.example", 13);
	intermediate = pkiCertificate(&wish);
	verdictExpect(usualClient(), server, TLS_CERTIFICATE_CONSTRAINTS,
		"critical constraints on an intermediate, not met");
	wish.extensionOid = "\x55\x1D\x20";
	wish.extension = (const uint8_t *)"\x30\x06\x30\x04\x06\x02\x2A\x03";
	wish.extensionSize = 8;
	intermediate = pkiCertificate(&wish);
	verdictExpect(usualClient(), server, TLS_OK, "certificate policies marked critical");
	wish.extensionOid = "\x55\x1D\x21";
	wish.extension = (const uint8_t *)"\x30\x0A\x30\x08\x06\x02\x2A\x03\x06\x02\x2A\x04";
	wish.extensionSize = 12;
	intermediate = pkiCertificate(&wish);
	verdictExpect(usualClient(), server, TLS_OK, "policy mappings marked critical");
	wish.extensionOid = "\x55\x1D\x36";
	wish.extension = (const uint8_t *)"\x02\x01";
	wish.extensionSize = 3;
	intermediate = pkiCertificate(&wish);
	verdictExpect(usualClient(), server, TLS_OK, "a critical ban on anyPolicy");
#endif
	wish.extensionOid = "\x55\x1D\x24"; /* RFC 5280, section 4.2.1.11: requireExplicitPolicy 0 */
	wish.extension = (const uint8_t *)"\x30\x03\x80\x01";
	wish.extensionSize = 5;
	intermediate = pkiCertificate(&wish);
	verdictExpectDetail(usualClient(), server, TLS_CERTIFICATE_CONSTRAINTS, "critical extension",
		"critical policy constraints");
}

/* Constraints that constrain nothing are malformed: RFC 5280, section 4.2.1.10. */
static void testEmptyConstraints(void)
{
	static const uint8_t none[] = {0x30, 0}, empty[] = {0x30, 4, PERMITTED, 0, EXCLUDED, 0};
	struct CertificateWish wish = pkiCaWish("CN=Test CA,O=Test", CA_KEY), leafOf = verdictLeaf();
	struct Certificate anchor, leaf = pkiCertificate(&leafOf);
	struct ClientWish client = usualClient();

	client.anchors[0] = &anchor;
	wish.extensionOid = NAME_CONSTRAINTS_OID;
	wish.extensionOidSize = 3;
	for (int lists = 0; lists < 2; lists++) {
		wish.extension = lists == 0 ? none : empty;
		wish.extensionSize = lists == 0 ? sizeof(none) : sizeof(empty);
		anchor = pkiCertificate(&wish);
		verdictExpectDetail(client, verdictServer(&leaf, SERVER_KEY), TLS_CERTIFICATE_CONSTRAINTS,
			"malformed", lists == 0 ? "empty constraints" : "constraints of two empty lists");
	}
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
		verdictExpect(client, verdictServer(&leaf, SERVER_KEY), cases[i].code, cases[i].base);
	}
}

/* Names of a kind that nobody compares, here of mail: whoever has one is refused if a constraint speaks of
   such names. */
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
		verdictExpect(client, verdictServer(&leaf, SERVER_KEY), cases[i].code, cases[i].name);
	}
}

/* Only an issuer of its own name is exempt from the constraints above it, and no server (RFC 5280, section
   4.2.1.10). */
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
	verdictExpect(client, verdictServer(&leaf, SERVER_KEY), TLS_CERTIFICATE_CONSTRAINTS,
		"a server with the name of its issuer, under constraints");
}

void testNames(void)
{
	testHosts();
	testConstraints();
	testEmptyConstraints();
	testConstrainedWildcards();
	testConstrainedMail();
	testConstrainedNamesake();
}
