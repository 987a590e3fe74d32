/* SPDX-License-Identifier: MIT */
/*
 * What a ClientHello says: each list of what is offered, in its order, byte by byte.
 */

#include "connection.h"
#include "tap.h"

#include <stdio.h>
#include <string.h>

/* RFC 8446, section 4.2. */
enum {
	SERVER_NAME = 0,
	MAX_FRAGMENT_LENGTH = 1,
	SUPPORTED_GROUPS = 10,
	SIGNATURE_ALGORITHMS = 13,
	PROTOCOLS = 16,
	EXTENDED_MASTER_SECRET = 23,
	RECORD_SIZE_LIMIT = 28,
	SESSION_TICKET = 35, /* RFC 5077 */
	SUPPORTED_VERSIONS = 43,
	PSK_MODES = 45,
};

/* What stands before the session id: headers of record and message, version, random. */
#define AT_SESSION_ID (5 + 4 + 2 + 32)

#define CHACHA "1303CCA9CCA8"
#define AES    "13011302C02BC02FC02CC030"

static uint8_t hello[1024];
static size_t helloLength;

static size_t shortAt(size_t at)
{
	return (size_t)hello[at] << 8 | hello[at + 1];
}

/* Makes a client speak. */
static void speak(const struct ClientWish *client)
{
	struct ServerWish server = usualServer();
	struct Connection connection;

	connectionOpen(&connection, client, &server);
	while (connection.engine != NULL && tlsEngineAdvance(connection.engine))
		;
	helloLength = connection.engine != NULL ? queueTake(&connection.pipe.toServer, hello, sizeof(hello)) : 0;
	ok(helloLength > AT_SESSION_ID && hello[5] == MBEDTLS_SSL_HS_CLIENT_HELLO, "a ClientHello");
	connectionClose(&connection);
}

static const char *hex(const uint8_t *bytes, size_t length)
{
	static char text[2 * sizeof(hello) + 1];

	for (size_t i = 0; i < length; i++)
		snprintf(text + 2 * i, 3, "%02X", bytes[i]);
	text[2 * length] = 0;
	return text;
}

/* The suites, in hexadecimal; without the signal that stands for an extension (RFC 5746, section 3.3). */
static const char *suites(void)
{
	size_t at = AT_SESSION_ID + 1 + hello[AT_SESSION_ID];
	size_t length = helloLength > 0 ? shortAt(at) : 0;

	if (length >= 2 && shortAt(at + length) == 0x00FF)
		length -= 2;
	return hex(hello + at + 2, length);
}

/* The data of an extension, in hexadecimal; "-" without it. */
static const char *extension(size_t type)
{
	size_t at = AT_SESSION_ID + 1 + hello[AT_SESSION_ID];

	at += 2 + shortAt(at) + 2 + 2; /* suites, no compression, length of all extensions */
	for (; at + 4 <= helloLength; at += 4 + shortAt(at + 2)) {
		if (shortAt(at) == type)
			return hex(hello + at + 4, shortAt(at + 2));
	}
	return "-";
}

static void same(const char *actual, const char *expected, const char *name)
{
	if (!ok(strcmp(actual, expected) == 0, "offered: %s", name))
		note("%s, expected %s", actual, expected);
}

static void testLists(void)
{
	struct ClientWish client = usualClient();

	client.protocols[0] = "h2";
	client.protocols[1] = "http/1.1";
	speak(&client);
	same(suites(), TLS_CHACHA_FIRST ? CHACHA AES : AES CHACHA, "the cipher suites");
	same(extension(SUPPORTED_GROUPS), "0006001D00170018", "the groups");
	same(extension(SIGNATURE_ALGORITHMS), "001004030503080408050806040105010601", "the signature algorithms");
	same(extension(SUPPORTED_VERSIONS), "0403040303", "both versions");
	same(extension(PSK_MODES), "0101", "sessions with a key exchange only");
	same(extension(EXTENDED_MASTER_SECRET), "", "the extended master secret");
	same(extension(PROTOCOLS), "000C02683208687474702F312E31", "two protocols");
	same(extension(MAX_FRAGMENT_LENGTH), "-", "no length of fragments");
#if defined(MBEDTLS_SSL_RECORD_SIZE_LIMIT)
	same(extension(RECORD_SIZE_LIMIT), "4000", "the largest record, its inner type included");
#else
	same(extension(RECORD_SIZE_LIMIT), "-", "no limit, which this library has not");
#endif
}

static void testVersion(enum TlsVersion version, const char *versions, const char *all)
{
	struct ClientWish client = usualClient();

	client.minimum = client.maximum = version;
	speak(&client);
	same(extension(SUPPORTED_VERSIONS), versions,
		version == TLS_VERSION_1_3 ? "TLS 1.3 only" : "TLS 1.2 only");
	same(suites(), all, "the suites of that version");
	same(extension(PROTOCOLS), "-", "no protocols");
}

static void testFragments(uint16_t length, const char *code)
{
	struct ClientWish client = usualClient();

	client.maximumFragmentLength = length;
	speak(&client);
	same(extension(MAX_FRAGMENT_LENGTH), code, "the code of a length of fragments");
	same(extension(SUPPORTED_VERSIONS), "-", "TLS 1.2 only, with it");
	client.minimum = TLS_VERSION_1_3;
	speak(&client);
	same(extension(MAX_FRAGMENT_LENGTH), "-", "none in TLS 1.3");
	same(extension(SUPPORTED_VERSIONS), "020304", "TLS 1.3 only, where that is wanted");
}

static void testNamesAndSessions(void)
{
	struct ClientWish client = usualClient();

	speak(&client);
	same(extension(SERVER_NAME), "000F00000C746573742E6578616D706C65", "the host's name");
	same(extension(SESSION_TICKET), "", "to take a session");
	client.host = "192.0.2.1";
	client.noSessions = true;
	speak(&client);
	same(extension(SERVER_NAME), "-", "no name for an address");
	same(extension(SESSION_TICKET), "-", "to take none");
	same(extension(PSK_MODES), "-", "nor any in TLS 1.3");
}

/* What the engine takes for a configuration, and what not. */
static void testConfigurations(void)
{
	struct ClientWish client = usualClient();
	struct ServerWish server = usualServer();
	struct Connection connection;

	client.anchors[0] = NULL;
	connectionOpen(&connection, &client, &server);
	ok(connection.engine == NULL && connection.failure.code == TLS_CERTIFICATE_ISSUER,
		"offered: nothing where nobody is believed");
	connectionClose(&connection);
	client = usualClient();
	client.maximumFragmentLength = 1000;
	ok(connectionTry(&client, &server).code == TLS_INTERNAL,
		"offered: no length of fragments without a code");
	client.maximumFragmentLength = 0;
	client.minimum = TLS_VERSION_1_3;
	client.maximum = TLS_VERSION_1_2;
	ok(connectionTry(&client, &server).code == TLS_INTERNAL, "offered: no version above the maximum");
}

void testOffers(void)
{
	testLists();
	testVersion(TLS_VERSION_1_3, "020304", TLS_CHACHA_FIRST ? "130313011302" : "130113021303");
	testVersion(
		TLS_VERSION_1_2, "-", TLS_CHACHA_FIRST ? "CCA9CCA8C02BC02FC02CC030" : "C02BC02FC02CC030CCA9CCA8");
	testNamesAndSessions();
	testFragments(512, "01");
	testFragments(1024, "02");
	testFragments(2048, "03");
	testFragments(4096, "04");
	testConfigurations();
}
